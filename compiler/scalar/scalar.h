// The scalar functions: one row each. Everything that differs between functions is in their row; every stage walks the
// table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace nnc::scalar {

/// What a scalar is. A real has no width here: its precision is the schedule's, and the evaluator's mode.
enum class Type : uint8_t { boolean, i32, u32, real };
const char* name(Type type);

/// The functions, in the order of the table. Comparisons are four: a > b is less(b, a).
enum class Op : uint8_t {
#define NNC_SCALAR(name, ...) name,
#include "compiler/scalar/scalar_ops.def"
#undef NNC_SCALAR
};

/// A storage format that a value can be rounded to.
enum class Format : uint8_t { f16, bf16, f32, f64 };

/// The nearest number of the format, ties to even, as a double; NaN and infinities stay.
double round_to(Format format, double value);

/// As texts write it: `f16`.
const char* name(Format format);
/// The format of that name, or nothing.
std::optional<Format> find_format(std::string_view name);

/// The functions that round to a format: a cast, and what passes between layers. To f64 nothing is rounded.
struct FormatRow {
  Format format;
  Op round;
  Op pass;
};
std::span<const FormatRow> roundings();
/// The format that the function rounds to, or nothing.
std::optional<Format> format_of(Op op);

/// A row of the table.
struct Function {
  Op op;
  std::string_view name;  // as in .nn text and in IR text
  int arity;
  /// The type of the result for these operand types, or nothing if the function does not take them. Literals have been
  /// typed before.
  std::optional<Type> (*result)(std::span<const Type> operands);
  /// The meaning, exact for integers (every i32 and u32 is a double), correctly rounded or nearly so in f64 for reals.
  double (*meaning)(std::span<const Type> types, std::span<const double> operands);
  std::string_view infix;  // how IR text writes it between its operands; empty for a call
  bool differentiable;     // false: its gradient is zero everywhere (floor, comparisons, integers)
  bool is_costly;          // tens of instructions: worth an equation of its own where its result is needed again
};

const Function& function(Op op);
std::span<const Function> all();
/// The row of that name, or null.
const Function* find(std::string_view name);

}  // namespace nnc::scalar
