// The words of the core that are called: scalar functions, reductions of one tensor, concat, casts, distributions.
// `grad` has a file of its own.
#include <algorithm>
#include <cmath>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {
namespace {

struct ReducerRow {
  const char* name;
  Expr::Reducer reducer;
};
constexpr ReducerRow kReducers[] = {{"sum", Expr::Reducer::sum},
                                    {"prod", Expr::Reducer::prod},
                                    {"max", Expr::Reducer::max},
                                    {"min", Expr::Reducer::min}};

/// The functions that texts write as operators or as casts, not by their names.
bool has_other_spelling(const scalar::Function& function) {
  if (!function.infix.empty() || function.op == Op::negate || function.op == Op::logical_not) return true;
  return scalar::format_of(function.op).has_value();
}

const scalar::Function* scalar_word(const std::string& name) {
  const scalar::Function* found = scalar::find(name);
  return found && !has_other_spelling(*found) ? found : nullptr;
}

}  // namespace

const Elaborator::CoreRow Elaborator::kCoreWords[] = {
    {"concat", &Elaborator::core_concat},
    {"grad", &Elaborator::core_grad},
    {"cast", &Elaborator::core_cast},
    {"sum", &Elaborator::core_reduce},
    {"prod", &Elaborator::core_reduce},
    {"max", &Elaborator::core_reduce},
    {"min", &Elaborator::core_reduce},
    {"all", &Elaborator::core_all},
    {"rank", &Elaborator::core_rank},
    {"random_uniform", &Elaborator::core_uniform},
    {"random_normal", &Elaborator::core_normal},
};

bool Elaborator::is_core_word(const std::string& name) {
  bool is_row =
      std::any_of(std::begin(kCoreWords), std::end(kCoreWords), [&](const CoreRow& row) { return row.name == name; });
  return is_row || (scalar_word(name) && name != "u32" && name != "int");
}

std::vector<std::string> Elaborator::core_names() {
  std::vector<std::string> names;
  for (const CoreRow& row : kCoreWords) names.emplace_back(row.name);
  for (const scalar::Function& function : scalar::all()) {
    if (is_core_word(std::string(function.name))) names.emplace_back(function.name);
  }
  return names;
}

std::optional<std::vector<Operand>> Elaborator::positional(const std::string& word, const std::vector<Given>& arguments,
                                                           size_t least, size_t most, Span span) {
  std::vector<Operand> operands;
  for (const Given& argument : arguments) {
    if (argument.name) {
      error(DiagnosticKind::UnknownArgument, argument.name->span, "`" + word + "` takes its arguments by position");
      return std::nullopt;
    }
    operands.push_back({argument.value, argument.span});
  }
  if (operands.size() >= least && operands.size() <= most) return operands;
  bool is_short = operands.size() < least;
  error(is_short ? DiagnosticKind::MissingArgument : DiagnosticKind::TooManyArguments, span,
        "`" + word + "` takes " + std::to_string(is_short ? least : most) +
            ((is_short ? least : most) == 1 ? " argument" : " arguments") + ", and this is " +
            std::to_string(operands.size()));
  return std::nullopt;
}

Value Elaborator::core_call(const ast::Name& callee, const std::vector<Given>& arguments, Span span, Scope& scope) {
  auto row = std::find_if(std::begin(kCoreWords), std::end(kCoreWords),
                          [&](const CoreRow& each) { return each.name == callee.text; });
  if (row != std::end(kCoreWords)) return (this->*row->function)(callee.text, arguments, span, scope);
  const scalar::Function* function = scalar_word(callee.text);
  if (!function) {
    auto operand = positional(callee.text, arguments, 1, 1, span);
    return operand ? converted(operand->front(), callee.text, span) : Value{};
  }
  auto arity = static_cast<size_t>(function->arity);
  auto operands = positional(callee.text, arguments, arity, arity, span);
  return operands ? apply(function->op, *operands, span) : Value{};
}

