// Bodies of declarations: short ones, and statements: let, param, equations.
#include <algorithm>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {
namespace {

bool may_have_params(ast::DeclKind kind) {
  return kind == ast::DeclKind::layer || kind == ast::DeclKind::encoding || kind == ast::DeclKind::activation;
}

}  // namespace

Value Elaborator::body(const ast::Declaration& declaration, Scope& inner, const std::string& value_name) {
  std::vector<Result> results;
  for (const ast::Formal& formal : declaration.results) results.push_back({.formal = &formal});
  if (declaration.body) {
    Value value = eval(*declaration.body, inner);
    bool has_shape = !results.empty() && results[0].formal->type && results[0].formal->type->shape;
    if (!results.empty() && !check_result_type(*results[0].formal, value)) return {};
    if (value.is_poison() || !has_shape) return value;
    auto declared = shape(*results[0].formal->type->shape, inner);
    if (!declared) return {};
    return check_shape(value, *declared, declaration.body->span, results[0].formal->span) ? value : Value{};
  }
  if (results.empty()) {
    error(DiagnosticKind::MissingEquation, declaration.name.span, "`" + declaration.name.text + "` has no result")
        .hint("declare one: `-> y: [n]`, and an equation for it: `y[i] = …`");
    return {};
  }
  auto name_of = [&](const Result& result) {
    return results.size() == 1 || value_name.empty() ? value_name : value_name + "." + result.formal->name.text;
  };
  int errors = diagnostics_.errors();
  bool is_library = files_.is_library(declaration.name.span.source);
  for (const ast::Statement& statement : declaration.statements) {
    if (!spend(statement.span)) return {};
    if (is_library && diagnostics_.errors() > errors) return {};  // the mistake is the user's, and it has its message
    if (auto* node = std::get_if<ast::Let>(&statement.node)) {
      let(*node, statement.span, inner);
    } else if (auto* with = std::get_if<ast::Param>(&statement.node)) {
      if (may_have_params(declaration.kind)) {
        param(*with, statement.span, inner);
      } else {
        error(DiagnosticKind::WrongPlace, statement.span,
              std::string(ast::keyword(declaration.kind)) + "s have no parameters of their own; layers have");
        inner.locals.push_back({with->name.text, {}, with->name.span});
      }
    } else if (auto* sets = std::get_if<ast::Equation>(&statement.node)) {
      auto result = std::find_if(results.begin(), results.end(),
                                 [&](const Result& r) { return r.formal->name.text == sets->name.text; });
      if (result != results.end()) {
        equation(*sets, statement.span, *result, inner, name_of(*result));
      } else {
        error(DiagnosticKind::UnknownName, sets->name.span,
              "`" + sets->name.text + "` is no result of `" + declaration.name.text + "`")
            .note(declaration.name.span, "declared here")
            .hint("`let " + sets->name.text + " = …` gives a name to a value");
      }
    } else if (auto* refused = std::get_if<ast::RefusedIf>(&statement.node)) {
      const bool is_refused = condition(refused->condition, inner).value_or(false);
      if (is_refused) {
        error(DiagnosticKind::Refused, statement.span,
              "`" + declaration.name.text + "` refuses this: " + refused->reason);
        return {};
      }
    } else {
      error(DiagnosticKind::WrongPlace, statement.span, "this belongs in an optimizer");
    }
  }
  Tuple values;
  for (Result& result : results) {
    if (!result.value) complain_of_missing(result, declaration);
    Value value = result.value.value_or(Value{});
    values.values.push_back(check_result_type(*result.formal, value) ? value : Value{});
  }
  if (values.values.size() == 1) return values.values[0];
  bool has_poison =
      std::any_of(values.values.begin(), values.values.end(), [](const Value& v) { return v.is_poison(); });
  if (has_poison) return {};
  return {std::make_shared<const Tuple>(std::move(values))};
}

bool Elaborator::check_shape(const Value& value, const Shape& declared, Span span, Span where) {
  if (!value.is_numeric()) {
    error(DiagnosticKind::TypeMismatch, span, "a result is a tensor, and this is " + describe(value));
    return false;
  }
  if (value.shape() == declared) return true;
  error(DiagnosticKind::ShapeMismatch, span,
        "this is " + describe(value) + ", and " + describe(declared) + " is declared")
      .note(where, "declared here");
  return false;
}

