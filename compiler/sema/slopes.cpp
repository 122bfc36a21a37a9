#include "compiler/sema/slopes.h"

#include <algorithm>

namespace nnc::sema {
namespace {

/// What an operand adds to the result: as the result itself is reached, or less.
Dependence through(const Expr* expr, Dependence how) {
  if (expr->kind != Expr::Kind::apply || how == Dependence::held) return how;
  if (expr->op == Op::stop_gradient) return Dependence::held;
  bool is_step = expr->type != Type::real || !scalar::function(expr->op).differentiable;
  return is_step ? Dependence::steps : how;
}

}  // namespace

Dependences::Dependences(const Program& program, const Tensor* of) {
  std::unordered_map<const Tensor*, const Step*> made;
  for (const Step& step : program.steps) {
    std::visit([&](const auto& node) { made.emplace(node.tensor, &step); }, step);
  }
  reach(of, of->type == Type::real ? Dependence::smooth : Dependence::steps);
  while (!waiting_.empty()) {
    const Reached next = waiting_.back();
    waiting_.pop_back();
    if (const Expr* expr = next.expr) {
      const Dependence inner = through(expr, next.how);
      const Dependence places = next.how == Dependence::held ? Dependence::held : Dependence::steps;
      if (expr->kind == Expr::Kind::read) reach(expr->tensor, next.how);
      for (const Expr* arg : expr->args) {
        bool decides = expr->kind == Expr::Kind::read || arg->type != Type::real;  // a place, a condition, an integer
        reach(arg, decides ? std::min(inner, places) : inner);
      }
      continue;
    }
    auto found = made.find(next.tensor);
    if (found == made.end()) continue;
    if (auto* gradient = std::get_if<Gradient>(found->second)) {
      reach(gradient->of, next.how);
    } else {
      for (const Piece& piece : std::get<Definition>(*found->second).pieces) reach(piece.body, next.how);
    }
  }
}

Dependence Dependences::on(const Tensor* tensor) const {
  auto found = tensors_.find(tensor);
  return found == tensors_.end() ? Dependence::none : found->second;
}

void Dependences::reach(const Tensor* tensor, Dependence how) {
  Dependence& known = tensors_[tensor];
  if (known >= how) return;
  known = how;
  waiting_.push_back({tensor, nullptr, how});
}

void Dependences::reach(const Expr* expr, Dependence how) {
  Dependence& known = exprs_[expr];
  if (known >= how) return;
  known = how;
  waiting_.push_back({nullptr, expr, how});
}

}  // namespace nnc::sema
