// What the rows of the table say: which types a function takes, and what it means.
#include "compiler/scalar/scalar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

namespace nnc::scalar {
namespace {

using Types = std::span<const Type>;
using Result = std::optional<Type>;

bool are_equal(Types types) {
  return std::adjacent_find(types.begin(), types.end(), std::not_equal_to()) == types.end();
}

// The columns `types`.
Result numeric(Types x) { return are_equal(x) && x[0] != Type::boolean ? Result(x[0]) : std::nullopt; }
Result real(Types x) { return are_equal(x) && x[0] == Type::real ? Result(Type::real) : std::nullopt; }
Result bits(Types x) { return are_equal(x) && x[0] != Type::real ? Result(x[0]) : std::nullopt; }
Result equality(Types x) { return are_equal(x) ? Result(Type::boolean) : std::nullopt; }
Result order(Types x) { return numeric(x) ? Result(Type::boolean) : std::nullopt; }
Result selection(Types x) { return x[0] == Type::boolean && x[1] == x[2] ? Result(x[1]) : std::nullopt; }
Result bit_of(Types x) {
  auto is_integer = [](Type type) { return type == Type::i32 || type == Type::u32; };
  return std::all_of(x.begin(), x.end(), is_integer) ? Result(Type::boolean) : std::nullopt;
}
Result gives_i32(Types) { return Type::i32; }
Result gives_u32(Types) { return Type::u32; }
Result gives_real(Types) { return Type::real; }

/// The integer that a double holds.
int64_t exact(double value) { return static_cast<int64_t>(value); }

double wrap(Type type, int64_t value) {
  if (type == Type::i32) return static_cast<int32_t>(static_cast<uint64_t>(value));
  if (type == Type::u32) return static_cast<uint32_t>(static_cast<uint64_t>(value));
  return static_cast<double>(value);
}
double wrap(Type type, double value) { return type == Type::real ? value : wrap(type, exact(value)); }

/// Of two integers, modulo 2⁶⁴, so that u32 products wrap right.
int64_t product(double a, double b) {
  return static_cast<int64_t>(static_cast<uint64_t>(exact(a)) * static_cast<uint64_t>(exact(b)));
}

int64_t floored_quotient(double a, double b) { return b == 0 ? 0 : exact(std::floor(a / b)); }

/// a − b·⌊a/b⌋, exact: it has the sign of b. Reals: NaN where b is 0; integers: 0.
double floored_remainder(Type type, double a, double b) {
  if (b == 0) return type == Type::real ? std::numeric_limits<double>::quiet_NaN() : 0;
  double remainder = std::fmod(a, b);
  return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

/// Wraps at each product. A negative exponent gives the quotient 1 / aⁿ cut to an integer: 0 unless a is 1 or −1.
double integer_power(Type type, double base, double exponent) {
  if (exponent < 0) {
    if (base == 1) return 1;
    if (base == -1) return exact(exponent) % 2 == 0 ? 1 : -1;
    return 0;
  }
  double result = 1;
  for (int64_t n = exact(exponent); n > 0; n >>= 1) {
    if (n & 1) result = wrap(type, product(result, base));
    base = wrap(type, product(base, base));
  }
  return result;
}

double round_half_even(double value) {
  if (!(std::fabs(value) < 0x1p52)) return value;
  double shifted = std::copysign(0x1p52, value);
  return std::copysign((value + shifted) - shifted, value);
}

/// sin(πx), by an exact reduction to [−½, ½].
double sinpi(double x) {
  if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  double r = std::remainder(x, 2.0);
  if (std::fabs(r) > 0.5) r = std::copysign(1.0, r) - r;
  double size = std::fabs(r);
  return size <= 0.25 ? std::sin(std::numbers::pi * r) : std::copysign(std::cos(std::numbers::pi * (0.5 - size)), r);
}

/// cos(πx), by an exact reduction to [0, 1].
double cospi(double x) {
  if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  double r = std::fabs(std::remainder(x, 2.0));
  if (r <= 0.25) return std::cos(std::numbers::pi * r);
  if (r <= 0.75) return std::sin(std::numbers::pi * (0.5 - r));
  return -std::cos(std::numbers::pi * (1 - r));
}

double to_integer(Type from, Type to, double value) {
  if (from != Type::real) return wrap(to, value);
  if (std::isnan(value)) return 0;
  double low = to == Type::i32 ? -0x1p31 : 0;
  double high = to == Type::i32 ? 0x1p31 - 1 : 0x1p32 - 1;
  return std::trunc(std::clamp(value, low, high));
}

/// Ties to even at `digits` binary digits, fewer below 2^min_exponent; infinite beyond `largest`.
double round_to_digits(double value, int digits, int min_exponent, double largest) {
  if (value == 0 || !std::isfinite(value)) return value;
  int unit = std::max(std::ilogb(value), min_exponent) - (digits - 1);
  double rounded = std::ldexp(round_half_even(std::ldexp(value, -unit)), unit);
  return std::fabs(rounded) > largest ? std::copysign(std::numeric_limits<double>::infinity(), value) : rounded;
}

enum class Cost : uint8_t { cheap, costly };

constexpr size_t kCount = 0
#define NNC_SCALAR(...) +1  // NOLINT(bugprone-macro-parentheses): terms of one sum
#include "compiler/scalar/scalar_ops.def"
#undef NNC_SCALAR
    ;

const std::array<Function, kCount> kFunctions = {{
#define NNC_SCALAR(name, text, arity, types, infix, differentiable, cost, ...)                   \
  {Op::name,                                                                                     \
   text,                                                                                         \
   arity,                                                                                        \
   [](Types x) { return x.size() == arity ? types(x) : std::nullopt; },                          \
   [](Types operand_types, std::span<const double> x) -> double {                                \
     [[maybe_unused]] const Type t = operand_types[0];                                           \
     [[maybe_unused]] const double a = x[0], b = arity > 1 ? x[1] : 0, c = arity > 2 ? x[2] : 0; \
     return static_cast<double>(__VA_ARGS__);                                                    \
   },                                                                                            \
   infix,                                                                                        \
   differentiable,                                                                               \
   Cost::cost == Cost::costly},
#include "compiler/scalar/scalar_ops.def"
#undef NNC_SCALAR
}};

}  // namespace

const char* name(Type type) {
  switch (type) {
    case Type::boolean:
      return "bool";
    case Type::i32:
      return "i32";
    case Type::u32:
      return "u32";
    case Type::real:
      return "real";
  }
  return "";
}

namespace {

constexpr const char* kFormatNames[] = {"f16", "bf16", "f32", "f64"};
constexpr FormatRow kRoundings[] = {{Format::f16, Op::round_f16, Op::pass_f16},
                                    {Format::bf16, Op::round_bf16, Op::pass_bf16},
                                    {Format::f32, Op::round_f32, Op::pass_f32}};

}  // namespace

const char* name(Format format) { return kFormatNames[static_cast<size_t>(format)]; }

std::optional<Format> find_format(std::string_view name) {
  const auto* found = std::find(std::begin(kFormatNames), std::end(kFormatNames), name);
  if (found == std::end(kFormatNames)) return std::nullopt;
  return static_cast<Format>(found - std::begin(kFormatNames));
}

std::span<const FormatRow> roundings() { return kRoundings; }

std::optional<Format> format_of(Op op) {
  for (const FormatRow& row : kRoundings) {
    if (row.round == op || row.pass == op) return row.format;
  }
  return std::nullopt;
}

double round_to(Format format, double value) {
  switch (format) {
    case Format::f16:
      return round_to_digits(value, 11, -14, 65504);
    case Format::bf16:
      return round_to_digits(value, 8, -126, 0x1.fep127);
    case Format::f32:
      return static_cast<double>(static_cast<float>(value));
    case Format::f64:
      return value;
  }
  return value;
}

const Function& function(Op op) { return kFunctions[static_cast<size_t>(op)]; }

std::span<const Function> all() { return kFunctions; }

const Function* find(std::string_view name) {
  auto row = std::find_if(kFunctions.begin(), kFunctions.end(), [&](const Function& f) { return f.name == name; });
  return row == kFunctions.end() ? nullptr : &*row;
}

}  // namespace nnc::scalar
