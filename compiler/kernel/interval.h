// What values an integer expression can take: enough to prove that a computed index stays inside its tensor.
#pragma once

#include <cstdint>
#include <map>

#include "compiler/ir/ir.h"

namespace nnc::kernel {

/// The integers low … high, both included.
struct Interval {
  int64_t low;
  int64_t high;
  bool inside(int64_t low_bound, int64_t high_bound) const { return low >= low_bound && high <= high_bound; }
  bool is_point() const { return low == high; }
};

/// What reads of values stand for, where that is known.
using Meanings = std::map<const ir::Node*, const ir::Node*>;

/// The values of an i32, u32 or boolean expression where the given indices are fixed and all others run over their
/// extents. Reads of constant tensors at known places are known; whatever is not understood is the whole range of its
/// type.
Interval interval(const ir::Node* node, const Meanings& meanings = {},
                  const std::map<const ir::Index*, int64_t>& fixed = {});

/// True if the expression stays in [0, extent) at every point, trying each value of the indices that constants are read
/// at.
bool stays_inside(const ir::Node* node, int64_t extent, const Meanings& meanings = {});

/// True if the rows that `node` selects for different values of `axis` never meet.
bool disjoint_along(const ir::Node* node, const ir::Index* axis, const Meanings& meanings = {});

}  // namespace nnc::kernel
