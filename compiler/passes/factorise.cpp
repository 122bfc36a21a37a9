#include "compiler/passes/factorise.h"

#include <algorithm>

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"
#include "compiler/passes/factors.h"
#include "compiler/passes/form.h"

namespace nnc::passes {

using ir::Equation;
using ir::Index;
using ir::Module;
using ir::Node;
using ir::Op;
using ir::Tensor;

namespace {

bool is_number(const Node* node) {
  bool uniform = true;
  ir::visit(node, [&](const Node* part) {
    if (part->kind == Node::Kind::read || part->kind == Node::Kind::index) uniform = false;
  });
  return uniform;
}

/// The points of the indices of both, with a number for the samples that is larger than any layer.
double points_of_both(const IndexSet& a, const IndexSet& b) {
  constexpr double kSamples = 1e6;
  IndexSet both = a;
  both.insert(b.begin(), b.end());
  double points = 1;
  for (const Index* index : both)
    points *= index->extent.is_samples() ? kSamples : static_cast<double>(index->extent.size);
  return points;
}

class Factorise {
 public:
  explicit Factorise(Module& module) : module_(module), simplify_(module) {}

  void run() {
    for (Equation& equation : module_.equations) take_apart(equation);
    module_.equations = std::move(result_);
  }

 private:
  void take_apart(Equation& equation) {
    std::vector<const Index*> reduced = reduced_indices(equation);
    bool is_sum = equation.combine == ir::Combine::sum && equation.body->type == ir::Type::real && !reduced.empty();
    if (!is_sum || is_recurrence(equation)) {
      result_.push_back(std::move(equation));
      return;
    }
    std::vector<Factor> inside, outside;
    for (const Factor& factor : factors_of(module_, equation.body)) {
      bool changes = std::any_of(reduced.begin(), reduced.end(), [&](const Index* i) { return uses(factor.node, i); });
      (changes ? inside : outside).push_back(factor);
    }
    if (inside.empty()) {
      result_.push_back(std::move(equation));
      return;
    }
    bool is_product = pair_up(inside, reduced);
    bool only_numbers = std::all_of(outside.begin(), outside.end(), [](const Factor& f) { return is_number(f.node); });
    if (outside.empty() || (only_numbers && !is_product)) {
      if (outside.empty() && is_product) equation.body = product(inside);
      result_.push_back(std::move(equation));
      return;
    }
    leave(equation, reduced, product(inside), product(outside));
  }

  /// Two factors that are the operands of a matrix product, if the factors can be paired so.
  bool pair_up(std::vector<Factor>& factors, const std::vector<const Index*>& reduced) {
    std::vector<Factor> paired = factors;
    while (paired.size() > 2) {
      size_t best_a = 0, best_b = 1;
      double fewest = -1;
      for (size_t a = 0; a < paired.size(); ++a) {
        for (size_t b = a + 1; b < paired.size(); ++b) {
          double points = points_of_both(indices_of(paired[a].node), indices_of(paired[b].node));
          if (fewest >= 0 && points >= fewest) continue;
          fewest = points;
          best_a = a;
          best_b = b;
        }
      }
      paired[best_a] = {product({paired[best_a], paired[best_b]}), false};
      paired.erase(paired.begin() + static_cast<std::ptrdiff_t>(best_b));
    }
    if (paired.size() != 2) return false;
    if (!are_operands(indices_of(paired[0].node), indices_of(paired[1].node), reduced)) return false;
    factors = std::move(paired);
    return true;
  }

  const Node* product(const std::vector<Factor>& factors) {
    const Node *above = nullptr, *below = nullptr;
    for (const Factor& factor : factors) {
      const Node*& side = factor.divides ? below : above;
      side = side ? module_.apply(Op::multiply, {side, factor.node}) : factor.node;
    }
    if (!above) above = module_.constant(1, ir::Type::real);
    return below ? module_.apply(Op::divide, {above, below}) : above;
  }

  /// out[at] += outside · Σ inside, the sum in an equation of its own.
  void leave(Equation& equation, const std::vector<const Index*>& reduced, const Node* inside, const Node* outside) {
    std::vector<const Index*> kept;
    std::vector<ir::Extent> shape;
    std::vector<const Node*> at;
    for (const Index* index : equation.over) {
      if (std::find(reduced.begin(), reduced.end(), index) != reduced.end()) continue;
      kept.push_back(index);
      shape.push_back(index->extent);
      at.push_back(module_.value_of(index));
    }
    Tensor* sum = module_.tensor(equation.out->name + "_sum", shape, ir::Type::real, ir::Role::value, equation.span);
    result_.push_back({sum, at, ir::Combine::sum, simplify_(inside), equation.over, equation.span});
    equation.body = simplify_(module_.apply(Op::multiply, {module_.read(sum, at), outside}));
    equation.over = kept;
    result_.push_back(std::move(equation));
  }

  Module& module_;
  rewrite::Simplifier simplify_;
  std::vector<Equation> result_;
};

}  // namespace

void factorise(Module& module) {
  Factorise(module).run();
  settle_sums(module);
}

}  // namespace nnc::passes
