// What the printer and the reader of IR text must agree on.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "compiler/ir/ir.h"

namespace nnc::ir {

/// How tightly an operator binds; a higher one binds tighter.
enum class Level : uint8_t { logic, comparison, sum, product, sign, power, primary };

/// The level of the operator that the table writes as `infix`; `>` and `>=` are read as swapped `<` and `<=`.
constexpr Level level_of(std::string_view infix) {
  if (infix == "^") return Level::power;
  if (infix == "*" || infix == "/" || infix == "mod") return Level::product;
  if (infix == "+" || infix == "-") return Level::sum;
  if (infix == "and" || infix == "or" || infix == "xor") return Level::logic;
  return Level::comparison;
}

constexpr std::string_view symbol(Combine combine) {
  switch (combine) {
    case Combine::set:
      return "=";
    case Combine::sum:
      return "+=";
    case Combine::prod:
      return "*=";
    case Combine::max:
      return "max=";
  }
  return "";
}

/// The type of an operand that is a literal of digits alone, such as the 2 of `2 * x`: that of the first operand that
/// has one, a condition aside; real if none has.
template <typename Operand, typename TypeOf>
Type literal_type(Op op, std::span<const Operand> operands, const TypeOf& type_of) {
  for (const Operand& operand : operands.subspan(op == Op::select ? 1 : 0)) {
    if (std::optional<Type> type = type_of(operand)) return *type;
  }
  return Type::real;
}

}  // namespace nnc::ir
