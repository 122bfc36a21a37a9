// Sizes and ranges: integers that must be known.
#include "compiler/sema/elaborator.h"

namespace nnc::sema {

std::optional<int64_t> Elaborator::integer(const ast::Expr& expr, Scope& scope, const std::string& what) {
  Value value = eval(expr, scope);
  if (value.is_poison()) return std::nullopt;
  auto* constant = value.constant();
  if (constant && (constant->is_integer() || constant->type == Type::u32)) return constant->integer;
  if (constant) {
    error(DiagnosticKind::TypeMismatch, expr.span, what + " is an integer, and this is " + text(*constant));
  } else if (value.is_numeric()) {
    auto& message =
        error(DiagnosticKind::NotConstant, expr.span, what + " is known before there is data, and this is not");
    const Expr* number = as_number(value);
    if (number && !reads_samples(number))
      message.hint("only what has no input in it may have a range that depends on an index");
  } else {
    error(DiagnosticKind::TypeMismatch, expr.span, what + " is an integer, and this is " + describe(value));
  }
  return std::nullopt;
}

std::optional<int64_t> Elaborator::size(const ast::Expr& expr, Scope& scope) {
  auto found = integer(expr, scope, "a size");
  if (!found) return std::nullopt;
  if (*found > 0 && *found <= INT32_MAX) return found;
  // A name stands for an argument: that is what is wrong.
  auto* name = std::get_if<ast::NameExpr>(&expr.node);
  const Local* local = name ? find_local(scope, name->name) : nullptr;
  Span where = local ? local->span : expr.span;
  auto& message = *found <= 0 ? error(DiagnosticKind::BadSize, where,
                                      "this size is " + std::to_string(*found) + ": it must be at least 1")
                              : error(DiagnosticKind::TooLarge, where,
                                      "this size is " + std::to_string(*found) + ": more than 2^31 elements");
  if (local) message.note(expr.span, "the size is wanted here");
  return std::nullopt;
}

std::optional<Shape> Elaborator::shape(const std::vector<ast::ExprPtr>& extents, Scope& scope) {
  Shape result;
  bool failed = false;
  Span whole;
  for (const ast::ExprPtr& extent : extents) {
    auto found = size(*extent, scope);
    failed = failed || !found;
    if (found) result.push_back(*found);
    whole = cover(whole, extent->span);
  }
  if (failed || !fits(result, whole, "this tensor")) return std::nullopt;
  return result;
}

std::optional<Elaborator::Range> Elaborator::range(const ast::Binder& binder, Scope& scope) {
  if (binder.ordered) {
    error(DiagnosticKind::NotSupported, binder.name.span,
          "an `ordered` index (a recurrence, and training through time) comes later")
        .hint("one step is a model today: the state is an input, the next state an output");
    return std::nullopt;
  }
  auto from = binder.from ? integer(*binder.from, scope, "a range") : std::optional<int64_t>(0);
  auto to = integer(*binder.to, scope, "a range");
  if (!from || !to) return std::nullopt;
  if (known_depth_ > 0 && *to < *from) return Range{*from, *from};
  if (*to < *from || *to - *from > INT32_MAX || *to > INT32_MAX || *from < INT32_MIN) {
    Span whole = cover(binder.from ? binder.from->span : binder.name.span, binder.to->span);
    error(DiagnosticKind::BadRange, whole,
          "`" + binder.name.text + "` cannot run over " + std::to_string(*from) + ".." + std::to_string(*to));
    return std::nullopt;
  }
  return Range{*from, *to};
}

}  // namespace nnc::sema
