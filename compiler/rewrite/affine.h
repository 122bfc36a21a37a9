// Places as sums over indices: constant + Σ coefficient · index.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::rewrite {

/// A sum in its one form: no coefficient is 0, larger ones stand first, equal ones by the index's name.
struct Affine {
  struct Term {
    const ir::Index* index;
    int64_t coefficient;
    friend bool operator==(const Term&, const Term&) = default;
  };
  int64_t constant = 0;
  std::vector<Term> terms = {};

  bool is_constant() const { return terms.empty(); }
  int64_t coefficient(const ir::Index* index) const;
  void add(const Affine& other, int64_t factor = 1);

  friend bool operator==(const Affine&, const Affine&) = default;
};

/// The i32 expression as such a sum, or nothing where it is none (a gather, a select, a product of indices).
std::optional<Affine> affine(const ir::Node* node);

/// The sum as a node, `l * 2 + f + 12`.
const ir::Node* to_node(ir::Module& module, const Affine& sum);

/// The smallest and the largest value over all points, both included.
struct Range {
  int64_t low;
  int64_t high;
};
Range range(const Affine& sum);

/// `quotient * divisor + remainder` with 0 ≤ remainder < divisor at every point, or nothing where no such split is
/// seen.
struct Division {
  Affine quotient;
  Affine remainder;
};
std::optional<Division> divide(const Affine& sum, int64_t divisor);

}  // namespace nnc::rewrite
