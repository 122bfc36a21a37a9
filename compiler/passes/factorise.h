// Takes out of sums what does not change in them.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// Factors that have no reduced index leave the sum:
///   y[b, o] += g[o] * v[o, i] * x[b, i]   is   y_sum[b, o] += v[o, i] * x[b, i] and y[b, o] += y_sum[b, o] * g[o].
/// Mere numbers leave only a product of matrices, which is one without them. Of three and more factors that depend on
/// the reduced index those that have the fewest indices together become pairs, until two are left, where that gives a
/// product of matrices.
/// Needs: fold. Gives: sums whose body has at most two factors where those are the operands of a matrix product.
void factorise(ir::Module& module);

}  // namespace nnc::passes
