// Numbers that the compiler knows: exact integers of 64 bits, u32 that wraps, reals in f64, booleans.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "compiler/scalar/scalar.h"

namespace nnc::sema {

/// A constant of one of the scalar types. An i32 here is any exact integer: it must fit 32 bits only where it meets
/// data.
struct Constant {
  scalar::Type type = scalar::Type::i32;
  int64_t integer = 0;  // of a boolean, an i32, a u32
  double number = 0;    // of a real

  static Constant of_integer(int64_t value) { return {scalar::Type::i32, value, 0}; }
  static Constant of_real(double value) { return {scalar::Type::real, 0, value}; }
  static Constant of_boolean(bool value) { return {scalar::Type::boolean, value ? 1 : 0, 0}; }
  static Constant of_unsigned(uint32_t value) { return {scalar::Type::u32, value, 0}; }

  bool is_integer() const { return type == scalar::Type::i32; }
  /// Its value as a double, whatever the type.
  double real() const { return type == scalar::Type::real ? number : static_cast<double>(integer); }
};

/// As a user would write it: `3`, `0.1`, `true`, `7u`.
std::string text(const Constant& constant);

/// What applying a function to constants gives, or why it gives nothing.
struct Folded {
  enum class Problem : uint8_t { none, types, overflow, inexact, zero_divisor };
  Constant value = {};
  Problem problem = Problem::none;
};

/// op(operands): integers exactly in 64 bits, where division must leave no rest; u32 wrapping; the rest in f64.
/// Integers beside a real become reals, beside a u32 they become u32.
Folded fold(scalar::Op op, std::span<const Constant> operands);

}  // namespace nnc::sema
