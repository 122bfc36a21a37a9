// Rules in the notation of algebra: rule("neg-neg", -(-x), x) is a value with two sides.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::rewrite {

/// A side of a rule.
struct Pattern {
  enum class Kind : uint8_t {
    any,       // x, y, z: an expression of the rule's type; p, q: a boolean one; the same letter is the same expression
    constant,  // a, b: a number of the rule's type
    number,    // this number, of the rule's type
    truth,     // this boolean
    apply,
  };
  Kind kind;
  char letter = 0;
  double number = 0;
  ir::Op op{};
  std::vector<Pattern> operands = {};

  bool is_boolean_letter() const { return letter == 'p' || letter == 'q'; }
};

inline Pattern any(char letter) { return {Pattern::Kind::any, letter}; }
inline Pattern constant(char letter) { return {Pattern::Kind::constant, letter}; }
inline Pattern number(double value) { return {Pattern::Kind::number, 0, value}; }
inline Pattern truth(bool value) { return {Pattern::Kind::truth, 0, value ? 1.0 : 0.0}; }
inline Pattern apply(ir::Op op, std::vector<Pattern> operands) {
  return {Pattern::Kind::apply, 0, 0, op, std::move(operands)};
}

#define NNC_BINARY(symbol, name)                                                                      \
  inline Pattern operator symbol(Pattern s, Pattern t) { return apply(ir::Op::name, {s, t}); }        \
  inline Pattern operator symbol(Pattern s, double t) { return apply(ir::Op::name, {s, number(t)}); } \
  inline Pattern operator symbol(double s, Pattern t) { return apply(ir::Op::name, {number(s), t}); }
NNC_BINARY(+, add)
NNC_BINARY(-, subtract)
NNC_BINARY(*, multiply)
NNC_BINARY(/, divide)
NNC_BINARY(<, less)
NNC_BINARY(<=, less_equal)
NNC_BINARY(==, equal)
NNC_BINARY(!=, not_equal)
#undef NNC_BINARY
inline Pattern operator-(Pattern s) { return apply(ir::Op::negate, {s}); }
inline Pattern operator!(Pattern s) { return apply(ir::Op::logical_not, {s}); }
inline Pattern operator&&(Pattern s, Pattern t) { return apply(ir::Op::logical_and, {s, t}); }
inline Pattern operator||(Pattern s, Pattern t) { return apply(ir::Op::logical_or, {s, t}); }
inline Pattern select(Pattern s, Pattern t, Pattern u) { return apply(ir::Op::select, {s, t, u}); }

/// The types that x, y, z, a and b may have; they all have the same.
struct Types {
  bool boolean, i32, u32, real;

  bool contains(ir::Type type) const {
    return type == ir::Type::boolean ? boolean : type == ir::Type::i32 ? i32 : type == ir::Type::u32 ? u32 : real;
  }
};
inline constexpr Types kNumbers{false, true, true, true};
inline constexpr Types kIntegers{false, true, true, false};
inline constexpr Types kReals{false, false, false, true};
inline constexpr Types kBooleans{true, false, false, false};
inline constexpr Types kBits{true, true, true, false};
inline constexpr Types kAll{true, true, true, true};

/// For which values the sides are equal.
enum class Holds : uint8_t {
  always,     // all, NaN and infinities too; only the sign of a zero may differ
  in_algebra  // in real numbers: roundings differ, and so may what overflows
};

struct Rule {
  std::string_view name;
  Pattern left;
  Pattern right;
  Types types = kReals;
  Holds holds = Holds::always;
  bool (*when)(double a) = nullptr;  // of the constant a; none: whatever it is
};

/// What the letters of a rule stand for in an expression, by letter − 'a'.
using Bindings = std::array<const ir::Node*, 26>;

/// True if the left side, with operands of commutative functions in either order, is the expression; then `bindings`
/// says how.
bool matches(const Rule& rule, const ir::Node* node, Bindings& bindings);

/// The type of x, y, z, a, b in a match; boolean where the rule has none of them.
ir::Type type_of(const Bindings& bindings);

}  // namespace nnc::rewrite
