// Going through the nodes of an expression: seeing each once, and rebuilding it with some replaced.
#pragma once

#include <utility>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/ir/seen.h"

namespace nnc::ir {

namespace walk_detail {

template <class See>
void visit_new(const Node* node, NodeSet& seen, const See& see) {
  if (!seen.insert(node)) return;
  for (const Node* arg : node->args) visit_new(arg, seen, see);
  see(node);
}

/// The read or application with other operands.
const Node* with_args(Module& module, const Node* node, std::vector<const Node*> args);

template <class Replace>
const Node* substitute_new(Module& module, const Node* node, NodeMap<const Node*>& done, const Replace& replace) {
  if (const Node** found = done.find(node)) return *found;
  const Node* result = replace(node);
  if (!result) {
    result = node;
    std::vector<const Node*> args;
    for (size_t i = 0; i < node->args.size(); ++i) {
      const Node* arg = substitute_new(module, node->args[i], done, replace);
      if (arg != node->args[i] && args.empty()) args = node->args;
      if (!args.empty()) args[i] = arg;
    }
    if (!args.empty()) result = with_args(module, node, std::move(args));
  }
  done.insert(node, result);
  return result;
}

}  // namespace walk_detail

/// Calls `see(node)` for every node below and including `root`, each once, operands before what uses them.
template <class See>
void visit(const Node* root, const See& see) {
  NodeSet seen;
  walk_detail::visit_new(root, seen, see);
}

/// Every read in the equation's body and places, each once.
std::vector<const Node*> reads(const Equation& equation);

/// The ordered index of the equation's domain, or null.
const Index* ordered_index(const Equation& equation);

/// The equations that run together with the one at `begin`: neighbours around the same ordered index take turns at each
/// of its points; any other equation runs alone. Gives the position behind them.
size_t group_end(const std::vector<Equation>& equations, size_t begin);

/// The expression with `replace(node)` in place of each node that it gives one for (asked from the root down, nothing
/// below a replaced node is seen); where it gives null, the node is rebuilt from its rewritten operands.
template <class Replace>
const Node* substitute(Module& module, const Node* root, const Replace& replace) {
  NodeMap<const Node*> done;
  return walk_detail::substitute_new(module, root, done, replace);
}

}  // namespace nnc::ir
