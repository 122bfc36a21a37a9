#include "compiler/report/access.h"

#include <algorithm>
#include <optional>

#include "compiler/emit/real.h"
#include "compiler/kernel/equations.h"
#include "compiler/kernel/recognise.h"
#include "compiler/passes/form.h"

namespace nnc::report {

using kernel::Place;

namespace {

/// Null for what lives in variables of its step, or is a number that is handed over.
std::optional<Where> where(Place place) {
  switch (place) {
    case Place::tile:
      return Where::tile;
    case Place::param:
      return Where::params;
    case Place::gradient:
      return Where::gradients;
    case Place::uniform:
      return Where::uniforms;
    case Place::constant:
      return Where::tables;
    case Place::variable:
    case Place::array:
    case Place::scalar:
      break;
  }
  return std::nullopt;
}

/// How many points the indices have, samples apart, that the places use.
int64_t points(const std::vector<const ir::Node*>& at, const std::vector<const ir::Index*>& over) {
  int64_t all = 1;
  for (const ir::Index* index : over) {
    const bool is_used =
        std::any_of(at.begin(), at.end(), [&](const ir::Node* place) { return passes::uses(place, index); });
    if (is_used && !index->extent.is_samples()) all *= index->extent.size;
  }
  return all;
}

/// A sample decides which element it is.
bool is_computed(const ir::Tensor* tensor, const std::vector<const ir::Node*>& at) {
  return !tensor->has_samples() && std::any_of(at.begin(), at.end(), kernel::reads_samples);
}

}  // namespace

std::string element_name(const kernel::Program& program, ir::Type type) {
  std::string text = emit::tile_element(program, type);
  return text.starts_with("std::") ? text.substr(5) : text;
}

int64_t element_bytes(const kernel::Program& program, ir::Type type) {
  return element_name(program, type) == "double" ? 8 : 4;
}

void Accesses::read(const ir::Equation& equation, Part part) {
  kernel::for_each_read(equation, [&](const ir::Node* read) {
    const bool is_new = std::find(seen_.begin(), seen_.end(), read) == seen_.end();
    if (is_new) seen_.push_back(read);
    note(reads_, {read->tensor, is_computed(read->tensor, read->args), false, part != Part::forward,
                  is_new ? points(read->args, equation.over) : 0});
  });
}

void Accesses::write(const ir::Equation& equation, bool is_sum) {
  note(writes_,
       {equation.out, is_computed(equation.out, equation.at), is_sum, false, points(equation.at, equation.over)});
}

void Accesses::note(All& all, const Touched& more) {
  auto known = std::find_if(all.begin(), all.end(), [&](const Touched& each) {
    return each.tensor == more.tensor && each.is_computed == more.is_computed && each.is_sum == more.is_sum;
  });
  if (known == all.end()) {
    all.push_back(more);
  } else {
    known->elements += more.elements;
    known->for_gradients = known->for_gradients || more.for_gradients;
    if (!more.is_computed) known->elements = std::min(known->elements, kernel::elements(*more.tensor));
  }
}

std::vector<Access> Accesses::listed(const All& all) const {
  std::vector<Access> list;
  for (const Touched& each : all) {
    auto storage = program_.storage.find(each.tensor);
    if (storage == program_.storage.end()) continue;
    const auto place = where(storage->second.place);
    if (!place) continue;
    const bool is_float = place == Where::params || (place == Where::gradients && !each.is_sum);
    const int64_t size = is_float ? 4 : element_bytes(program_, each.tensor->type);
    const bool is_in_tile = place == Where::tile;
    list.push_back({each.tensor->name, words_.value_name(each.tensor->name, parts_.of(each.tensor)),
                    each.is_sum ? Where::sums : *place, each.is_computed, each.elements, each.elements * size,
                    is_in_tile ? storage->second.buffer : -1, each.for_gradients, is_in_tile || each.is_computed});
  }
  return list;
}

}  // namespace nnc::report
