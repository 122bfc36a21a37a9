// Expressions: numbers, names, scalar functions over whole tensors.
#include <algorithm>
#include <charconv>

#include "compiler/sema/elaborator.h"
#include "compiler/support/closest_name.h"

namespace nnc::sema {
namespace {

constexpr int kDeepest = 600;

struct BinaryRow {
  ast::BinaryOp op;
  Op function;
  bool swaps = false;
};
constexpr BinaryRow kBinary[] = {
    {ast::BinaryOp::add, Op::add},
    {ast::BinaryOp::subtract, Op::subtract},
    {ast::BinaryOp::multiply, Op::multiply},
    {ast::BinaryOp::divide, Op::divide},
    {ast::BinaryOp::mod, Op::mod},
    {ast::BinaryOp::power, Op::power},
    {ast::BinaryOp::equal, Op::equal},
    {ast::BinaryOp::not_equal, Op::not_equal},
    {ast::BinaryOp::less, Op::less},
    {ast::BinaryOp::less_equal, Op::less_equal},
    {ast::BinaryOp::greater, Op::less, true},
    {ast::BinaryOp::greater_equal, Op::less_equal, true},
    {ast::BinaryOp::logical_and, Op::logical_and},
    {ast::BinaryOp::logical_or, Op::logical_or},
    {ast::BinaryOp::exclusive_or, Op::exclusive_or},
};

/// The types in which a function takes its operands, and the type of its result.
struct Typed {
  std::vector<Type> operands;
  Type result;
};

/// As they are; else integers that are literals as u32 beside a u32; else all integers as reals. The quotient of
/// integers is a real.
std::optional<Typed> typed(Op op, const std::vector<Operand>& operands) {
  auto attempt = [&](const std::vector<Type>& types) -> std::optional<Typed> {
    auto result = scalar::function(op).result(types);
    return result ? std::optional(Typed{types, *result}) : std::nullopt;
  };
  std::vector<Type> types;
  for (const Operand& operand : operands) types.push_back(element_type(operand.value));
  bool has_unsigned = std::find(types.begin(), types.end(), Type::u32) != types.end();
  bool is_quotient = op == Op::divide && types[0] == Type::i32 && types[1] == Type::i32;
  if (!is_quotient) {
    if (auto found = attempt(types)) return found;
  }
  std::vector<Type> adapted = types;
  for (size_t i = 0; i < types.size(); ++i) {
    bool is_literal = operands[i].value.constant() && types[i] == Type::i32;
    if (has_unsigned && is_literal) adapted[i] = Type::u32;
  }
  if (has_unsigned) return attempt(adapted);
  for (Type& type : types) {
    if (type == Type::i32) type = Type::real;
  }
  return attempt(types);
}

/// `false and x`, `true or x`: decided by what is known; `true and x` and `false or x` are x.
std::optional<Value> known_logic(Op op, const std::vector<Operand>& operands) {
  if (op != Op::logical_and && op != Op::logical_or) return std::nullopt;
  for (size_t i = 0; i < 2; ++i) {
    auto* known = operands[i].value.constant();
    const Value& other = operands[1 - i].value;
    if (!known || known->type != Type::boolean || element_type(other) != Type::boolean) continue;
    bool decides = (known->integer != 0) == (op == Op::logical_or);
    return decides ? Value{*known} : other;
  }
  return std::nullopt;
}

/// A term that an argument of 0 takes out, where what it meets is finite: an integer, and whatever an optimizer sees,
/// which is weights and finite gradients.
bool is_zero_product(Op op, const std::vector<Operand>& operands, bool is_update) {
  auto is_integer = [](const Operand& operand) { return element_type(operand.value) == Type::i32; };
  bool is_finite = is_update || std::any_of(operands.begin(), operands.end(), [&](const Operand& operand) {
                     return operand.value.lazy() && is_integer(operand);
                   });
  return op == Op::multiply && is_finite && std::any_of(operands.begin(), operands.end(), [](const Operand& operand) {
           auto* constant = operand.value.constant();
           return constant && constant->type != Type::u32 && constant->real() == 0;
         });
}

std::string word(Op op) {
  const auto& function = scalar::function(op);
  return std::string(function.infix.empty() ? function.name : function.infix);
}

}  // namespace

Value Elaborator::eval(const ast::Expr& expr, Scope& scope) {
  if (!spend(expr.span)) return {};
  if (depth_ > kDeepest) {
    error(DiagnosticKind::TooMuchWork, expr.span, "this is nested too deeply");
    is_exhausted_ = true;
    return {};
  }
  ++depth_;
  Value value = std::visit([&](const auto& node) { return eval_node(node, expr, scope); }, expr.node);
  --depth_;
  here_ = expr.span;
  return value;
}

Value Elaborator::eval_node(const ast::Number& node, const ast::Expr& expr, Scope&) {
  const char* end = node.digits.data() + node.digits.size();
  if (!node.is_integer) {
    double value = 0;
    auto result = std::from_chars(node.digits.data(), end, value);
    if (result.ec == std::errc()) return {Constant::of_real(value)};
    error(DiagnosticKind::NumberTooLarge, expr.span, "this number is beyond what 64 bits hold");
    return {};
  }
  int64_t value = 0;
  auto result = std::from_chars(node.digits.data(), end, value);
  bool fits = result.ec == std::errc() && (!node.is_unsigned || value <= UINT32_MAX);
  if (!fits) {
    error(DiagnosticKind::NumberTooLarge, expr.span,
          std::string("this integer is beyond ") + (node.is_unsigned ? "32" : "64") + " bits");
    return {};
  }
  return {node.is_unsigned ? Constant::of_unsigned(static_cast<uint32_t>(value)) : Constant::of_integer(value)};
}

Value Elaborator::eval_node(const ast::NameExpr& node, const ast::Expr& expr, Scope& scope) {
  return lookup({node.name, expr.span}, scope);
}

Value Elaborator::eval_node(const ast::MemberExpr& node, const ast::Expr& expr, Scope& scope) {
  std::string path = node.member.text;
  const ast::Expr* object = node.object.get();
  while (auto* member = std::get_if<ast::MemberExpr>(&object->node)) {
    path = member->member.text + "." + path;
    object = member->object.get();
  }
  auto* root = std::get_if<ast::NameExpr>(&object->node);
  if (root && root->name == "target" && in_loss_ && !find_local(scope, "target")) {
    if (auto found = target(path, expr.span)) return *found;
    return {};
  }
  std::string name = root ? scope.instance->prefix + root->name + "." + path : "";
  for (const Tensor* param : program_->params) {
    if (param->name == name) return read(param, expr.span);
  }
  std::vector<std::string> candidates;
  for (const Tensor* param : program_->params) candidates.push_back(param->name);
  if (root && root->name == "target") {
    error(DiagnosticKind::UnknownMember, expr.span, "there is no `target." + path + "` here")
        .hint("targets are known in a `loss` alone");
    return {};
  }
  auto& message = error(DiagnosticKind::UnknownMember, expr.span, "there is no parameter `" + name + "` up to here");
  if (auto meant = closest_name(name, candidates); !meant.empty()) message.hint("did you mean `" + meant + "`?");
  return {};
}

Value Elaborator::eval_node(const ast::UnaryExpr& node, const ast::Expr& expr, Scope& scope) {
  Value operand = eval(*node.operand, scope);
  if (node.op == ast::UnaryOp::plus) return operand;
  return apply(node.op == ast::UnaryOp::negate ? Op::negate : Op::logical_not, {{operand, node.operand->span}},
               expr.span);
}

Value Elaborator::eval_node(const ast::BinaryExpr& node, const ast::Expr& expr, Scope& scope) {
  Operand left{eval(*node.left, scope), node.left->span};
  Operand right{eval(*node.right, scope), node.right->span};
  auto* a = left.value.callable();
  auto* b = right.value.callable();
  bool compares = node.op == ast::BinaryOp::equal || node.op == ast::BinaryOp::not_equal;
  if (a && b && compares) {
    bool equal = a->declared == b->declared;
    return {Constant::of_boolean(equal == (node.op == ast::BinaryOp::equal))};
  }
  auto row = std::find_if(std::begin(kBinary), std::end(kBinary), [&](const BinaryRow& r) { return r.op == node.op; });
  if (row->swaps) std::swap(left, right);
  return apply(row->function, {left, right}, expr.span);
}

Value Elaborator::apply(Op op, const std::vector<Operand>& operands, Span span) {
  auto is_poison = [](const Operand& operand) { return operand.value.is_poison(); };
  if (std::any_of(operands.begin(), operands.end(), is_poison)) return {};
  for (const Operand& operand : operands) {
    if (operand.value.is_numeric()) continue;
    error(DiagnosticKind::TypeMismatch, operand.span,
          "`" + word(op) + "` takes numbers, and this is " + describe(operand.value));
    return {};
  }
  const Operand* shaped = nullptr;
  for (const Operand& operand : operands) {
    Shape shape = operand.value.shape();
    if (shape.empty()) continue;
    if (shaped && shaped->value.shape() != shape) {
      auto& message = error(DiagnosticKind::ShapeMismatch, span,
                            "`" + word(op) + "` of " + describe(shaped->value.shape()) + " and " + describe(shape));
      message.note(shaped->span, "this is " + describe(shaped->value.shape()))
          .note(operand.span, "this is " + describe(shape));
      bool has_one = shape == Shape{1} || shaped->value.shape() == Shape{1};
      if (has_one) message.hint("`[1]` is a vector; its number is `…[0]`");
      return {};
    }
    shaped = &operand;
  }
  auto is_known_operand = [](const Operand& operand) { return operand.value.is_known(); };
  if (std::all_of(operands.begin(), operands.end(), is_known_operand)) return known_apply(op, operands, span);

  if (auto decided = known_logic(op, operands)) return *decided;
  if (is_zero_product(op, operands, definitions_ != nullptr)) return {Constant::of_real(0)};
  auto types = typed(op, operands);
  if (!types) {
    std::string list;
    for (const Operand& operand : operands) {
      list += std::string(list.empty() ? "" : " and ") + noun(element_type(operand.value));
    }
    auto& message = error(DiagnosticKind::TypeMismatch, span, "`" + word(op) + "` does not take " + list);
    auto is_boolean = [](const Operand& operand) { return element_type(operand.value) == Type::boolean; };
    const bool wants_condition = (op == Op::select && !is_boolean(operands[0])) || op == Op::logical_and ||
                                 op == Op::logical_or || op == Op::exclusive_or || op == Op::logical_not;
    if (list.find("u32") != std::string::npos) {
      message.hint("write `u32(…)`, `int(…)` or `real(…)` to convert");
    } else if (wants_condition) {
      message.hint("a condition is a comparison, such as `x > 0`");
    } else if (std::any_of(operands.begin(), operands.end(), is_boolean)) {
      message.hint("`select(condition, 1, 0)` makes a number of a condition");
    }
    return {};
  }
  std::vector<Lazy> parts;
  std::vector<const Expr*> literals;  // the operands that are numbers
  for (size_t i = 0; i < operands.size(); ++i) {
    auto* constant = operands[i].value.constant();
    literals.push_back(constant ? as_expr(*constant, types->operands[i], operands[i].span) : nullptr);
    parts.push_back(constant ? Lazy{} : to_lazy(operands[i].value));
  }
  auto at = [this, op, span, parts, literals, types](Places where) {
    std::vector<const Expr*> args;
    for (size_t i = 0; i < parts.size(); ++i) {
      const Expr* arg = literals[i] ? literals[i] : parts[i].at(parts[i].shape.empty() ? Places() : where);
      args.push_back(equations_->convert(arg, types->operands[i]));
    }
    return equations_->apply(op, std::move(args), span);
  };
  if (!shaped) return scalar(at({}));
  return make(Lazy{shaped->value.shape(), types->result, at});
}

Value Elaborator::eval_node(const ast::ListExpr& node, const ast::Expr& expr, Scope& scope) {
  ConstantTensor list{"list", expr.span, {}, {}};
  Shape inner;
  for (size_t i = 0; i < node.elements.size(); ++i) {
    Value value = eval(*node.elements[i], scope);
    if (value.is_poison()) return {};
    if (!value.is_known()) {
      error(DiagnosticKind::NotConstant, node.elements[i]->span, "a list holds numbers that are known")
          .hint("`concat` puts values together");
      return {};
    }
    Shape shape = value.shape();
    if (i > 0 && shape != inner) {
      error(DiagnosticKind::ShapeMismatch, node.elements[i]->span,
            "this element is " + describe(shape) + ", those before it are " + describe(inner));
      return {};
    }
    inner = shape;
    if (value.constant()) {
      list.elements.push_back(*value.constant());
    } else {
      const auto& more = value.constants()->elements;
      list.elements.insert(list.elements.end(), more.begin(), more.end());
    }
  }
  list.shape = {static_cast<int64_t>(node.elements.size())};
  list.shape.insert(list.shape.end(), inner.begin(), inner.end());
  return make(std::move(list));
}

Value Elaborator::eval_node(const ast::CallExpr& node, const ast::Expr& expr, Scope& scope) {
  bool is_core = !find_local(scope, node.callee.text) && !scope.file->names.count(node.callee.text);
  if (is_core && node.callee.text == scalar::function(Op::select).name && node.arguments.size() == 3) {
    return select_known_arm(node, expr.span, scope);
  }
  return call(node.callee, nullptr, node.arguments, expr.span, scope);
}

Value Elaborator::eval_node(const ast::FlowExpr& node, const ast::Expr&, Scope& scope) {
  return stages(eval(*node.source, scope), node.source->span, node.stages, scope);
}

}  // namespace nnc::sema