void Elaborator::complain_of_missing(const Result& result, const ast::Declaration& declaration) {
  if (result.has_failed) return;
  const std::string& name = result.formal->name.text;
  if (result.parts.empty()) {
    error(DiagnosticKind::MissingEquation, result.formal->span,
          "no equation of `" + declaration.name.text + "` gives `" + name + "`");
    return;
  }
  int64_t covered = 0;
  for (const auto& part : result.parts) covered += volume(part.from, part.to);
  auto& message = error(DiagnosticKind::MissingEquation, result.formal->span,
                        "the equations give " + std::to_string(covered) + " of the elements of `" + name +
                            "`, which is " + describe(*result.shape));
  for (const auto& part : result.parts) message.note(part.span, "this gives a part of it");
}

bool Elaborator::declare(const ast::Name& name, Scope& scope) {
  for (const Local& local : scope.locals) {
    if (local.name != name.text) continue;
    error(DiagnosticKind::DuplicateName, name.span, "`" + name.text + "` is declared twice")
        .note(local.span, "declared here first");
    return false;
  }
  return true;
}

void Elaborator::let(const ast::Let& node, Span span, Scope& scope) {
  std::string prefix = scope.instance ? scope.instance->prefix : "";
  size_t made_after = program_->tensors.size();
  std::vector<Value> values(node.names.size());
  if (node.binders.empty()) {
    Value value = eval(*node.value, scope);
    auto* tuple = value.tuple();
    size_t count = tuple ? tuple->values.size() : 1;
    if (!value.is_poison() && count != node.names.size()) {
      error(DiagnosticKind::WrongResultCount, node.value->span,
            "this gives " + std::to_string(count) + (count == 1 ? " value" : " values") + " for " +
                std::to_string(node.names.size()) + (node.names.size() == 1 ? " name" : " names"));
    } else {
      for (size_t k = 0; k < count && !value.is_poison(); ++k) values[k] = tuple ? tuple->values[k] : value;
    }
    for (size_t k = 0; k < values.size(); ++k)
      values[k] = named(values[k], prefix + node.names[k].text, made_after, span);
  } else if (node.names.size() == 1) {
    values[0] = table(node, prefix + node.names[0].text, span, scope);
  } else {
    error(DiagnosticKind::WrongResultCount, span, "a `let` with indices gives one tensor");
  }
  for (size_t k = 0; k < node.names.size(); ++k) {
    if (declare(node.names[k], scope)) scope.locals.push_back({node.names[k].text, values[k], node.names[k].span});
  }
}

/// `let e[i: n] = exp(x[i])`
Value Elaborator::table(const ast::Let& node, const std::string& name, Span span, Scope& scope) {
  Shape extents;
  std::vector<std::string> names;
  for (const ast::Binder& binder : node.binders) {
    auto found = range(binder, scope);
    if (!found) return {};
    if (found->from != 0 || found->to < 1) {
      error(DiagnosticKind::BadRange, binder.name.span, "the indices of a tensor start at 0, and it has elements");
      return {};
    }
    extents.push_back(found->to);
    names.push_back(binder.name.text);
  }
  if (!fits(extents, span, "`" + name + "`")) return {};
  if (is_known(*node.value, scope)) return known_table(name, extents, names, *node.value, scope, span);
  Names locals(scope);
  std::vector<const Index*> over;
  for (size_t d = 0; d < names.size(); ++d) {
    over.push_back(equations_->new_index(names[d], extents[d]));
    scope.locals.push_back({names[d], scalar(equations_->index(over[d])), node.binders[d].name.span});
  }
  Value value = eval(*node.value, scope);
  if (value.is_poison()) return {};
  const Expr* element = as_number(value);
  if (element) return define(name, extents, {{over, places(over), element, span}}, span);
  error(DiagnosticKind::ShapeMismatch, node.value->span, "one element is a number, and this is " + describe(value));
  return {};
}

}  // namespace nnc::sema
