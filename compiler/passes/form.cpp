#include "compiler/passes/form.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>

#include "compiler/ir/walk.h"
#include "compiler/passes/factors.h"
#include "compiler/rewrite/affine.h"

namespace nnc::passes {

using ir::Equation;
using ir::Index;
using ir::Node;

namespace {

bool is_operand(const Node* node) {
  return node->kind == Node::Kind::read && node->tensor->role != ir::Role::constant &&
         std::all_of(node->args.begin(), node->args.end(),
                     [](const Node* place) { return rewrite::affine(place).has_value(); });
}

/// Values of the sum at different points differ: each coefficient is larger than all that smaller ones add up to.
bool is_injective(const rewrite::Affine& sum) {
  int64_t reach = 0;
  for (auto term = sum.terms.rbegin(); term != sum.terms.rend(); ++term) {
    if (term->index->extent.is_samples()) return sum.terms.size() == 1;
    if (std::abs(term->coefficient) <= reach) return false;
    reach += std::abs(term->coefficient) * (term->index->extent.size - 1);
  }
  return true;
}

/// Sums over indices of their own, each at any point: out of each other's range, or apart by what no step makes up for.
bool never_meet(const rewrite::Affine& a, const rewrite::Affine& b) {
  auto [a_low, a_high] = rewrite::range(a);
  auto [b_low, b_high] = rewrite::range(b);
  if (a_high < b_low || b_high < a_low) return true;
  int64_t step = 0;
  for (const auto& term : a.terms) step = std::gcd(step, term.coefficient);
  for (const auto& term : b.terms) step = std::gcd(step, term.coefficient);
  return step > 1 && (a.constant - b.constant) % step != 0;
}

}  // namespace

const Index* plain_index(const Node* node) { return node->kind == Node::Kind::index ? node->index : nullptr; }

bool uses(const Node* node, const Index* index) {
  if (node->kind == Node::Kind::index) return node->index == index;
  return std::any_of(node->args.begin(), node->args.end(), [&](const Node* arg) { return uses(arg, index); });
}

std::vector<const Index*> reduced_indices(const Equation& equation) {
  std::vector<const Index*> reduced;
  for (const Index* index : equation.over) {
    auto in_place = [&](const Node* place) { return uses(place, index); };
    if (std::none_of(equation.at.begin(), equation.at.end(), in_place)) reduced.push_back(index);
  }
  return reduced;
}

bool stays_inside(const Node* place, ir::Extent dimension) {
  if (const Index* index = plain_index(place); index && index->extent == dimension) return true;
  auto sum = rewrite::affine(place);
  if (!sum || dimension.is_samples()) return false;
  auto [low, high] = rewrite::range(*sum);
  return low >= 0 && high < dimension.size;
}

bool has_plain_places(const std::vector<const Node*>& at) {
  std::set<const Index*> seen;
  return std::all_of(at.begin(), at.end(), [&](const Node* place) {
    const Index* index = plain_index(place);
    return index && seen.insert(index).second;
  });
}

bool writes_each_place_once(const Equation& equation) {
  std::set<const Index*> seen;
  for (size_t d = 0; d < equation.at.size(); ++d) {
    auto sum = rewrite::affine(equation.at[d]);
    if (!sum || !is_injective(*sum) || !stays_inside(equation.at[d], equation.out->shape[d])) return false;
    for (const auto& term : sum->terms) {
      if (!seen.insert(term.index).second) return false;
    }
  }
  return seen.size() == equation.over.size();
}

bool writes_all_places_once(const Equation& equation) {
  if (!has_plain_places(equation.at) || equation.at.size() != equation.over.size()) return false;
  for (size_t d = 0; d < equation.at.size(); ++d) {
    if (!(equation.at[d]->index->extent == equation.out->shape[d])) return false;
  }
  return true;
}

bool write_different_places(const Equation& a, const Equation& b) {
  for (size_t d = 0; d < a.at.size(); ++d) {
    auto in_a = rewrite::affine(a.at[d]), in_b = rewrite::affine(b.at[d]);
    if (in_a && in_b && never_meet(*in_a, *in_b)) return true;
  }
  return false;
}

bool is_contraction(const Equation& equation) {
  const Node* body = equation.body;
  if (equation.combine != ir::Combine::sum || body->kind != Node::Kind::apply || body->op != ir::Op::multiply) {
    return false;
  }
  if (!is_operand(body->args[0]) || !is_operand(body->args[1])) return false;
  return are_operands(indices_of(body->args[0]), indices_of(body->args[1]), reduced_indices(equation));
}

bool is_recurrence(const Equation& equation) { return ir::ordered_index(equation) != nullptr; }

}  // namespace nnc::passes