/// A choice that is known takes its arm at once; the other one is not even looked at.
Value Elaborator::select_known_arm(const ast::CallExpr& node, Span span, Scope& scope) {
  Operand condition{eval(*node.arguments[0].value, scope), node.arguments[0].value->span};
  if (condition.value.is_poison()) return {};
  auto* constant = condition.value.constant();
  if (constant && constant->type == Type::boolean) return eval(*node.arguments[constant->integer ? 1 : 2].value, scope);
  std::vector<Given> given = {{node.arguments[0].name, condition.value, condition.span}};
  for (size_t k = 1; k < 3; ++k) {
    given.push_back({node.arguments[k].name, eval(*node.arguments[k].value, scope), node.arguments[k].value->span});
  }
  return core_call(node.callee, given, span, scope);
}

Value Elaborator::core_concat(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope) {
  auto operands = positional(word, arguments, 1, SIZE_MAX, span);
  if (!operands) return {};
  int64_t size = 0;
  bool is_all_known = true;
  Type type = Type::boolean;
  for (const Operand& operand : *operands) {
    if (operand.value.is_poison()) return {};
    if (!operand.value.is_numeric()) {
      error(DiagnosticKind::TypeMismatch, operand.span,
            "`concat` takes tensors, and this is " + describe(operand.value));
      return {};
    }
    int64_t count = 1;
    for (int64_t extent : operand.value.shape()) count *= extent;
    size += count;
    is_all_known = is_all_known && operand.value.is_known();
    Type element = element_type(operand.value);
    if (element == Type::boolean || element == Type::u32) {
      error(DiagnosticKind::TypeMismatch, operand.span, "`concat` takes reals and integers");
      return {};
    }
    type = std::max(type, element);
  }
  if (is_all_known) {
    ConstantTensor joined{word, span, {size}, {}};
    for (const Operand& operand : *operands) {
      if (auto* constant = operand.value.constant()) joined.elements.push_back(*constant);
      if (auto* more = operand.value.constants()) {
        joined.elements.insert(joined.elements.end(), more->elements.begin(), more->elements.end());
      }
    }
    return make(std::move(joined));
  }
  std::vector<Piece> pieces;
  int64_t offset = 0;
  for (const Operand& operand : *operands) {
    Lazy part = to_lazy(operand.value);
    std::vector<const Index*> over = new_indices(part.shape);
    std::vector<const Expr*> at = places(over);
    const Expr* row = equations_->plus(equations_->row(part.shape, at), offset);
    pieces.push_back({over, {row}, equations_->convert(part.at(at), type), operand.span});
    int64_t count = 1;
    for (int64_t extent : part.shape) count *= extent;
    offset += count;
  }
  return define(scope.instance->prefix + next_name(*scope.instance, word), {size}, std::move(pieces), span);
}

/// `cast(x, f16)`. A number that is known is cast too: `cast(0.1, bf16)` is a number of bf16.
Value Elaborator::core_cast(const std::string& word, const std::vector<Given>& arguments, Span span, Scope&) {
  auto operands = positional(word, arguments, 2, 2, span);
  if (!operands) return {};
  auto* type = std::get_if<TypeWord>(&(*operands)[1].value.node);
  if (type) return converted((*operands)[0], type->name, span);
  if (!(*operands)[1].value.is_poison()) {
    error(DiagnosticKind::UnknownType, (*operands)[1].span,
          "`cast` is to a type: `f16`, `bf16`, `f32`, `f64`, `i32`, `u32` or `bool`");
  }
  return {};
}

/// `f16(x)`, `int(x)`: what a type called as a function gives.
Value Elaborator::converted(const Operand& operand, const std::string& type, Span span) {
  if (operand.value.is_poison()) return {};
  if (!operand.value.is_numeric()) return apply(Op::to_real, {operand}, span);  // has the message
  Type from = element_type(operand.value);
  if (type == "bool") {
    return from == Type::boolean ? operand.value
                                 : apply(Op::not_equal, {operand, {{Constant::of_integer(0)}, span}}, span);
  }
  if (type == "int" || type == scalar::name(Type::i32)) return apply(Op::to_int, {operand}, span);
  if (type == scalar::name(Type::u32)) return apply(Op::to_u32, {operand}, span);
  const scalar::Format format = *scalar::find_format(type);
  Operand real = from == Type::real ? operand : Operand{apply(Op::to_real, {operand}, span), operand.span};
  for (const scalar::FormatRow& row : scalar::roundings()) {
    if (row.format == format) return apply(row.round, {real}, span);
  }
  return real.value;  // f64: exact
}

