// Divides once where many numbers are divided by one.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// A division by something with fewer indices than the equation that divides becomes a product with its reciprocal, in
/// an equation of its own:  y[b, i] = e[b, i] / s[b]  is  s_inverse[b] = 1 / s[b] and y[b, i] = e[b, i] * s_inverse[b].
/// The number of samples is such a divisor too.
/// Needs: factorise. Gives: no division that is done more often than its divisor has values.
void reciprocal(ir::Module& module);

}  // namespace nnc::passes
