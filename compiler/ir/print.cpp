// Expressions are printed with as few parentheses as their levels allow.
#include "compiler/ir/print.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "compiler/ir/text.h"
#include "compiler/ir/walk.h"

namespace nnc::ir {
namespace {

std::string shortest(double number) {
  char text[32];
  auto [end, error] = std::to_chars(text, text + sizeof text, number);
  return {text, end};
}

std::string extent(Extent extent) { return extent.is_samples() ? "N" : std::to_string(extent.size); }

template <typename Range, typename Print>
std::string list(const Range& range, const Print& print_one) {
  std::string text;
  for (const auto& element : range) text += (text.empty() ? "" : ", ") + print_one(element);
  return text;
}

/// A constant as it is written where a literal without a mark would be of type `context`.
std::string literal(const Node* node, Type context) {
  if (node->type == Type::boolean) return node->number != 0 ? "true" : "false";
  std::string digits = shortest(node->number);
  if (node->type == Type::u32) return digits + "u";
  bool has_mark = digits.find_first_not_of("-0123456789") != std::string::npos;
  if (has_mark || node->type == context) return digits;
  return digits + (node->type == Type::i32 ? "i" : ".0");
}

struct Text {
  std::string text;
  Level level;
};

std::string at_least(Level level, Text expr) { return expr.level < level ? "(" + expr.text + ")" : expr.text; }

/// The words that mean something else where a tensor of rank 0 is read.
using Reserved = std::set<std::string>;
const Reserved kReserved = {"N", "true", "false", "inf", "nan"};

Text expr(const Node* node, Type context, const Reserved& reserved);

std::string place(const std::string& name, const std::vector<const Node*>& at, const Reserved& reserved) {
  if (at.empty() && !reserved.contains(name)) return name;
  return name + "[" + list(at, [&](const Node* arg) { return expr(arg, Type::i32, reserved).text; }) + "]";
}

Text infix(const scalar::Function& function, const Node* a, const Node* b, Type context, const Reserved& reserved) {
  std::string symbol(function.infix);
  bool is_order = function.op == Op::less || function.op == Op::less_equal;
  if (is_order && a->kind == Node::Kind::constant && b->kind != Node::Kind::constant) {
    std::swap(a, b);
    symbol[0] = '>';
  }
  Level level = level_of(function.infix);
  auto next = static_cast<Level>(static_cast<int>(level) + 1);
  bool takes_right = level == Level::power, takes_left = !takes_right && level != Level::comparison;
  std::string left = at_least(takes_left ? level : next, expr(a, context, reserved));
  std::string right = at_least(takes_right ? level : next, expr(b, context, reserved));
  return {takes_right ? left + symbol + right : left + " " + symbol + " " + right, level};
}

Text apply(const Node* node, const Reserved& reserved) {
  const scalar::Function& function = scalar::function(node->op);
  auto type_of = [](const Node* arg) {
    return arg->kind == Node::Kind::constant ? std::nullopt : std::optional(arg->type);
  };
  Type context = literal_type(node->op, std::span<const Node* const>(node->args), type_of);
  if (!function.infix.empty()) return infix(function, node->args[0], node->args[1], context, reserved);
  if (node->op == Op::negate) {
    // −2 is a constant; the negation of 2 is −(2).
    bool is_constant = node->args[0]->kind == Node::Kind::constant;
    return {"-" + at_least(is_constant ? Level::primary : Level::power,
                           is_constant ? Text{expr(node->args[0], context, reserved).text, Level::logic}
                                       : expr(node->args[0], context, reserved)),
            Level::sign};
  }
  auto operand = [&](const Node* arg) { return expr(arg, context, reserved).text; };
  return {std::string(function.name) + "(" + list(node->args, operand) + ")", Level::primary};
}

Text expr(const Node* node, Type context, const Reserved& reserved) {
  switch (node->kind) {
    case Node::Kind::constant: {
      std::string text = literal(node, context);
      return {text, text[0] == '-' ? Level::sign : Level::primary};
    }
    case Node::Kind::index:
      return {node->index->name, Level::primary};
    case Node::Kind::samples:
      return {"N", Level::primary};
    case Node::Kind::read:
      return {place(node->tensor->name, node->args, reserved), Level::primary};
    case Node::Kind::apply:
      return apply(node, reserved);
  }
  return {};
}

std::string type_suffix(const Tensor& tensor) {
  static constexpr const char* kFormats[] = {"f16", "bf16", "f32", "f64"};
  if (tensor.rounding) return std::string(": ") + kFormats[static_cast<size_t>(*tensor.rounding)];
  return tensor.type == Type::real ? "" : std::string(": ") + scalar::name(tensor.type);
}

/// Whether the equation says shape and type of what it writes.
bool tells(const Equation& equation) {
  const Tensor& tensor = *equation.out;
  auto says_size = [](const Node* at, Extent size) {
    return at->kind == Node::Kind::index && at->index->extent == size;
  };
  return !tensor.rounding && equation.body->type == tensor.type &&
         std::equal(equation.at.begin(), equation.at.end(), tensor.shape.begin(), tensor.shape.end(), says_size);
}

/// The values of which the reader finds shape and type in their first equation, and no read before it.
std::set<const Tensor*> told_values(const Module& module) {
  std::set<const Tensor*> seen, told;
  for (const Equation& equation : module.equations) {
    for (const Node* read : reads(equation)) seen.insert(read->tensor);
    if (seen.insert(equation.out).second && tells(equation)) told.insert(equation.out);
  }
  return told;
}

std::string declaration(const Tensor& tensor) {
  static constexpr const char* kRoles[] = {"input", "param", "state", "constant", "value"};
  std::string text = std::string(kRoles[static_cast<size_t>(tensor.role)]) + " " + tensor.name;
  if (tensor.rank() > 0) text += "[" + list(tensor.shape, extent) + "]";
  text += type_suffix(tensor);
  if (tensor.role == Role::constant) text += " = " + list(tensor.data, shortest);
  return text + "\n";
}

}  // namespace

std::string print(const Node* node) { return expr(node, Type::real, kReserved).text; }

std::string print(const Equation& equation) {
  Reserved reserved = kReserved;
  for (const Index* index : equation.over) reserved.insert(index->name);
  std::string text = place(equation.out->name, equation.at, {}) + " " + std::string(symbol(equation.combine)) + " " +
                     expr(equation.body, Type::real, reserved).text;
  if (equation.over.empty()) return text;
  return text + "   over " + list(equation.over, [](const Index* index) {
           return (index->ordered ? "ordered " : "") + index->name + ": " + extent(index->extent);
         });
}

std::string print(const Module& module) {
  std::string text;
  std::set<const Tensor*> told = told_values(module);
  for (const Tensor* tensor : module.tensors()) {
    if (!told.contains(tensor)) text += declaration(*tensor);
  }
  for (const Equation& equation : module.equations) text += print(equation) + "\n";
  for (const Tensor* output : module.outputs) text += "output " + output->name + "\n";
  for (const Update& update : module.updates) text += update.target->name + " := " + update.value->name + "\n";
  return text;
}

}  // namespace nnc::ir
