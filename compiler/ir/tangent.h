// Forward mode of the scalar functions, for the evaluator alone: it shares nothing with the table of `autodiff`, which
// is tested against it.
#pragma once

#include <span>

#include "compiler/scalar/scalar.h"

namespace nnc::ir {

/// How fast op(x…) = `result` changes when its operands change by `dx` a unit of time; at ties and kinks by the rules
/// of library.md. Operands with dx = 0 have no say, however steep the function is in them.
double tangent(scalar::Op op, std::span<const double> x, double result, std::span<const double> dx);

}  // namespace nnc::ir
