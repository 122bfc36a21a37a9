// Under which conditions a value counts: the arms of `select` that it stands in.
#pragma once

#include <algorithm>
#include <vector>

#include "compiler/ir/build.h"

namespace nnc::autodiff {

struct Guard {
  const ir::Node* condition;
  bool when;
  friend bool operator==(Guard, Guard) = default;
};

/// Outermost first.
using Guards = std::vector<Guard>;

inline Guards with(Guards guards, Guard guard) {
  if (std::find(guards.begin(), guards.end(), guard) == guards.end()) guards.push_back(guard);
  return guards;
}

/// What two uses of a value have in common.
inline Guards common(const Guards& a, const Guards& b) {
  auto [end, unused] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return {a.begin(), end};
}

/// The value where the guards hold behind the first `outer` of them, which are known to hold, and 0 elsewhere.
inline ir::Expr guarded(ir::Expr value, const Guards& guards, size_t outer = 0) {
  for (size_t i = guards.size(); i-- > outer;) {
    ir::Expr condition{value.module, guards[i].condition}, zero = like(value, 0);
    value = guards[i].when ? select(condition, value, zero) : select(condition, zero, value);
  }
  return value;
}

}  // namespace nnc::autodiff
