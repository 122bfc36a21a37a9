// Going through the nodes of an expression: seeing each once, and rebuilding it with some replaced.
#pragma once

#include <functional>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::ir {

/// Calls `see` for every node below and including `root`, each once, operands before what uses them.
void visit(const Node* root, const std::function<void(const Node*)>& see);

/// Every read in the equation's body and places, each once.
std::vector<const Node*> reads(const Equation& equation);

/// The ordered index of the equation's domain, or null.
const Index* ordered_index(const Equation& equation);

/// The equations that run together with the one at `begin`: neighbours around the same ordered index take turns at each
/// of its points; any other equation runs alone. Gives the position behind them.
size_t group_end(const std::vector<Equation>& equations, size_t begin);

/// The expression with `replace(node)` in place of each node that it gives one for (asked from the root down, nothing
/// below a replaced node is seen); where it gives null, the node is rebuilt from its rewritten operands.
const Node* substitute(Module& module, const Node* root, const std::function<const Node*(const Node*)>& replace);

}  // namespace nnc::ir
