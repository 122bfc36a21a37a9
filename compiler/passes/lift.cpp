#include "compiler/passes/lift.h"

#include <algorithm>

#include "compiler/passes/factors.h"
#include "compiler/passes/form.h"
#include "compiler/rewrite/affine.h"

namespace nnc::passes {

using ir::Equation;
using ir::Index;
using ir::Module;
using ir::Node;

namespace {

bool is_plain_read(const Node* node) {
  return node->kind == Node::Kind::read && std::all_of(node->args.begin(), node->args.end(),
                                                       [](const Node* at) { return rewrite::affine(at).has_value(); });
}

/// The expression as a value, whose equation goes in front.
const Node* lifted(Module& module, const Node* operand, const Equation& equation, const char* side,
                   std::vector<Equation>& result) {
  if (is_plain_read(operand)) return operand;
  std::vector<const Index*> over;
  std::vector<ir::Extent> shape;
  std::vector<const Node*> at;
  for (const Index* index : equation.over) {
    if (!uses(operand, index)) continue;
    over.push_back(index);
    shape.push_back(index->extent);
    at.push_back(module.value_of(index));
  }
  ir::Tensor* value = module.tensor(equation.out->name + side, shape, operand->type, ir::Role::value, equation.span);
  result.push_back({value, at, ir::Combine::set, operand, over, equation.span});
  return module.read(value, at);
}

}  // namespace

void lift(Module& module) {
  std::vector<Equation> result;
  for (Equation& equation : module.equations) {
    const Node* body = equation.body;
    bool is_product = equation.combine == ir::Combine::sum && !is_recurrence(equation) &&
                      body->kind == Node::Kind::apply && body->op == ir::Op::multiply && body->type == ir::Type::real;
    if (is_product && are_operands(indices_of(body->args[0]), indices_of(body->args[1]), reduced_indices(equation))) {
      const Node* left = lifted(module, body->args[0], equation, "_left", result);
      const Node* right = lifted(module, body->args[1], equation, "_right", result);
      equation.body = module.apply(ir::Op::multiply, {left, right});
    }
    result.push_back(std::move(equation));
  }
  module.equations = std::move(result);
}

}  // namespace nnc::passes
