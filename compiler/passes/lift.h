// Makes the operands of matrix products values.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// An operand of a matrix product that is an expression gets an equation of its own, over its own indices: it is
/// computed once for each of its values, and the product reads it.
///   d_w[o, i] += x[b, i] * (g[b, o] * c[b])   is   d_w_right[b, o] = g[b, o] * c[b] and d_w[o, i] += x[b, i] *
///   d_w_right[b, o]
/// Needs: factorise. Gives: matrix products of two reads.
void lift(ir::Module& module);

}  // namespace nnc::passes
