#include "compiler/passes/factors.h"

#include <algorithm>

#include "compiler/ir/walk.h"

namespace nnc::passes {

using ir::Index;
using ir::Node;
using ir::Op;

namespace {

void add_factors(ir::Module& module, const Node* node, bool divides, std::vector<Factor>& factors) {
  bool is_apply = node->kind == Node::Kind::apply;
  if (is_apply && (node->op == Op::multiply || node->op == Op::divide)) {
    add_factors(module, node->args[0], divides, factors);
    add_factors(module, node->args[1], node->op == Op::divide ? !divides : divides, factors);
  } else if (is_apply && node->op == Op::negate) {
    factors.push_back({module.constant(-1, ir::Type::real), false});
    add_factors(module, node->args[0], divides, factors);
  } else {
    factors.push_back({node, divides});
  }
}

}  // namespace

IndexSet indices_of(const Node* node) {
  IndexSet found;
  ir::visit(node, [&](const Node* part) {
    if (part->kind == Node::Kind::index) found.insert(part->index);
  });
  return found;
}

std::vector<Factor> factors_of(ir::Module& module, const Node* body) {
  std::vector<Factor> factors;
  add_factors(module, body, false, factors);
  return factors;
}

bool are_operands(const IndexSet& a, const IndexSet& b, const std::vector<const Index*>& reduced) {
  auto is_reduced = [&](const Index* index) {
    return std::find(reduced.begin(), reduced.end(), index) != reduced.end();
  };
  auto has_own = [&](const IndexSet& own, const IndexSet& other) {
    return std::any_of(own.begin(), own.end(), [&](const Index* i) { return !other.contains(i) && !is_reduced(i); });
  };
  bool has_common =
      std::any_of(reduced.begin(), reduced.end(), [&](const Index* i) { return a.contains(i) && b.contains(i); });
  return has_common && has_own(a, b) && has_own(b, a);
}

}  // namespace nnc::passes
