// Scalar functions in double, for the few numbers that a training step works out once: what the standard library does
// not have, or has otherwise. Integers of the language are doubles here, which hold them exactly.
#pragma once

#include <cmath>
#include <cstdint>

#include "half.h"
#include "platform.h"

namespace nn {
inline namespace NN_ISA {
namespace number {

/// NaN if one is; the second at a tie.
NN_INLINE NN_HOST_DEVICE double max(double a, double b) { return a != a || a > b ? a : b; }
NN_INLINE NN_HOST_DEVICE double min(double a, double b) { return a != a || a < b ? a : b; }
/// 0 and NaN stay.
NN_INLINE NN_HOST_DEVICE double sign(double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; }
NN_INLINE NN_HOST_DEVICE double fract(double x) { return x - std::floor(x); }
/// a - b floor(a / b): it has the sign of b.
NN_INLINE NN_HOST_DEVICE double mod(double a, double b) {
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
/// Of integers: rounded down, 0 by 0.
NN_INLINE NN_HOST_DEVICE double divide(double a, double b) { return b == 0 ? 0.0 : std::floor(a / b); }

/// sin(pi x) and cos(pi x), exact at half integers.
NN_INLINE NN_HOST_DEVICE double cospi(double x) {
  constexpr double kPi = 3.14159265358979323846;
  const double r = std::abs(std::remainder(x, 2.0));
  if (r <= 0.25) return std::cos(kPi * r);
  if (r <= 0.75) return std::sin(kPi * (0.5 - r));
  return -std::cos(kPi * (1.0 - r));
}
NN_INLINE NN_HOST_DEVICE double sinpi(double x) { return cospi(x - 0.5); }

/// Cut towards zero; the nearest integer that there is; 0 of NaN.
NN_INLINE NN_HOST_DEVICE double to_int(double x) {
  if (x != x) return 0.0;
  return std::trunc(x < -2147483648.0 ? -2147483648.0 : x > 2147483647.0 ? 2147483647.0 : x);
}
NN_INLINE NN_HOST_DEVICE double to_unsigned(double x) {
  if (x != x) return 0.0;
  return std::trunc(x < 0.0 ? 0.0 : x > 4294967295.0 ? 4294967295.0 : x);
}
NN_INLINE NN_HOST_DEVICE bool bit(double x, double place) {
  return place >= 0 && place < 32 && ((static_cast<std::int64_t>(x) >> static_cast<int>(place)) & 1) != 0;
}
NN_INLINE NN_HOST_DEVICE double logical_and(double a, double b) {
  return static_cast<double>(static_cast<std::int64_t>(a) & static_cast<std::int64_t>(b));
}
NN_INLINE NN_HOST_DEVICE double logical_or(double a, double b) {
  return static_cast<double>(static_cast<std::int64_t>(a) | static_cast<std::int64_t>(b));
}
NN_INLINE NN_HOST_DEVICE double logical_xor(double a, double b) {
  return static_cast<double>(static_cast<std::int64_t>(a) ^ static_cast<std::int64_t>(b));
}
NN_INLINE NN_HOST_DEVICE double logical_not(double x) { return static_cast<double>(~static_cast<std::int64_t>(x)); }

NN_INLINE NN_HOST_DEVICE double round_f32(double x) { return static_cast<double>(static_cast<float>(x)); }
NN_INLINE NN_HOST_DEVICE double round_f16(double x) {
  return static_cast<double>(to_float(to_f16(static_cast<float>(x))));
}
NN_INLINE NN_HOST_DEVICE double round_bf16(double x) {
  return static_cast<double>(to_float(to_bf16(static_cast<float>(x))));
}

}  // namespace number
}  // namespace NN_ISA
}  // namespace nn
