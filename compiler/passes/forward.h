// Lets readers of a copy read the original.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// An equation that only copies disappears: a value at other places, a number, an expression of N; never work.
/// - Its readers read the source, at the composed places.
/// - A copy that is a result, or has the user's own name where the source has a layer's, passes its name to the source.
/// - A copy into a part of a larger tensor (flatten, concat) is written left-affine, `flat[b, i * 2 + f] = y[b, i, f]`,
///   and its source is made there in place where that is element-wise work and all its readers come later.
/// - Sums that add to different places, each once, are sets.
/// Needs: fold. Gives: no equation that is a bare read of a value, but into places of a part, from a product.
void forward(ir::Module& module);

}  // namespace nnc::passes
