// Rows of tables in a body: gathers and scatters.
#include <algorithm>

#include "compiler/emit/body.h"
#include "compiler/emit/body_words.h"
#include "compiler/emit/flat.h"
#include "compiler/kernel/equations.h"

namespace nnc::emit {

using ir::Node;
using ir::Tensor;
using ir::Type;
using kernel::Place;
using kernel::Statement;
using kernel::Storage;
using kernel::Store;

namespace {

constexpr int64_t kMostWideRow = 8;

}  // namespace

/// Rows of which the group reads every feature are gathered whole.
void Body::find_whole_rows(const kernel::Group& group) {
  std::map<std::pair<const Tensor*, std::vector<const Node*>>, std::set<int64_t>> read_features;
  for (const Statement& s : group.statements) {
    kernel::for_each_read(s.equation, [&](const Node* read) {
      if (is_gather(read) && read->tensor->rank() > 1 && read->args.back()->kind == Node::Kind::constant) {
        read_features[{read->tensor, without_last(read->args)}].insert(static_cast<int64_t>(read->args.back()->number));
      }
    });
  }
  for (const auto& [row, features] : read_features) {
    int64_t width = row.first->shape.back().size;
    if (width <= kMostWideRow && static_cast<int64_t>(features.size()) == width) whole_rows_.insert(row);
  }
}

/// The scatters to every feature of the row that `first` adds to, in the features' order; `first` alone where some are
/// missing.
std::vector<const Statement*> Body::bundle_of(const Statement& first, const kernel::Group& group,
                                              const std::set<const Statement*>& done) const {
  const Tensor& table = *first.equation.out;
  if (table.rank() < 2 || table.shape.back().size > kMostWideRow) return {&first};
  const auto row = without_last(first.equation.at);
  auto adds_to = [&](const Statement& s, int64_t feature) {
    return s.store == Store::scatter && s.equation.out == &table && without_last(s.equation.at) == row &&
           s.equation.at.back()->kind == Node::Kind::constant &&
           s.equation.at.back()->number == static_cast<double>(feature) && !done.contains(&s);
  };
  std::vector<const Statement*> bundle;
  for (int64_t f = 0; f < table.shape.back().size; ++f) {
    auto found = std::find_if(group.statements.begin(), group.statements.end(),
                              [&](const Statement& s) { return adds_to(s, f); });
    if (found == group.statements.end()) return {&first};
    bundle.push_back(&*found);
  }
  return bundle;
}

/// The row's number, in rows of `features`: Σ place · stride / features.
std::string Body::row_of(const Tensor& tensor, const std::vector<const Node*>& at, int64_t features, int at_level) {
  auto strides = kernel::row_major_strides(tensor);
  std::string text;
  size_t dims = features == 1 ? at.size() : at.size() - 1;
  for (size_t d = 0; d < dims; ++d) {
    Text place = place_in(at[d], tensor.shape[d].size, at_level);
    int64_t step = strides[d] / features;
    if (!text.empty()) text += " + ";
    text += step == 1 ? place.inside(Binding::sum) : place.inside(Binding::product) + " * " + std::to_string(step);
  }
  return text;
}

/// Where the rows of a tensor without samples begin.
std::string Body::rows_pointer(const Tensor& tensor) const {
  const Storage& storage = program_.storage.at(&tensor);
  return storage.place == Place::constant ? table_name(tensor) : flat_pointer(program_, storage.place, storage.offset);
}

Text Body::gather(const Node* node) {
  const Tensor& tensor = *node->tensor;
  int own = level(node);
  bool is_wide = tensor.rank() > 1 && whole_rows_.contains({&tensor, without_last(node->args)});
  int64_t features = is_wide ? tensor.shape.back().size : 1;
  std::pair<const Tensor*, std::vector<const Node*>> key{&tensor, is_wide ? without_last(node->args) : node->args};
  auto row = rows_.find(key);
  if (row == rows_.end()) {
    std::string number = row_of(tensor, node->args, features, own);
    std::string name = names_.unique(last_word(tensor.name));
    line(own, type_name(tensor.type) + " " + name + "[" + std::to_string(features) + "];");
    line(own, runtime() + "gather<" + std::to_string(features) + ">(" + rows_pointer(tensor) + ", " + number + ", " +
                  name + ");");
    row = rows_.emplace(key, name).first;
  }
  int64_t feature = is_wide ? static_cast<int64_t>(node->args.back()->number) : 0;
  return named_[node] = Text{row->second + "[" + std::to_string(feature) + "]"};
}

/// Scatters to the features of one row are one access.
void Body::scatter(const std::vector<const Statement*>& bundle, int depth) {
  const auto& first = bundle[0]->equation;
  const Tensor& table = *first.out;
  auto features = static_cast<int64_t>(bundle.size());
  needs_inside_ = true;
  std::string number =
      row_of(table, first.at, table.rank() > 1 && features == table.shape.back().size ? features : 1, depth);
  std::string name = names_.unique(last_word(table.name));
  std::string values;
  for (const Statement* s : bundle) {
    Text value = lanes_of(s->equation, depth);
    if (lanes_ == Lanes::vectors) value = {"nn::select(inside, " + value.text + ", 0.0f)"};
    values += (values.empty() ? "" : ", ") + value.text;
  }
  line(depth, "const " + type_name(Type::real) + " " + name + "[" + std::to_string(features) + "] = {" + values + "};");
  std::string valid = has_scalar_lanes() ? ", inside" : "";
  line(depth, runtime() + "scatter_add<" + std::to_string(features) + ">(" + rows_pointer(table) + ", " + number +
                  ", " + name + valid + ");");
}

}  // namespace nnc::emit
