// The derivatives of the scalar functions for reverse mode: one row each.
#pragma once

#include <span>
#include <vector>

#include "compiler/ir/build.h"
#include "compiler/scalar/scalar.h"

namespace nnc::autodiff {

/// What an operand's adjoint gains. With a condition it counts only where that is `when`, and may be anything else
/// elsewhere, infinite or NaN: whoever adds it up selects.
struct Adjoint {
  ir::Expr value;
  const ir::Node* condition = nullptr;
  bool when = true;
};

/// The adjoints of the operands x of r = op(x…), whose own adjoint is g; a null value where it is always 0. `r` may be
/// a read of where the result is stored.
using Row = std::vector<Adjoint> (*)(ir::Expr g, ir::Expr r, std::span<const ir::Expr> x);

/// The function's row; null for what is not differentiable.
Row row(scalar::Op op);

}  // namespace nnc::autodiff
