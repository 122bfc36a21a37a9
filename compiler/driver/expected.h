// What the evaluator says of a model, on tensors drawn for it.
#pragma once

#include <cstdint>

#include "compiler/ir/evaluate.h"
#include "compiler/verify/compare.h"
#include "compiler/verify/plan.h"

namespace nnc::driver {

/// Inputs, targets and output gradients for `samples`, and params, numbers of their types: a seed gives the same ones
/// everywhere.
ir::Values draw(const sema::Program& program, int64_t samples, uint64_t seed);

/// What the model rounds to, and what it hands over in double.
verify::Tolerance tolerance_of(const sema::Program& program);

/// The numbers that main (drive.h) writes, under its names, but for those that begin with `start/`. Where a model
/// decides cells by rounding down, the evaluator rounds to f32 as well.
ir::Values expect(const verify::Plan& plan, const ir::Values& given);

/// The same with an error in each operation, of the size of those that functions of f32 (of f64, in a model of doubles)
/// make: sixteen units in the last place, which is more than any makes alone.
ir::Values expect_with_noise(const verify::Plan& plan, const ir::Values& given, uint64_t seed);

}  // namespace nnc::driver
