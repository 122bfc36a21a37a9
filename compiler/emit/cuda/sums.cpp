#include "compiler/emit/cuda/sums.h"

#include <algorithm>

#include "compiler/emit/body.h"
#include "compiler/emit/flat.h"
#include "compiler/emit/real.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cuda {

Sums::Sums(const kernel::Program& program) : program_(program) {
  Names names;
  for (const auto& a : program.accumulators) {
    int64_t offset = program.storage.at(a.out).offset;
    add({a.out, offset, a.elements, 1, -1}, names.unique(Body::sums_name(*a.out)), target(*a.out, offset));
    lane_totals_[a.out] = totals_.back().name;
  }
  for (const auto& step : program.tile) {
    if (auto* o = std::get_if<kernel::Outer>(&step)) {
      Key key{o->out, o->offset, o->rows, o->terms, o->row_step};
      if (!numbers_.contains(key)) add(key, names.unique(Body::sums_name(*o->out)), target(*o->out, o->offset));
    } else if (auto* l = std::get_if<kernel::LaneSum>(&step)) {
      Key key{l->out, l->offset, l->rows, 1, 1};
      if (!numbers_.contains(key)) add(key, names.unique(Body::sums_name(*l->out)), target(*l->out, l->offset));
    }
  }
}

void Sums::add(const Key& key, const std::string& name, const std::string& target) {
  numbers_[key] = totals_.size();
  auto [tensor, offset, rows, columns, row_step] = key;
  totals_.push_back({name, rows, columns, target, row_step < 0 ? columns : row_step});
}

std::string Sums::target(const ir::Tensor& tensor, int64_t offset) const {
  return flat_pointer(program_, program_.storage.at(&tensor).place, offset);
}

std::string Sums::total_fields() const {
  std::string text;
  for (const Total& t : totals_)
    text += real_type(program_) + " " + t.name + "[" +
            (t.columns > 1 ? std::to_string(t.rows) + " * " + std::to_string(t.columns) : std::to_string(t.rows)) +
            "];\n";
  return text;
}

std::string Sums::lane_fields() const {
  std::string text;
  for (const auto& a : program_.accumulators)
    text += "alignas(16) " + real_type(program_) + " " + Body::sums_name(*a.out) + "[" + std::to_string(a.elements) +
            " * T];\n";
  return text;
}

std::string Sums::fold_lanes() const {
  std::string text;
  for (const auto& a : program_.accumulators) {
    text += "nn::cuda::sum_lanes<" + std::to_string(a.elements) + ", T>(block.sums." + Body::sums_name(*a.out) +
            ", block.totals." + lane_totals_.at(a.out) + ");\n";
  }
  return text;
}

std::string Sums::add_blocks() const {
  std::string text;
  for (const Total& t : totals_) {
    std::string step = t.row_step == t.columns ? "" : ", " + std::to_string(t.row_step);
    text += "nn::cuda::add_blocks<" + std::to_string(t.rows) + ", " + std::to_string(t.columns) +
            ", T>(blocks->totals." + t.name + ", kStride, count, " + t.target + step + ");\n";
  }
  return text;
}

int64_t Sums::largest() const {
  int64_t most = 1;
  for (const Total& t : totals_) most = std::max(most, t.rows * t.columns);
  return most;
}

std::string Sums::field(const kernel::Outer& o) const {
  return "totals." + totals_[numbers_.at({o.out, o.offset, o.rows, o.terms, o.row_step})].name;
}
std::string Sums::field(const kernel::LaneSum& l) const {
  return "totals." + totals_[numbers_.at({l.out, l.offset, l.rows, 1, 1})].name;
}

}  // namespace nnc::emit::cuda
