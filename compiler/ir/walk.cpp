// Both walks remember what they have seen: expressions share nodes.
#include "compiler/ir/walk.h"

namespace nnc::ir {

const Node* walk_detail::with_args(Module& module, const Node* node, std::vector<const Node*> args) {
  return node->kind == Node::Kind::read ? module.read(node->tensor, std::move(args))
                                        : module.apply(node->op, std::move(args));
}

std::vector<const Node*> reads(const Equation& equation) {
  std::vector<const Node*> found;
  NodeSet seen;
  auto keep_read = [&](const Node* node) {
    if (node->kind == Node::Kind::read) found.push_back(node);
  };
  for (const Node* place : equation.at) walk_detail::visit_new(place, seen, keep_read);
  walk_detail::visit_new(equation.body, seen, keep_read);
  return found;
}

const Index* ordered_index(const Equation& equation) {
  for (const Index* index : equation.over) {
    if (index->ordered) return index;
  }
  return nullptr;
}

size_t group_end(const std::vector<Equation>& equations, size_t begin) {
  const Index* index = ordered_index(equations[begin]);
  size_t end = begin + 1;
  while (index && end < equations.size() && ordered_index(equations[end]) == index) ++end;
  return end;
}

}  // namespace nnc::ir
