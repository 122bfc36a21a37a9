// From the root to the leaves: a node's adjoint is complete when all its uses have been seen. Adjoints inside an arm
// are kept without its `select`, which is written once, around what leaves the arm: select(c, g, 0) · y is select(c, g
// · y, 0), so that no 0 meets an infinity.
#include "compiler/autodiff/reverse_body.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/autodiff/guards.h"
#include "compiler/autodiff/table.h"
#include "compiler/ir/walk.h"

namespace nnc::autodiff {
namespace {

using ir::Equation;
using ir::Expr;
using ir::Node;

/// One use of a node: what it adds to the node's adjoint where the guards hold.
struct Use {
  Expr adjoint;
  Guards guards;
  bool is_stored;  // where the guards hold, the node's value is what the equation stores
};

/// select(c, x, 0) + select(c, 0, y) is select(c, x, y).
Expr sum(Expr a, Expr b) {
  auto is_select = [](Expr e) { return e.node->kind == Node::Kind::apply && e.node->op == ir::Op::select; };
  auto is_zero = [](const Node* n) { return n->kind == Node::Kind::constant && n->number == 0; };
  if (is_select(a) && is_select(b) && a.node->args[0] == b.node->args[0]) {
    Expr condition{a.module, a.node->args[0]};
    auto arm = [&](Expr e, size_t i) { return Expr{e.module, e.node->args[i]}; };
    if (is_zero(a.node->args[2]) && is_zero(b.node->args[1])) return select(condition, arm(a, 1), arm(b, 2));
    if (is_zero(a.node->args[1]) && is_zero(b.node->args[2])) return select(condition, arm(b, 1), arm(a, 2));
  }
  return a + b;
}

class BodyWalk {
 public:
  BodyWalk(const Equation& equation, const TensorSet& active, ir::Module& module)
      : equation_(equation), module_(module) {
    ir::visit(equation.body, [&](const Node* node) {
      if (!carries(node, active)) return;
      carriers_.push_back(node);
      uses_.try_emplace(node);
    });
  }

  std::vector<Contribution> run(Expr g) {
    std::vector<Contribution> contributions;
    if (!uses_.contains(equation_.body)) return contributions;
    uses_[equation_.body].push_back({g, {}, equation_.combine == ir::Combine::set});
    for (size_t i = carriers_.size(); i-- > 0;) {
      const Node* node = carriers_[i];
      std::vector<Use>& uses = uses_[node];
      if (uses.empty()) continue;
      Use all = merged(uses);
      if (node->kind == Node::Kind::read) {
        contributions.push_back({node, guarded(all.adjoint, all.guards)});
      } else {
        spread(node, all);
      }
    }
    std::reverse(contributions.begin(), contributions.end());
    return contributions;
  }

 private:
  /// Whether an active read lies below the node on a differentiable path.
  bool carries(const Node* node, const TensorSet& active) const {
    if (node->type != ir::Type::real) return false;
    if (node->kind == Node::Kind::read) return active.contains(node->tensor);
    return passes_change(node) &&
           std::any_of(node->args.begin(), node->args.end(), [&](const Node* arg) { return uses_.contains(arg); });
  }

  static Use merged(const std::vector<Use>& uses) {
    Guards guards = uses[0].guards;
    for (const Use& use : uses) guards = common(guards, use.guards);
    Expr total = guarded(uses[0].adjoint, uses[0].guards, guards.size());
    for (size_t i = 1; i < uses.size(); ++i)
      total = sum(total, guarded(uses[i].adjoint, uses[i].guards, guards.size()));
    return {total, guards, uses.size() == 1 && uses[0].is_stored};
  }

  void spread(const Node* node, const Use& use) {
    Expr result{&module_, use.is_stored ? module_.read(equation_.out, equation_.at) : node};
    std::vector<Expr> operands;
    for (const Node* arg : node->args) operands.push_back({&module_, arg});
    std::vector<Adjoint> adjoints = row(node->op)(use.adjoint, result, operands);
    for (size_t i = 0; i < adjoints.size(); ++i) {
      auto found = uses_.find(node->args[i]);
      if (found == uses_.end() || !adjoints[i].value.node) continue;
      const Adjoint& adjoint = adjoints[i];
      Guards guards = adjoint.condition ? with(use.guards, {adjoint.condition, adjoint.when}) : use.guards;
      found->second.push_back({adjoint.value, std::move(guards), use.is_stored && node->op == ir::Op::select});
    }
  }

  const Equation& equation_;
  ir::Module& module_;
  std::vector<const Node*> carriers_;  // operands before what uses them
  std::unordered_map<const Node*, std::vector<Use>> uses_;
};

}  // namespace

std::vector<Contribution> reverse_body(const Equation& equation, Expr g, const TensorSet& active) {
  return BodyWalk(equation, active, *g.module).run(g);
}

}  // namespace nnc::autodiff
