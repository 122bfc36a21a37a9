// What the evaluator says of a model, on tensors drawn for it.
#pragma once

#include <map>
#include <string>

#include "compiler/ir/evaluate.h"
#include "run/compare.h"
#include "run/generated.h"

namespace nnc::test {

/// Inputs, targets and output gradients for `samples`, and params, all f32 numbers: drawn from a fixed sequence.
ir::Values draw(const sema::Program& program, int64_t samples);

/// The numbers that main (drive.h) writes, under its names, but for those that begin with `start.`. Where a model
/// decides cells by rounding down, the evaluator rounds to f32 as well.
/// What the model rounds to, and what it hands over in double.
Tolerance tolerance_of(const sema::Program& program);

ir::Values expect(const Generated& generated, const ir::Values& given);

}  // namespace nnc::test
