// Exact arithmetic on constants.
#include "compiler/sema/constant.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

namespace nnc::sema {
namespace {

using scalar::Op;
using scalar::Type;
using Problem = Folded::Problem;

Folded integer(int64_t value) { return {Constant::of_integer(value), Problem::none}; }
Folded failed(Problem problem) { return {{}, problem}; }

/// The result of a builtin that says whether it overflowed.
template <typename Builtin>
Folded checked(const Builtin& builtin) {
  int64_t result = 0;
  return builtin(&result) ? failed(Problem::overflow) : integer(result);
}
Folded negated(int64_t a) {
  return checked([a](int64_t* result) { return __builtin_sub_overflow(int64_t{0}, a, result); });
}

Folded integer_power(int64_t base, int64_t exponent) {
  if (exponent < 0) {
    return {Constant::of_real(std::pow(static_cast<double>(base), static_cast<double>(exponent))), Problem::none};
  }
  int64_t result = 1;
  for (bool overflows = false; exponent > 0; exponent >>= 1) {
    if (exponent & 1) overflows = __builtin_mul_overflow(result, base, &result);
    if (overflows) return failed(Problem::overflow);
    if (exponent > 1 && __builtin_mul_overflow(base, base, &base)) return failed(Problem::overflow);
  }
  return integer(result);
}

/// a - b * floor(a / b)
int64_t floored_remainder(int64_t a, int64_t b) {
  int64_t rest = b == -1 ? 0 : a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/// The functions that are exact on integers of 64 bits; nothing for the others.
std::optional<Folded> fold_integers(Op op, std::span<const Constant> x) {
  int64_t a = x[0].integer, b = x.size() > 1 ? x[1].integer : 0;
  auto boolean = [](bool value) { return Folded{Constant::of_boolean(value), Problem::none}; };
  switch (op) {
    case Op::add:
      return checked([=](int64_t* result) { return __builtin_add_overflow(a, b, result); });
    case Op::subtract:
      return checked([=](int64_t* result) { return __builtin_sub_overflow(a, b, result); });
    case Op::multiply:
      return checked([=](int64_t* result) { return __builtin_mul_overflow(a, b, result); });
    case Op::negate:
      return negated(a);
    case Op::abs:
      return a < 0 ? negated(a) : integer(a);
    case Op::divide:
      if (b == 0) return failed(Problem::zero_divisor);
      if (b == -1) return negated(a);
      return a % b == 0 ? integer(a / b) : failed(Problem::inexact);
    case Op::mod:
      return b == 0 ? failed(Problem::zero_divisor) : integer(floored_remainder(a, b));
    case Op::power:
      return integer_power(a, b);
    case Op::max:
      return integer(std::max(a, b));
    case Op::min:
      return integer(std::min(a, b));
    case Op::equal:
      return boolean(a == b);
    case Op::not_equal:
      return boolean(a != b);
    case Op::less:
      return boolean(a < b);
    case Op::less_equal:
      return boolean(a <= b);
    case Op::logical_and:
      return integer(a & b);
    case Op::logical_or:
      return integer(a | b);
    case Op::exclusive_or:
      return integer(a ^ b);
    case Op::to_int:
      return integer(a);
    default:
      return std::nullopt;
  }
}

Folded real_to_int(double value) {
  if (std::isnan(value)) return integer(0);
  if (std::fabs(value) >= 0x1p63) return failed(Problem::overflow);
  return integer(static_cast<int64_t>(value));
}

/// Integers beside a real become reals, beside a u32 become u32 (their low 32 bits).
void promote(std::vector<Constant>& x) {
  auto has = [&](Type type) {
    return std::any_of(x.begin(), x.end(), [&](const Constant& c) { return c.type == type; });
  };
  Type wanted = has(Type::real) ? Type::real : has(Type::u32) ? Type::u32 : Type::i32;
  for (Constant& c : x) {
    if (c.type != Type::i32 || wanted == Type::i32) continue;
    c = wanted == Type::real ? Constant::of_real(c.real()) : Constant::of_unsigned(static_cast<uint32_t>(c.integer));
  }
}

std::optional<Type> result_type(Op op, const std::vector<Constant>& x) {
  std::vector<Type> types;
  for (const Constant& c : x) types.push_back(c.type);
  return scalar::function(op).result(types);
}

}  // namespace

std::string text(const Constant& constant) {
  if (constant.type == Type::boolean) return constant.integer ? "true" : "false";
  if (constant.type != Type::real) return std::to_string(constant.integer) + (constant.type == Type::u32 ? "u" : "");
  char buffer[32];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, constant.number).ptr;
  return std::string(buffer, end);
}

Folded fold(Op op, std::span<const Constant> operands) {
  std::vector<Constant> x(operands.begin(), operands.end());
  if (op == Op::select) {
    if (x[0].type != Type::boolean) return failed(Problem::types);
    return {x[0].integer ? x[1] : x[2], Problem::none};
  }
  if (op != Op::bit) promote(x);
  if (op == Op::to_int && x[0].type == Type::real) return real_to_int(x[0].number);
  auto is_integer = [](const Constant& c) { return c.is_integer(); };
  if (std::all_of(x.begin(), x.end(), is_integer)) {
    if (auto result = fold_integers(op, x)) return *result;
  }
  auto type = result_type(op, x);
  if (!type) {
    for (Constant& c : x) {
      if (c.is_integer()) c = Constant::of_real(c.real());
    }
    type = result_type(op, x);
  }
  if (!type) return failed(Problem::types);
  std::vector<Type> types;
  std::vector<double> values;
  for (const Constant& c : x) types.push_back(c.type), values.push_back(c.real());
  double value = scalar::function(op).meaning(types, values);
  if (*type == Type::real) return {Constant::of_real(value), Problem::none};
  return {{*type, static_cast<int64_t>(value), 0}, Problem::none};
}

}  // namespace nnc::sema
