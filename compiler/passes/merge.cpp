#include "compiler/passes/merge.h"

#include <algorithm>

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"
#include "compiler/passes/form.h"

namespace nnc::passes {

using ir::Equation;
using ir::Module;
using ir::Node;

namespace {

bool is_elementwise_sum(const Equation& equation) {
  return equation.combine == ir::Combine::sum && !is_recurrence(equation) && writes_each_place_once(equation);
}

/// The indices in the order in which they stand in the places.
std::vector<const ir::Index*> by_place(const Equation& equation) {
  std::vector<const ir::Index*> found;
  for (const Node* place : equation.at) {
    ir::visit(place, [&](const Node* node) {
      bool is_new =
          node->kind == Node::Kind::index && std::find(found.begin(), found.end(), node->index) == found.end();
      if (is_new) found.push_back(node->index);
    });
  }
  return found;
}

/// How the indices of `from` are called in `to`, if both add to the same places of the same box.
std::optional<IndexValues> renaming(Module& module, const Equation& from, const Equation& to) {
  auto from_indices = by_place(from), to_indices = by_place(to);
  if (from.out != to.out || from_indices.size() != to_indices.size()) return std::nullopt;
  IndexValues values;
  for (size_t i = 0; i < from_indices.size(); ++i) {
    if (!(from_indices[i]->extent == to_indices[i]->extent)) return std::nullopt;
    values.emplace(from_indices[i], module.value_of(to_indices[i]));
  }
  for (size_t d = 0; d < from.at.size(); ++d) {
    if (with_indices(module, from.at[d], values) != to.at[d]) return std::nullopt;
  }
  return values;
}

}  // namespace

void merge(Module& module) {
  rewrite::Simplifier simplify(module);
  std::unordered_map<const ir::Tensor*, std::vector<size_t>> sums;
  std::set<size_t> merged;
  for (size_t e = 0; e < module.equations.size(); ++e) {
    Equation& equation = module.equations[e];
    if (!is_elementwise_sum(equation)) continue;
    std::vector<size_t>& earlier = sums[equation.out];
    for (size_t other : earlier) {
      if (merged.contains(other)) continue;
      auto values = renaming(module, module.equations[other], equation);
      if (!values) continue;
      const Node* term = with_indices(module, module.equations[other].body, *values);
      equation.body = simplify(module.apply(ir::Op::add, {term, equation.body}));
      merged.insert(other);
    }
    earlier.push_back(e);
  }
  std::vector<Equation> kept;
  for (size_t e = 0; e < module.equations.size(); ++e) {
    if (!merged.contains(e)) kept.push_back(std::move(module.equations[e]));
  }
  module.equations = std::move(kept);
  settle_sums(module);
}

}  // namespace nnc::passes
