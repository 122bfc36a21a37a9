// Products taken apart.
#pragma once

#include <set>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::passes {

using IndexSet = std::set<const ir::Index*>;

/// The indices that stand in the expression.
IndexSet indices_of(const ir::Node* node);

struct Factor {
  const ir::Node* node;
  bool divides = false;
};

/// What the expression is a product and quotient of; a negation is the factor −1.
std::vector<Factor> factors_of(ir::Module& module, const ir::Node* body);

/// Indices of the operands of a matrix product: one of the reduced ones in both, and another one of each by itself.
bool are_operands(const IndexSet& a, const IndexSet& b, const std::vector<const ir::Index*>& reduced);

}  // namespace nnc::passes
