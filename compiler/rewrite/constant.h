// What an expression without inputs is worth.
#pragma once

#include <cstdint>
#include <map>

#include "compiler/ir/ir.h"

namespace nnc::rewrite {

/// True if nothing but numbers, indices other than samples and tables of constants stands in it: its value is known at
/// every point.
bool is_known(const ir::Node* node);

/// Its value where the indices have these values, in f64; places out of range are clamped. Needs is_known(node).
double value_at(const ir::Node* node, const std::map<const ir::Index*, int64_t>& point);

}  // namespace nnc::rewrite
