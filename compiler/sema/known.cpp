// What the compiler works out itself: whatever has no input, parameter or index of an equation in it.
#include <algorithm>

#include "compiler/sema/ast_names.h"
#include "compiler/sema/elaborator.h"

namespace nnc::sema {
namespace {

/// The largest table that the compiler computes.
constexpr int64_t kMostKnown = 1 << 20;

constexpr Op kReducerOps[] = {Op::add, Op::multiply, Op::max, Op::min};

bool is_known_kind(ast::DeclKind kind) {
  return kind == ast::DeclKind::function || kind == ast::DeclKind::activation || kind == ast::DeclKind::init;
}

bool is_known_value(const Value& value) {
  if (auto* callable = value.callable()) return is_known_kind(callable->declared.declaration->kind);
  return !value.lazy() && !value.tuple() && !std::holds_alternative<BlockUse>(value.node);
}

}  // namespace

bool Elaborator::is_known(const ast::Expr& expr, const Scope& scope) {
  return each_name(expr, [&](const std::string& name) { return is_known_name(name, scope); });
}

bool Elaborator::is_known_name(const std::string& name, const Scope& scope) {
  if (const Local* local = find_local(scope, name)) return is_known_value(local->value);
  if (name == "grad" || name == "target") return false;
  if (is_core_word(name) && !scope.file->names.count(name)) return true;
  Declared declared = files_.find(*scope.file, name);
  return !declared.declaration || is_known_kind(declared.declaration->kind);
}

Value Elaborator::known_fold(Op op, const std::vector<Constant>& operands, Span span) {
  Folded folded = fold(op, operands);
  std::string list;
  for (const Constant& operand : operands) list += (list.empty() ? "" : " and ") + text(operand);
  switch (folded.problem) {
    case Folded::Problem::none:
      return {folded.value};
    case Folded::Problem::types:
      error(DiagnosticKind::TypeMismatch, span,
            "`" + std::string(scalar::function(op).name) + "` does not take " + list);
      break;
    case Folded::Problem::overflow:
      error(DiagnosticKind::ConstantOverflow, span, "this integer is beyond 64 bits: it is made of " + list);
      break;
    case Folded::Problem::inexact:
      error(DiagnosticKind::InexactDivision, span, text(operands[0]) + " is no multiple of " + text(operands[1]))
          .hint("integers divide exactly; `" + text(operands[0]) + ".0` makes it a division of reals");
      break;
    case Folded::Problem::zero_divisor:
      error(DiagnosticKind::DivisionByZero, span, "an integer is divided by 0");
      break;
  }
  return {};
}

Value Elaborator::known_apply(Op op, const std::vector<Operand>& operands, Span span) {
  const ConstantTensor* shaped = nullptr;
  for (const Operand& operand : operands) {
    if (operand.value.constants()) shaped = operand.value.constants();
  }
  std::vector<Constant> row(operands.size());
  auto fold_at = [&](size_t e) {
    for (size_t i = 0; i < operands.size(); ++i) {
      auto* tensor = operands[i].value.constants();
      row[i] = tensor ? tensor->elements[e] : *operands[i].value.constant();
    }
    return known_fold(op, row, span);
  };
  if (!shaped) return fold_at(0);
  if (!spend(span, shaped->elements.size())) return {};
  ConstantTensor result{shaped->name, span, shaped->shape, {}};
  for (size_t e = 0; e < shaped->elements.size(); ++e) {
    Value element = fold_at(e);
    if (element.is_poison()) return {};
    result.elements.push_back(*element.constant());
  }
  return make(std::move(result));
}

Value Elaborator::known_reduce_all(Expr::Reducer reducer, const Value& value, Span span) {
  if (value.constant()) return value;
  const auto& elements = value.constants()->elements;
  if (!spend(span, elements.size())) return {};
  Constant total = elements[0];
  for (size_t e = 1; e < elements.size(); ++e) {
    Value next = known_fold(kReducerOps[static_cast<size_t>(reducer)], {total, elements[e]}, span);
    if (next.is_poison()) return {};
    total = *next.constant();
  }
  return {total};
}

Value Elaborator::known_reduce(const ast::ReduceExpr& node, Scope& scope, Span span) {
  Names names(scope);
  auto reducer = static_cast<Expr::Reducer>(node.reducer);
  std::optional<Value> total;
  ++known_depth_;
  // Visits the points of the binders from `depth` on; false once there is a mistake.
  std::function<bool(size_t)> visit = [&](size_t depth) {
    if (depth == node.binders.size()) {
      Value body = eval(*node.body, scope);
      if (!body.is_poison() && !body.is_numeric()) {
        error(DiagnosticKind::TypeMismatch, node.body->span,
              "a reduction takes numbers, and this is " + describe(body));
        return false;
      }
      total = total ? apply(kReducerOps[static_cast<size_t>(reducer)], {{*total, span}, {body, span}}, span) : body;
      return !total->is_poison();
    }
    auto found = range(node.binders[depth], scope);
    if (!found) return false;
    size_t local = scope.locals.size();
    scope.locals.push_back({node.binders[depth].name.text, {}, node.binders[depth].name.span});
    for (int64_t i = found->from; i < found->to; ++i) {
      scope.locals[local].value = {Constant::of_integer(i)};
      if (!visit(depth + 1)) return false;
      scope.locals.resize(local + 1);
    }
    scope.locals.pop_back();
    return true;
  };
  bool done = visit(0);
  --known_depth_;
  if (!done) return {};
  if (total) return *total;
  return reduce_over(reducer, {equations_->new_index("i", 0)}, {Constant::of_integer(0)}, span);
}

Value Elaborator::known_table(const std::string& name, Shape shape, const std::vector<std::string>& indices,
                              const ast::Expr& body, Scope& scope, Span span) {
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  if (count > kMostKnown) {
    error(DiagnosticKind::TooLarge, span,
          "`" + name + "` would be a table of " + std::to_string(count) + " numbers, worked out by the compiler");
    return {};
  }
  ConstantTensor table{name, span, shape, {}};
  Names names(scope);
  size_t first = scope.locals.size();
  for (const std::string& index : indices) scope.locals.push_back({index, {}, span});
  ++known_depth_;
  for (int64_t e = 0; e < count; ++e) {
    int64_t rest = e;
    for (size_t d = shape.size(); d-- > 0; rest /= shape[d]) {
      scope.locals[first + d].value = {Constant::of_integer(rest % shape[d])};
    }
    Value value = eval(body, scope);
    bool is_number = value.constant() || (value.constants() && value.constants()->elements.size() == 1);
    if (!is_number) {
      if (!value.is_poison()) {
        error(DiagnosticKind::ShapeMismatch, body.span, "one element is a number, and this is " + describe(value));
      }
      --known_depth_;
      return {};
    }
    table.elements.push_back(value.constant() ? *value.constant() : value.constants()->elements[0]);
  }
  --known_depth_;
  return make(std::move(table));
}

}  // namespace nnc::sema