Value Elaborator::core_reduce(const std::string& word, const std::vector<Given>& arguments, Span span, Scope&) {
  auto row =
      std::find_if(std::begin(kReducers), std::end(kReducers), [&](const ReducerRow& r) { return r.name == word; });
  const scalar::Function* function = scalar_word(word);  // `max(a, b)`
  auto operands = positional(word, arguments, 1, function ? 2 : 1, span);
  if (!operands) return {};
  if (operands->size() == 2) return apply(function->op, *operands, span);
  const Operand& operand = operands->front();
  if (operand.value.is_poison()) return {};
  if (operand.value.is_numeric()) return reduce_all(row->reducer, operand.value, span);
  error(DiagnosticKind::TypeMismatch, operand.span,
        "`" + word + "` takes a tensor, and this is " + describe(operand.value));
  return {};
}

/// The number of dimensions.
Value Elaborator::core_rank(const std::string& word, const std::vector<Given>& arguments, Span span, Scope&) {
  auto operands = positional(word, arguments, 1, 1, span);
  if (!operands || operands->front().value.is_poison()) return {};
  const Operand& operand = operands->front();
  if (operand.value.is_numeric()) return {Constant::of_integer(static_cast<int64_t>(operand.value.shape().size()))};
  error(DiagnosticKind::TypeMismatch, operand.span,
        "`" + word + "` takes a tensor, and this is " + describe(operand.value));
  return {};
}

namespace {

/// The numbers of a distribution, by position or by name; nothing where one is missing or no number.
std::optional<std::vector<double>> numbers(const std::vector<Given>& arguments,
                                           const std::vector<std::pair<std::string, std::optional<double>>>& formals) {
  std::vector<std::optional<double>> values;
  for (const auto& formal : formals) values.push_back(formal.second);
  size_t position = 0;
  for (const Given& argument : arguments) {
    size_t f = position;
    if (argument.name) {
      for (f = 0; f < formals.size() && formals[f].first != argument.name->text;) ++f;
    } else {
      ++position;
    }
    auto* constant = argument.value.constant();
    if (f >= formals.size() || !constant || constant->type == Type::boolean) return std::nullopt;
    values[f] = constant->real();
  }
  std::vector<double> result;
  for (const auto& value : values) {
    if (!value || !std::isfinite(*value)) return std::nullopt;
    result.push_back(*value);
  }
  return result;
}

}  // namespace

Value Elaborator::core_uniform(const std::string& word, const std::vector<Given>& arguments, Span span, Scope&) {
  auto found = numbers(arguments, {{"low", std::nullopt}, {"high", std::nullopt}});
  if (found && (*found)[0] <= (*found)[1]) {
    Initial initial{.kind = Initial::Kind::uniform, .low = (*found)[0], .high = (*found)[1]};
    return {std::make_shared<const Initial>(std::move(initial))};
  }
  error(DiagnosticKind::BadDistribution, span, "`" + word + "` takes two numbers, `low` and `high`, in that order");
  return {};
}

Value Elaborator::core_normal(const std::string& word, const std::vector<Given>& arguments, Span span, Scope&) {
  auto found = numbers(arguments, {{"sigma", 1.0}});
  if (found && (*found)[0] >= 0) {
    return {std::make_shared<const Initial>(Initial{.kind = Initial::Kind::normal, .sigma = (*found)[0]})};
  }
  error(DiagnosticKind::BadDistribution, span, "`" + word + "` takes one number, `sigma`, of at least 0");
  return {};
}

}  // namespace nnc::sema
