// Equations brought into forms that reverse mode handles well.
#pragma once

#include "compiler/autodiff/activity.h"

namespace nnc::autodiff {

/// Rewrites the equations of the active tensors; their values stay, and new ones get equations just before. Then
/// - a costly function of active values has an equation of its own, so that its adjoint reads its result: y_exp;
///   in an arm of `select` it is 0 where the arm is not taken
/// - a prod over at most 16 points is a product:  w[b] = p[b, 0] * p[b, 1]
/// - a max over an index is a read where it is largest, at the last one among equals:
///     y_max[b] max= x[b, i]
///     y_argmax[b] max= select(x[b, i] == y_max[b], i, 0)
///     y[b] = x[b, y_argmax[b]]
/// Not changed are: what stands around an ordered index and does not depend on it, and what depends on two indices over
/// the samples.
void prepare(ir::Module& module, const TensorSet& active);

}  // namespace nnc::autodiff
