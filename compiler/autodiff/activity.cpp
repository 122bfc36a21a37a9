// Dependence spreads forward from the one end and backward from the other; around an ordered index until nothing new is
// found.
#include "compiler/autodiff/activity.h"

#include <algorithm>

#include "compiler/ir/walk.h"

namespace nnc::autodiff {
namespace {

using ir::Equation;
using ir::Node;
using ir::Tensor;

void collect(const Node* node, std::unordered_set<const Node*>& seen, std::vector<const Node*>& reads) {
  if (node->type != ir::Type::real || !seen.insert(node).second) return;
  if (node->kind == Node::Kind::read) reads.push_back(node);
  if (!passes_change(node)) return;
  for (const Node* arg : node->args) collect(arg, seen, reads);
}

}  // namespace

bool passes_change(const Node* node) {
  return node->kind == Node::Kind::apply && node->type == ir::Type::real && scalar::function(node->op).differentiable;
}

std::vector<const Node*> differentiable_reads(const Equation& equation) {
  std::unordered_set<const Node*> seen;
  std::vector<const Node*> reads;
  collect(equation.body, seen, reads);
  return reads;
}

TensorSet between(const ir::Module& module, const TensorSet& from, const TensorSet& to) {
  const std::vector<Equation>& equations = module.equations;
  TensorSet depends = from, reaches = to;
  auto spread_forward = [&](const Equation& equation) {
    std::vector<const Node*> reads = differentiable_reads(equation);
    bool is_found = std::any_of(reads.begin(), reads.end(), [&](const Node* r) { return depends.contains(r->tensor); });
    return is_found && depends.insert(equation.out).second;
  };
  auto spread_backward = [&](const Equation& equation) {
    if (!reaches.contains(equation.out)) return false;
    bool is_new = false;
    for (const Node* read : differentiable_reads(equation)) is_new |= reaches.insert(read->tensor).second;
    return is_new;
  };
  for (size_t begin = 0, end = 0; begin < equations.size(); begin = end) {
    end = ir::group_end(equations, begin);
    for (bool is_new = true; is_new;) {
      is_new = false;
      for (size_t i = begin; i < end; ++i) is_new |= spread_forward(equations[i]);
    }
  }
  // Backward, a group's neighbours are found again from its end.
  std::vector<size_t> begins;
  for (size_t begin = 0; begin < equations.size(); begin = ir::group_end(equations, begin)) begins.push_back(begin);
  for (size_t g = begins.size(); g-- > 0;) {
    size_t end = ir::group_end(equations, begins[g]);
    for (bool is_new = true; is_new;) {
      is_new = false;
      for (size_t i = end; i-- > begins[g];) is_new |= spread_backward(equations[i]);
    }
  }
  std::erase_if(depends, [&](const Tensor* tensor) { return !reaches.contains(tensor); });
  return depends;
}

}  // namespace nnc::autodiff
