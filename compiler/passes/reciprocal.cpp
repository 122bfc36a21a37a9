#include "compiler/passes/reciprocal.h"

#include <algorithm>

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"
#include "compiler/passes/form.h"

namespace nnc::passes {

using ir::Equation;
using ir::Index;
using ir::Module;
using ir::Node;
using ir::Op;
using ir::Tensor;

namespace {

class Reciprocal {
 public:
  explicit Reciprocal(Module& module) : module_(module), simplify_(module) {}

  void run() {
    for (Equation& equation : module_.equations) {
      if (!is_recurrence(equation)) {
        replace(module_, equation, simplify_, [&](const Node* node) { return product(node, equation); });
      }
      result_.push_back(equation);
    }
    module_.equations = std::move(result_);
  }

 private:
  /// a · (1/s) for a division a/s that is done too often; null for anything else.
  const Node* product(const Node* node, const Equation& equation) {
    bool is_quotient = node->kind == Node::Kind::apply && node->op == Op::divide && node->type == ir::Type::real;
    if (!is_quotient || node->args[1]->kind == Node::Kind::constant) return nullptr;
    const Node* divisor = node->args[1];
    std::vector<const Index*> over;
    int64_t times = 1;
    for (const Index* index : equation.over) {
      if (passes::uses(divisor, index)) {
        over.push_back(index);
      } else {
        times *= index->extent.is_samples() ? 2 : index->extent.size;
      }
    }
    if (times == 1) return nullptr;
    const Node* dividend =
        ir::substitute(module_, node->args[0], [&](const Node* part) { return product(part, equation); });
    return module_.apply(Op::multiply, {dividend, inverse(divisor, over, equation.span)});
  }

  const Node* inverse(const Node* divisor, const std::vector<const Index*>& over, Span span) {
    Tensor*& tensor = inverses_[divisor];
    std::vector<const Node*> at;
    for (const Index* index : over) at.push_back(module_.value_of(index));
    if (!tensor) {
      std::vector<ir::Extent> shape;
      for (const Index* index : over) shape.push_back(index->extent);
      tensor = module_.tensor(name_of(divisor) + "_inverse", shape, ir::Type::real, ir::Role::value, span);
      const Node* one = module_.constant(1, ir::Type::real);
      const Node* body = simplify_(module_.apply(Op::divide, {one, divisor}));
      result_.push_back({tensor, at, ir::Combine::set, body, over, span});
    }
    return module_.read(tensor, at);
  }

  static std::string name_of(const Node* divisor) {
    if (divisor->kind == Node::Kind::samples) return "samples";
    if (divisor->kind == Node::Kind::read) return divisor->tensor->name;
    for (const Node* arg : divisor->args) {
      std::string name = name_of(arg);
      if (!name.empty()) return name;
    }
    return {};
  }

  Module& module_;
  rewrite::Simplifier simplify_;
  std::unordered_map<const Node*, Tensor*> inverses_;  // a divisor has the indices that it uses, wherever it stands
  std::vector<Equation> result_;
};

}  // namespace

void reciprocal(Module& module) { Reciprocal(module).run(); }

}  // namespace nnc::passes
