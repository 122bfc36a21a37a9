// Running a generated program, and comparing what it writes with the evaluator's numbers.
#pragma once

#include <string>

#include "compiler/ir/evaluate.h"

namespace nnc::test {

/// Runs a command; its exit status, and what it said on standard error. The folder is for its log.
int run(const std::string& command, const std::string& folder, std::string& said);

/// The tensors as F32: what the program reads.
void write_f32(const ir::Values& values, const std::string& path);

/// The largest difference, in units of the largest expected number.
double error(const ir::Array& actual, const ir::Array& expected);

/// Fails the test where numbers of a quantity differ by more than its bound, are missing or not expected. `unit` is the
/// distance of numbers of the model's rounded type at 1: where f32 sums in another order fall on the other side of a
/// middle, a number is the next one.
void compare(const ir::Values& actual, const ir::Values& expected, double unit = 0);

}  // namespace nnc::test
