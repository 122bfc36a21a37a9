// Reductions: `sum[i: n](…)`, and over all elements of a tensor, `sum(x)`.
#include <algorithm>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {

Value Elaborator::eval_node(const ast::ReduceExpr& node, const ast::Expr& expr, Scope& scope) {
  if (is_known(expr, scope)) return known_reduce(node, scope, expr.span);
  Names names(scope);
  std::vector<const Index*> over;
  for (const ast::Binder& binder : node.binders) {
    auto found = range(binder, scope);
    if (!found) return {};
    const Index* index = equations_->new_index(binder.name.text, found->to - found->from);
    over.push_back(index);
    const Expr* value = equations_->plus(equations_->index(index, binder.name.span), found->from);
    scope.locals.push_back({binder.name.text, scalar(value), binder.name.span});
  }
  Value body = eval(*node.body, scope);
  if (body.is_poison()) return {};
  if (!body.is_numeric()) {
    error(DiagnosticKind::TypeMismatch, node.body->span, "a reduction takes numbers, and this is " + describe(body));
    return {};
  }
  return reduce_over(static_cast<Expr::Reducer>(node.reducer), std::move(over), body, expr.span);
}

Value Elaborator::reduce_over(Expr::Reducer reducer, std::vector<const Index*> over, const Value& body, Span span) {
  bool is_choice = reducer == Expr::Reducer::max || reducer == Expr::Reducer::min;
  bool is_empty = std::any_of(over.begin(), over.end(), [](const Index* index) { return index->extent == 0; });
  if (is_empty && is_choice) {
    error(DiagnosticKind::EmptyRange, span, "of no elements there is neither a largest nor a smallest");
    return {};
  }
  if (is_empty) return {Constant::of_integer(reducer == Expr::Reducer::sum ? 0 : 1)};
  Lazy inner = to_lazy(body);
  if (inner.type == Type::boolean) {
    error(DiagnosticKind::TypeMismatch, span, "a reduction takes numbers, and this is a boolean")
        .hint("`select(c, 1, 0)` counts");
    return {};
  }
  auto at = [this, reducer, over, inner, span](Places where) {
    return equations_->reduce(reducer, over, inner.at(where), span);
  };
  if (inner.shape.empty()) return scalar(at({}));
  return make(Lazy{inner.shape, inner.type, at});
}

Value Elaborator::reduce_all(Expr::Reducer reducer, const Value& value, Span span) {
  if (value.is_known()) return known_reduce_all(reducer, value, span);
  Lazy inner = to_lazy(value);
  if (inner.shape.empty()) return value;
  std::vector<const Index*> over = new_indices(inner.shape);
  return reduce_over(reducer, over, scalar(inner.at(places(over))), span);
}

}  // namespace nnc::sema
