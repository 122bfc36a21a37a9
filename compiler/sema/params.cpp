// Parameters of layers: their shapes, how they start, which are the same.
#include <cmath>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {

void Elaborator::param(const ast::Param& node, Span span, Scope& scope) {
  Value value = [&]() -> Value {
    std::optional<Shape> extents;
    scalar::Format copy = scope.instance->precision;
    if (node.type.scalar) {
      auto declared = param_format(*node.type.scalar);
      if (!declared) return {};
      copy = *declared;
    }
    if (node.type.shape) {
      extents = shape(*node.type.shape, scope);
    } else {
      extents = Shape();
    }
    if (!extents) return {};
    auto exists = condition(node.condition, scope);
    if (!exists) return {};
    if (!*exists) return all_zero(*extents);
    Value given = eval_as(ast::DeclKind::init, *node.value, scope);
    return given.is_poison() ? given : copy_of_param(new_param(node, *extents, given, span, scope), copy);
  }();
  if (declare(node.name, scope)) scope.locals.push_back({node.name.text, value, node.name.span});
}

/// The type of the copy that is computed with; what is trained and stored is f32.
std::optional<scalar::Format> Elaborator::param_format(const ast::Name& type) {
  auto found = scalar::find_format(type.text);
  if (found && (found != scalar::Format::f64 || program_->precision == scalar::Format::f64)) return found;
  const std::string text = "a parameter is of `f16`, `bf16` or `f32`, not of `" + type.text + "`";
  if (found) {
    error(DiagnosticKind::TypeMismatch, type.span, text)
        .hint("`precision f64` in the model makes all of its arithmetic f64");
  } else {
    type_error(type, text, "`f16` `bf16` `f32`");
  }
  return std::nullopt;
}

/// The parameter as the layer computes with it: still that parameter, wherever one is asked for.
Value Elaborator::copy_of_param(const Value& param, scalar::Format format) {
  if (param.is_poison() || !rounds(format)) return param;
  Lazy copy = *rounded(read(param.lazy()->tensor), format).lazy();
  copy.tensor = param.lazy()->tensor;
  return make(std::move(copy));
}

std::optional<bool> Elaborator::condition(const ast::ExprPtr& expr, Scope& scope) {
  if (!expr) return true;
  Value value = eval(*expr, scope);
  auto* constant = value.constant();
  if (constant && constant->type == Type::boolean) return constant->integer != 0;
  if (value.lazy() && value.shape().empty() && element_type(value) == Type::boolean) {
    error(DiagnosticKind::NotConstant, expr->span, "an `if` is known before there is data, and this is not");
  } else if (!value.is_poison()) {
    error(DiagnosticKind::TypeMismatch, expr->span, "an `if` is `true` or `false`, and this is " + describe(value));
  }
  return std::nullopt;
}

/// What does not exist takes no storage and reads as zero.
Value Elaborator::all_zero(const Shape& shape) {
  const Expr* zero = equations_->number(0, Type::real);
  return make(Lazy{shape, Type::real, [zero](Places) { return zero; }, nullptr, true});
}

Value Elaborator::new_param(const ast::Param& node, const Shape& shape, const Value& value, Span span, Scope& scope) {
  auto check = [&](const Shape& other, Span where, const std::string& note) {
    if (other == shape) return true;
    error(DiagnosticKind::ShapeMismatch, node.name.span,
          "`" + node.name.text + "` is " + describe(shape) + " here, and it was " + describe(other))
        .note(where, note);
    return false;
  };
  auto* lazy = value.lazy();
  if (lazy && lazy->tensor && lazy->tensor->role == Role::param) {  // tied
    return check(lazy->shape, lazy->tensor->span, "the other parameter is declared here") ? value : Value{};
  }
  auto known = scope.instance->params.find(node.name.text);
  if (known != scope.instance->params.end()) {  // of a block, used before
    return check(known->second->shape, known->second->span, "first used here") ? read(known->second) : Value{};
  }
  auto start = initial(*node.value, value, shape);
  if (!start) return {};
  Tensor* tensor =
      equations_->new_tensor(scope.instance->prefix + node.name.text, shape, Type::real, Role::param, origin(span));
  tensor->initial = std::move(*start);
  tensor->number = static_cast<int>(program_->params.size());
  tensor->frozen = scope.instance->frozen;
  program_->params.push_back(tensor);
  scope.instance->params[node.name.text] = tensor;
  return read(tensor);
}

/// Equations of an initialiser are for parameters of their rank; others start at 0.
std::optional<Initial> Elaborator::shaped(const Initial& initial, const ast::Expr& expr, const Shape& shape) {
  if (initial.shape.empty() || initial.shape == shape) return initial;
  if (initial.shape.size() != shape.size()) return Initial{.kind = Initial::Kind::constant};
  error(DiagnosticKind::ShapeMismatch, expr.span,
        "these numbers are " + describe(initial.shape) + ", and the parameter is " + describe(shape));
  return std::nullopt;
}

/// How the parameter starts: a distribution, a number, or all its numbers. An initialiser that has not been told its
/// fan-in and fan-out takes them from the shape, [fan-out, fan-in…].
std::optional<Initial> Elaborator::initial(const ast::Expr& expr, const Value& value, const Shape& shape) {
  if (auto* given = value.initial()) return shaped(*given, expr, shape);
  if (auto* constant = value.constant()) return Initial{.kind = Initial::Kind::constant, .value = constant->real()};
  if (auto* constants = value.constants()) {
    if (constants->shape != shape) {
      error(DiagnosticKind::ShapeMismatch, expr.span,
            "these numbers are " + describe(value) + ", and the parameter is " + describe(shape));
      return std::nullopt;
    }
    Initial result{.kind = Initial::Kind::given};
    for (const Constant& element : constants->elements) result.values.push_back(element.real());
    return result;
  }
  auto* callable = value.callable();
  if (callable && callable->declared.declaration->kind == ast::DeclKind::init) {
    int64_t fan_in = 1;
    for (size_t d = 1; d < shape.size(); ++d) fan_in *= shape[d];
    std::vector<Given> fans = {{std::nullopt, {Constant::of_integer(fan_in)}, expr.span},
                               {std::nullopt, {Constant::of_integer(shape.empty() ? 1 : shape[0])}, expr.span}};
    ast::Name callee{callable->declared.declaration->name.text, expr.span};
    Value applied = apply_fans(*callable, fans, callee);
    if (applied.is_poison()) return std::nullopt;
    if (auto* given = applied.initial()) return shaped(*given, expr, shape);
    error(DiagnosticKind::MissingArgument, expr.span, "`" + callee.text + "` needs more than fan-in and fan-out")
        .note(callable->declared.declaration->name.span, "declared here");
    return std::nullopt;
  }
  error(DiagnosticKind::WrongKind, expr.span,
        "a parameter starts as a distribution or as numbers, and this is " + describe(value));
  return std::nullopt;
}

}  // namespace nnc::sema
