// Matching with a list of goals, so that a choice made early can be taken back.
#include "compiler/rewrite/pattern.h"

#include <algorithm>

namespace nnc::rewrite {

using ir::Node;
using ir::Op;

namespace {

bool is_commutative(Op op) {
  constexpr std::array kCommutative = {Op::add,         Op::multiply,   Op::equal,       Op::not_equal,
                                       Op::logical_and, Op::logical_or, Op::exclusive_or};
  return std::find(kCommutative.begin(), kCommutative.end(), op) != kCommutative.end();
}

struct Goal {
  const Pattern* pattern;
  const Node* node;
};

bool solve(const Rule& rule, std::vector<Goal> goals, Bindings& bindings);

bool bind(const Rule& rule, const Pattern& pattern, const Node* node, Bindings& bindings) {
  bool fits = pattern.is_boolean_letter() ? node->type == ir::Type::boolean : rule.types.contains(node->type);
  if (!fits) return false;
  const Node*& bound = bindings[static_cast<size_t>(pattern.letter - 'a')];
  if (bound) return bound == node;
  bound = node;
  return true;
}

bool solve_apply(const Rule& rule, const Goal& goal, std::vector<Goal> rest, Bindings& bindings) {
  if (goal.node->kind != Node::Kind::apply || goal.node->op != goal.pattern->op) return false;
  const auto& operands = goal.pattern->operands;
  Bindings before = bindings;
  std::vector<Goal> goals = rest;
  for (size_t i = operands.size(); i-- > 0;) goals.push_back({&operands[i], goal.node->args[i]});
  if (solve(rule, std::move(goals), bindings)) return true;
  if (!is_commutative(goal.node->op)) return false;
  bindings = before;
  rest.push_back({&operands[1], goal.node->args[0]});
  rest.push_back({&operands[0], goal.node->args[1]});
  return solve(rule, std::move(rest), bindings);
}

/// The goals are met from the last to the first.
bool solve(const Rule& rule, std::vector<Goal> goals, Bindings& bindings) {
  while (!goals.empty()) {
    Goal goal = goals.back();
    goals.pop_back();
    const Pattern& pattern = *goal.pattern;
    bool is_number = goal.node->kind == Node::Kind::constant;
    switch (pattern.kind) {
      case Pattern::Kind::apply:
        return solve_apply(rule, goal, std::move(goals), bindings);
      case Pattern::Kind::number:
        if (!is_number || goal.node->type == ir::Type::boolean || goal.node->number != pattern.number) return false;
        break;
      case Pattern::Kind::truth:
        if (!is_number || goal.node->type != ir::Type::boolean || goal.node->number != pattern.number) return false;
        break;
      case Pattern::Kind::constant:
        if (!is_number || !bind(rule, pattern, goal.node, bindings)) return false;
        break;
      case Pattern::Kind::any:
        if (!bind(rule, pattern, goal.node, bindings)) return false;
        break;
    }
  }
  const Node* a = bindings[0];
  return !rule.when || !a || rule.when(a->number);
}

}  // namespace

bool matches(const Rule& rule, const Node* node, Bindings& bindings) {
  bindings = {};
  return solve(rule, {{&rule.left, node}}, bindings);
}

ir::Type type_of(const Bindings& bindings) {
  for (char letter : {'x', 'y', 'z', 'a', 'b'}) {
    if (const Node* node = bindings[static_cast<size_t>(letter - 'a')]) return node->type;
  }
  return ir::Type::boolean;
}

}  // namespace nnc::rewrite
