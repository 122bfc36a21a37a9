// Arguments meet formals: by position and by name, sizes bound by the data, defaults from left to right.
#include <algorithm>
#include <cmath>

#include "compiler/sema/ast_names.h"
#include "compiler/sema/elaborator.h"
#include "compiler/support/closest_name.h"

namespace nnc::sema {
namespace {

/// A number that is used more than once is written out each time, unless it is larger than this.
constexpr int kLargeExpr = 64;

constexpr const char* kKnownInteger = "a known integer";

/// Whether arguments and results of reals may be said to be of that type: it rounds nothing.
bool says_nothing(const std::string& type) { return type == "f32"; }

bool is_constant_type(const std::string& name) { return name == "int" || name == "bool"; }

std::optional<Type> data_type(const std::string& name) {
  if (name == "i32") return Type::i32;
  if (name == "u32") return Type::u32;
  for (const char* real : {"f16", "bf16", "f32", "f64"}) {
    if (name == real) return Type::real;
  }
  return std::nullopt;
}

bool has_shape(const ast::Formal& formal) { return formal.type && formal.type->shape; }

/// What flows through a declaration; the rest are numbers and words that are known.
bool is_data(const ast::Formal& formal) {
  if (!formal.type) return !formal.default_value;
  return formal.type->shape || (formal.type->scalar && !is_constant_type(formal.type->scalar->text));
}

bool is_long(const ast::Declaration& declaration) {
  return !declaration.body || declaration.kind == ast::DeclKind::layer || declaration.kind == ast::DeclKind::encoding;
}

/// A rank of 2 or more that a declaration flattens and gives back flat.
bool loses_shape(const ast::Declaration& declaration, const ast::Formal& formal) {
  if (declaration.results.size() != 1 || !has_shape(declaration.results[0])) return false;
  const auto& result = *declaration.results[0].type->shape;
  auto* from = std::get_if<ast::NameExpr>(&(*formal.type->shape)[0]->node);
  auto* to = result.size() == 1 ? std::get_if<ast::NameExpr>(&result[0]->node) : nullptr;
  return from && to && from->name == to->name;
}

std::vector<std::string> formal_names(const ast::Declaration& declaration) {
  std::vector<std::string> names;
  for (const ast::Formal& formal : declaration.formals) names.push_back(formal.name.text);
  return names;
}

}  // namespace

bool Elaborator::assign(const ast::Declaration& declaration, std::vector<Given>& arguments, const ast::Name& callee,
                        Arguments& given) {
  size_t position = 0;
  bool is_good = true;
  for (Given& argument : arguments) {
    size_t f = position;
    if (argument.name) {
      auto names = formal_names(declaration);
      f = static_cast<size_t>(std::find(names.begin(), names.end(), argument.name->text) - names.begin());
      if (f == names.size()) {
        auto& message = error(DiagnosticKind::UnknownArgument, argument.name->span,
                              "`" + callee.text + "` has no argument `" + argument.name->text + "`");
        message.note(declaration.name.span, "declared here");
        auto meant = closest_name(argument.name->text, names);
        if (!meant.empty()) message.hint("did you mean `" + meant + "`?");
        is_good = false;
        continue;
      }
    } else {
      ++position;
    }
    if (f >= given.size()) {
      error(DiagnosticKind::TooManyArguments, argument.span,
            "`" + declaration.name.text + "` takes " + std::to_string(given.size()) +
                (given.size() == 1 ? " argument" : " arguments") + ", what flows in counted")
          .note(declaration.name.span, "declared here");
      return false;
    }
    if (given[f]) {
      error(DiagnosticKind::DuplicateArgument, argument.name ? argument.name->span : argument.span,
            "`" + declaration.formals[f].name.text + "` is given twice")
          .note(given[f]->span, "given here too");
      is_good = false;
      continue;
    }
    given[f] = std::move(argument);
  }
  return is_good;
}

/// Of an argument or a result: reals are computed in the model's arithmetic, whatever a text would call them.
bool Elaborator::is_data_type(const ast::Name& type) {
  auto found = data_type(type.text);
  if (!found) {
    type_error(type, "there is no type `" + type.text + "`", "`f32` `i32` `u32`");
    return false;
  }
  if (*found != Type::real || says_nothing(type.text)) return true;
  error(DiagnosticKind::UnknownType, type.span,
        "what goes into a declaration and comes out is not stored: `" + type.text + "` has no meaning here")
      .hint("leave the type out; `cast(x, " + type.text + ")` rounds, and so does `precision = …` where it is used");
  return false;
}

bool Elaborator::check_result_type(const ast::Formal& formal, const Value& value) {
  const ast::Name* declared = formal.type && formal.type->scalar ? &*formal.type->scalar : nullptr;
  if (!declared || !value.is_numeric()) return true;
  if (!is_data_type(*declared)) return false;
  auto wanted = *data_type(declared->text);
  Type actual = element_type(value);
  if (actual == wanted || value.is_known()) return true;
  error(DiagnosticKind::TypeMismatch, formal.span,
        "the equations of `" + formal.name.text + "` give " + noun(actual) + ", not `" + declared->text + "`")
      .hint("`cast(…, " + declared->text + ")` converts");
  return false;
}

bool Elaborator::check_argument(const ast::Formal& formal, const ast::Declaration& declaration, const Given& given) {
  std::string whose = "`" + formal.name.text + "` of `" + declaration.name.text + "`";
  auto* constant = given.value.constant();
  auto complain = [&](const std::string& wants) -> bool {
    auto& message =
        error(DiagnosticKind::TypeMismatch, given.span,
              whose + " is " + wants + ", and this is " + (constant ? text(*constant) : describe(given.value)));
    message.note(formal.span, "declared here");
    const bool is_whole = constant && constant->type == Type::real && std::fabs(constant->real()) < 1e9 &&
                          constant->real() == std::trunc(constant->real());
    if (wants == kKnownInteger && is_whole) message.hint("an integer is written without a point and an exponent");
    return false;
  };
  const ast::Name* scalar = formal.type && formal.type->scalar ? &*formal.type->scalar : nullptr;
  if (is_data(formal)) {
    if (!given.value.is_numeric()) return complain("a tensor or a number");
    if (!scalar) return true;
    auto type = data_type(scalar->text);
    if (!is_data_type(*scalar)) return false;
    auto* lazy = given.value.lazy();
    bool fits = lazy ? lazy->type == *type
                     : !given.value.constant() || *type == Type::real || given.value.constant()->type != Type::real;
    if (fits) return true;
    error(DiagnosticKind::TypeMismatch, given.span,
          whose + " is of type `" + scalar->text + "`, and this is " + noun(element_type(given.value)))
        .note(formal.span, "declared here")
        .hint("`cast(…, " + scalar->text + ")` converts");
    return false;
  }
  bool has_number = formal.default_value && std::holds_alternative<ast::Number>(formal.default_value->node);
  const bool is_number = given.value.is_numeric() && (!optimizing_ || given.value.shape().empty());
  if (!scalar) return !has_number || is_number || complain("a number");
  if (scalar->text == "int") return (constant && constant->is_integer()) || complain(kKnownInteger);
  return (constant && constant->type == Type::boolean) || complain("`true` or `false`");
}

/// The value in the rank that the formal's shape has: flattened for `[n]`, a number for `[]`.
std::optional<Value> Elaborator::fit_rank(const ast::Formal& formal, const ast::Declaration& declaration,
                                          const Given& given, const std::string& value_name) {
  size_t wanted = formal.type->shape->size(), rank = given.value.shape().size();
  if (wanted > 0 && given.value.constant()) {
    error(DiagnosticKind::ShapeMismatch, given.span,
          "`" + formal.name.text + "` of `" + declaration.name.text + "` is a tensor, and this is the number " +
              text(*given.value.constant()))
        .note(formal.span, "declared here");
    return std::nullopt;
  }
  if (wanted == 1) {
    if (rank > 1 && loses_shape(declaration, formal)) {
      warning(DiagnosticKind::FlattenedInput, given.span,
              "`" + declaration.name.text + "` takes " + describe(given.value) + " as one vector")
          .note(formal.span, "declared here");
    }
    return flatten(given.value, value_name + "." + formal.name.text, given.span);
  }
  if (wanted == rank) return given.value;
  if (wanted == 0 && given.value.shape() == Shape{1}) {
    if (auto* constants = given.value.constants()) return Value{constants->elements[0]};
    return scalar(as_number(given.value));
  }
  auto& message = error(DiagnosticKind::ShapeMismatch, given.span,
                        "`" + formal.name.text + "` of `" + declaration.name.text + "` has " + std::to_string(wanted) +
                            (wanted == 1 ? " dimension" : " dimensions") + ", and this is " + describe(given.value));
  message.note(formal.span, "declared here");
  const bool gives_vector = declaration.results.size() == 1 && has_shape(declaration.results[0]) &&
                            declaration.results[0].type->shape->size() == 1;
  if (wanted == 0 && rank == 1 && gives_vector && &formal == &declaration.formals[0]) {
    const std::string count = std::to_string(given.value.shape()[0]);
    message.hint("for each of the " + count + ": `let e[k: " + count + ", f: …] = (" + std::string(given.span.text()) +
                 "[k] -> " + declaration.name.text + "(…))[f]`");
  }
  return std::nullopt;
}

Elaborator::Bound Elaborator::bind_extent(const ast::Expr& extent, int64_t actual, const Given& given, Scope& inner,
                                          bool may_solve) {
  std::vector<std::string> unknown;
  each_name(extent, [&](const std::string& name) {
    bool is_free = !find_local(inner, name) && !inner.file->names.count(name) && !is_core_word(name);
    if (is_free && std::find(unknown.begin(), unknown.end(), name) == unknown.end()) unknown.push_back(name);
    return true;
  });
  auto* bare = std::get_if<ast::NameExpr>(&extent.node);
  if (bare && !unknown.empty()) {
    inner.locals.push_back({bare->name, {Constant::of_integer(actual)}, given.span});
    return Bound::done;
  }
  if (unknown.empty()) {
    auto expected = size(extent, inner);
    if (!expected) return Bound::failed;
    if (*expected == actual) return Bound::done;
    auto& message = error(DiagnosticKind::ShapeMismatch, given.span,
                          "this has size " + std::to_string(actual) + ", where `" + std::string(extent.span.text()) +
                              "` is " + std::to_string(*expected));
    const Local* local = bare ? find_local(inner, bare->name) : nullptr;
    message.note(local ? local->span : extent.span,
                 "`" + std::string(extent.span.text()) + "` is " + std::to_string(*expected) + " here");
    return Bound::failed;
  }
  if (!may_solve) return Bound::waits;
  if (unknown.size() == 1) return solve_extent(extent, unknown[0], actual, given, inner);
  error(DiagnosticKind::UnsolvableSize, extent.span,
        "`" + unknown[0] + "` and `" + unknown[1] + "` cannot both be found from one size");
  return Bound::failed;
}

/// extent(u) = actual, for an extent that is linear in u: from its values at 0, 1 and 2.
Elaborator::Bound Elaborator::solve_extent(const ast::Expr& extent, const std::string& unknown, int64_t actual,
                                           const Given& given, Scope& inner) {
  int64_t value[3] = {};
  for (int64_t u = 0; u < 3; ++u) {
    Names names(inner);
    inner.locals.push_back({unknown, {Constant::of_integer(u)}, given.span});
    auto found = integer(extent, inner, "a size");
    if (!found) return Bound::failed;
    value[u] = *found;
  }
  int64_t slope = value[1] - value[0];
  if (slope == 0 || value[2] - value[1] != slope) {
    error(DiagnosticKind::UnsolvableSize, extent.span,
          "`" + unknown + "` cannot be found: this size does not grow evenly with it");
    return Bound::failed;
  }
  int64_t solution = (actual - value[0]) / slope;
  if (solution < 1 || value[0] + slope * solution != actual) {
    error(DiagnosticKind::ShapeMismatch, given.span,
          "this has size " + std::to_string(actual) + ", and `" + std::string(extent.span.text()) +
              "` is that for no `" + unknown + "`")
        .note(extent.span, "declared here");
    return Bound::failed;
  }
  inner.locals.push_back({unknown, {Constant::of_integer(solution)}, given.span});
  return Bound::done;
}

bool Elaborator::bind(const Callable& callable, std::vector<Given>& arguments, const ast::Name& callee, Scope& inner,
                      const std::string& value_name) {
  const ast::Declaration& declaration = *callable.declared.declaration;
  const auto& formals = declaration.formals;
  Arguments given(formals.size());
  bool is_good = assign(declaration, arguments, callee, given);
  for (size_t f = 0; f < formals.size(); ++f) {
    bool takes_target = declaration.kind == ast::DeclKind::loss && formals[f].name.text == "target" && in_loss_;
    if (given[f] || formals[f].default_value || !takes_target || !is_good) continue;
    auto value = default_target(formals[f], given[0], callee);
    if (!value) return false;
    given[f] = Given{std::nullopt, *value, callee.span};
  }
  for (size_t f = 0; f < formals.size(); ++f) {
    if (given[f] && !check_argument(formals[f], declaration, *given[f])) is_good = false;
  }
  if (!is_good) return false;

  for (size_t f = 0; f < formals.size(); ++f) {
    if (given[f] && !is_data(formals[f]) && !given[f]->value.lazy()) {
      inner.locals.push_back({formals[f].name.text, given[f]->value, given[f]->span});
    }
  }
  struct Waiting {
    const ast::Expr* extent;
    int64_t actual;
    const Given* given;
  };
  std::vector<Waiting> waiting;
  for (size_t f = 0; f < formals.size(); ++f) {
    bool is_tensor = given[f] && (is_data(formals[f]) || given[f]->value.lazy());
    if (!is_tensor) continue;
    if (!inner.instance && given[f]->value.lazy()) {
      error(DiagnosticKind::NotConstant, given[f]->span, "this is known before there is data, and a tensor is not");
      return false;
    }
    if (has_shape(formals[f])) {
      auto value = fit_rank(formals[f], declaration, *given[f], value_name);
      if (!value || value->is_poison()) return false;
      given[f]->value = *value;
      Shape actual = value->shape();
      for (size_t d = 0; d < actual.size(); ++d) {
        const ast::Expr& extent = *(*formals[f].type->shape)[d];
        Bound bound = bind_extent(extent, actual[d], *given[f], inner, false);
        if (bound == Bound::failed) return false;
        if (bound == Bound::waits) waiting.push_back({&extent, actual[d], &*given[f]});
      }
    }
    int uses = declaration.body ? mentions(*declaration.body, formals[f].name.text) : 2;
    auto* lazy = given[f]->value.lazy();
    bool is_repeated = lazy && uses > 1 && (!lazy->shape.empty() || is_larger_than(lazy->at({}), kLargeExpr));
    bool is_written = is_long(declaration) || is_repeated;
    bool is_plain = !lazy || lazy->is_read;
    if (is_written && !is_plain && !value_name.empty()) {
      given[f]->value = materialise(given[f]->value, value_name + "." + formals[f].name.text, given[f]->span);
      if (given[f]->value.is_poison()) return false;
    }
    inner.locals.push_back({formals[f].name.text, given[f]->value, given[f]->span});
  }
  auto resolve = [&](bool is_last) {
    std::vector<Waiting> rest;
    for (const Waiting& wait : waiting) {
      Bound bound = bind_extent(*wait.extent, wait.actual, *wait.given, inner, is_last);
      if (bound == Bound::failed) return false;
      if (bound == Bound::waits) rest.push_back(wait);
    }
    waiting = std::move(rest);
    return true;
  };
  auto has_default = [](const ast::Formal& formal) { return formal.default_value != nullptr; };
  bool may_wait = std::any_of(formals.begin(), formals.end(), has_default);
  if (!resolve(!may_wait)) return false;
  for (const ast::Formal& formal : formals) {
    if (find_local(inner, formal.name.text)) continue;
    if (!formal.default_value) {
      error(DiagnosticKind::MissingArgument, callee.span, "`" + callee.text + "` needs `" + formal.name.text + "`")
          .note(formal.span, "declared here, without a default");
      return false;
    }
    Value value = eval(*formal.default_value, inner);
    if (value.is_poison() || !check_argument(formal, declaration, {{}, value, formal.default_value->span}))
      return false;
    inner.locals.push_back({formal.name.text, value, formal.span});
  }
  return resolve(true);
}

std::optional<Value> Elaborator::default_target(const ast::Formal& formal, const std::optional<Given>& prediction,
                                                const ast::Name& callee) {
  auto* lazy = prediction ? prediction->value.lazy() : nullptr;
  auto output = lazy && lazy->tensor ? outputs_.find(lazy->tensor) : outputs_.end();
  if (output != outputs_.end()) return target(output->second, prediction->span, &formal);
  error(DiagnosticKind::MissingTarget, prediction ? prediction->span : callee.span,
        "`" + callee.text + "` compares this with a target, and it is not an output")
      .hint("outputs have the targets `target.<output>`; others are given: `target = …`");
  return std::nullopt;
}

}  // namespace nnc::sema
