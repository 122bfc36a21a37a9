// Running a generated program, and comparing what it writes with the evaluator's numbers.
#pragma once

#include <functional>
#include <string>

#include "compiler/ir/evaluate.h"

namespace nnc::test {

/// Runs a command; its exit status, and what it said on standard error. The folder is for its log.
int run(const std::string& command, const std::string& folder, std::string& said);

/// The tensors as F64: what the program reads.
void write_f64(const ir::Values& values, const std::string& path);

/// The largest difference, in units of the largest expected number.
double error(const ir::Array& actual, const ir::Array& expected);

/// How far a model's own types allow a program to be from the evaluator, besides what f32 does.
struct Tolerance {
  /// The distance of numbers of its rounded type at 1: where f32 sums in another order fall on the other side of a
  /// middle, a number is the next one.
  double unit = 0;
  /// Whether the tensor of that name is computed and handed over in double.
  std::function<bool(const std::string& name)> is_double = [](const std::string&) { return false; };
};

/// Fails the test where numbers of a quantity differ by more than its bound, are missing or not expected.
void compare(const ir::Values& actual, const ir::Values& expected, const Tolerance& tolerance = {});

}  // namespace nnc::test
