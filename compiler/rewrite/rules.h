// The rules of algebra that passes may use, a line each.
#pragma once

#include <span>

#include "compiler/rewrite/pattern.h"

namespace nnc::rewrite {

/// Every rule: its right side is never more work than its left, and no rule undoes another. A test evaluates both sides
/// of each.
std::span<const Rule> rules();

/// Those whose left side is an application of `op`.
std::span<const Rule* const> rules_of(ir::Op op);

}  // namespace nnc::rewrite
