// Looking at equations and renaming their indices.
#pragma once

#include <unordered_map>

#include "compiler/ir/walk.h"
#include "compiler/kernel/affine.h"

namespace nnc::kernel {

/// Calls visit(read) for every different read in the body and on the left.
template <class Visit>
void for_each_read(const ir::Equation& equation, const Visit& visit) {
  for (const ir::Node* read : ir::reads(equation)) visit(read);
}

/// The equation with `replace(node)` for the nodes that it gives one for, in the body and on the left.
template <class Replace>
ir::Equation substitute(ir::Module& module, ir::Equation equation, const Replace& replace) {
  equation.body = ir::substitute(module, equation.body, replace);
  for (const ir::Node*& at : equation.at) at = ir::substitute(module, at, replace);
  return equation;
}

using Renaming = std::unordered_map<const ir::Index*, const ir::Index*>;

/// The equation with other indices in the places of its own.
inline ir::Equation rename(ir::Module& module, ir::Equation equation, const Renaming& names) {
  equation = substitute(module, std::move(equation), [&](const ir::Node* node) -> const ir::Node* {
    if (node->kind != ir::Node::Kind::index) return nullptr;
    auto to = names.find(node->index);
    return to == names.end() ? nullptr : module.value_of(to->second);
  });
  for (const ir::Index*& index : equation.over) {
    if (auto to = names.find(index); to != names.end()) index = to->second;
  }
  return equation;
}

/// True if the equations that set the tensor, whose points are disjoint, write every element of it.
inline bool is_covered(const ir::Module& module, const ir::Tensor& tensor) {
  int64_t points = 0;
  for (const ir::Equation& equation : module.equations) {
    if (equation.out != &tensor || equation.combine != ir::Combine::set) continue;
    int64_t box = 1;
    for (const ir::Index* index : equation.over) box *= index->extent.is_samples() ? 1 : index->extent.size;
    points += box;
  }
  return points == elements(tensor);
}

}  // namespace nnc::kernel
