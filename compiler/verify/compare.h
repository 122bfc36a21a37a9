// A program's numbers beside the evaluator's: the largest error of each tensor on each surface, and its bound.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/evaluate.h"

namespace nnc::verify {

/// A tensor on a surface, `gradient.linear_0.weight` of `backward`, over all batches that were run.
struct Row {
  std::string surface;
  std::string tensor;
  double error;       // of the element that is nearest to its bound, or farthest beyond it
  double bound;       // of that element; both in units of the tensor's largest expected number, at least 0.01
  std::string worst;  // the name of the result that has it: `backward/97/gradient.linear_0.weight`

  bool holds() const { return error <= bound; }  // a NaN does not
};

struct Comparison {
  std::vector<Row> rows;                // in the order of the surfaces
  std::vector<std::string> complaints;  // results that are missing or not expected

  bool holds() const;
};

/// The least and the largest of what results are when each operation has a small error, over several draws. A number
/// that a draw makes NaN is NaN in both.
struct Spread {
  ir::Values low, high;

  void add(const ir::Values& draw);
};

/// How far a model's own types allow a program to be from the evaluator, besides what f32 does.
struct Tolerance {
  /// The distance of numbers of its rounded type at 1: where f32 sums in another order fall on the other side of a
  /// middle, a number is the next one.
  double unit = 0;
  /// Surface and tensor of what is computed and handed over in double.
  std::set<std::pair<std::string, std::string>> doubles = {};
  /// What a model makes of rounding, such as an optimizer that divides a gradient which is nothing but rounding by its
  /// own size; empty: nothing is allowed for it.
  Spread spread = {};
};

/// First values (`start/`) have nothing to be compared with.
Comparison compare(const ir::Values& actual, const ir::Values& expected, const Tolerance& tolerance = {});

/// Rows as columns of text under a heading.
std::string table(const std::vector<Row>& rows);

}  // namespace nnc::verify
