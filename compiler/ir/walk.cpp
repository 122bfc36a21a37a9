// Both walks remember what they have seen: expressions share nodes.
#include "compiler/ir/walk.h"

#include <unordered_set>

namespace nnc::ir {
namespace {

void visit_new(const Node* node, std::unordered_set<const Node*>& seen, const std::function<void(const Node*)>& see) {
  if (!seen.insert(node).second) return;
  for (const Node* arg : node->args) visit_new(arg, seen, see);
  see(node);
}

const Node* rebuild(Module& module, const Node* node, std::vector<const Node*> args) {
  if (args == node->args) return node;
  return node->kind == Node::Kind::read ? module.read(node->tensor, std::move(args))
                                        : module.apply(node->op, std::move(args));
}

const Node* substitute_new(Module& module, const Node* node, std::unordered_map<const Node*, const Node*>& done,
                           const std::function<const Node*(const Node*)>& replace) {
  if (auto found = done.find(node); found != done.end()) return found->second;
  const Node* result = replace(node);
  if (!result) {
    std::vector<const Node*> args;
    for (const Node* arg : node->args) args.push_back(substitute_new(module, arg, done, replace));
    result = rebuild(module, node, std::move(args));
  }
  done.emplace(node, result);
  return result;
}

}  // namespace

void visit(const Node* root, const std::function<void(const Node*)>& see) {
  std::unordered_set<const Node*> seen;
  visit_new(root, seen, see);
}

std::vector<const Node*> reads(const Equation& equation) {
  std::vector<const Node*> found;
  std::unordered_set<const Node*> seen;
  auto keep_read = [&](const Node* node) {
    if (node->kind == Node::Kind::read) found.push_back(node);
  };
  for (const Node* place : equation.at) visit_new(place, seen, keep_read);
  visit_new(equation.body, seen, keep_read);
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

const Node* substitute(Module& module, const Node* root, const std::function<const Node*(const Node*)>& replace) {
  std::unordered_map<const Node*, const Node*> done;
  return substitute_new(module, root, done, replace);
}

}  // namespace nnc::ir
