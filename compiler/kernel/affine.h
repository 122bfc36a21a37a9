// Index expressions as sums: constant + Σ coefficient · index.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::kernel {

/// Terms are ordered by the order in which indices were met, so that printing is stable; no coefficient is 0.
struct Affine {
  struct Term {
    const ir::Index* index;
    int64_t coefficient;
  };
  int64_t constant = 0;
  std::vector<Term> terms;

  int64_t coefficient(const ir::Index* index) const;
  void add(const ir::Index* index, int64_t coefficient);
  Affine& operator+=(const Affine& other);
  Affine& operator*=(int64_t factor);
};

/// The i32 expression as a sum, or nothing where it is not one (a gather, a division, a select).
std::optional<Affine> affine(const ir::Node* node);

/// Σ strides[d] · at[d] over the dimensions that have a stride, or nothing if a place is not affine or could leave the
/// tensor: that one is clamped. Sizes of `at` and `strides` are the tensor's rank.
std::optional<Affine> affine_offset(const ir::Tensor& tensor, const std::vector<const ir::Node*>& at,
                                    const std::vector<int64_t>& strides);

/// Row-major strides of the dimensions after the sample dimension, which gets 0.
std::vector<int64_t> row_major_strides(const ir::Tensor& tensor);

/// The number of elements of one sample, or of the whole tensor where it has no sample dimension.
int64_t elements(const ir::Tensor& tensor);

}  // namespace nnc::kernel
