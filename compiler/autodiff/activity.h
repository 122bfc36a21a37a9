// Which values lie between what is differentiated and what it is differentiated by.
#pragma once

#include <unordered_set>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::autodiff {

using TensorSet = std::unordered_set<const ir::Tensor*>;

/// Whether a change of a real operand changes the node's value smoothly.
bool passes_change(const ir::Node* node);

/// The reads through which the equation's body changes when what they read does: real ones, on a path of differentiable
/// functions from the root. Conditions and places are on no path.
std::vector<const ir::Node*> differentiable_reads(const ir::Equation& equation);

/// The tensors that depend on one of `from` and that one of `to` depends on, both included.
TensorSet between(const ir::Module& module, const TensorSet& from, const TensorSet& to);

}  // namespace nnc::autodiff
