// Reverse mode inside one body.
#pragma once

#include <vector>

#include "compiler/autodiff/activity.h"
#include "compiler/ir/build.h"

namespace nnc::autodiff {

/// What one read of an equation adds to the adjoint of its tensor, at the same places.
struct Contribution {
  const ir::Node* read;
  ir::Expr value;
};

/// The contributions of the equation's body, whose adjoint is g, to the active tensors that it reads, in the order in
/// which it reads them. An arm of
/// `select` that is not taken adds 0, whatever its slopes.
std::vector<Contribution> reverse_body(const ir::Equation& equation, ir::Expr g, const TensorSet& active);

}  // namespace nnc::autodiff
