// The scalar functions of the language in double, for one sample, on the host and on the device: what math.h has for
// float, under the same names. Models of `precision f64` compute with them.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "platform.h"

namespace nn {
inline namespace NN_ISA {

/// The bits of a double.
NN_INLINE NN_HOST_DEVICE std::uint64_t double_bits(double x) {
  std::uint64_t u;
  std::memcpy(&u, &x, sizeof u);
  return u;
}

NN_INLINE NN_HOST_DEVICE double select(bool c, double a, double b) { return c ? a : b; }
/// False for NaN and the infinities, whatever the compiler may assume about them.
NN_INLINE NN_HOST_DEVICE bool is_finite(double x) { return (double_bits(x) >> 52 & 0x7ffu) < 0x7ffu; }

// Order. The greater and the smaller: at a tie b; NaN if either is NaN.

NN_INLINE NN_HOST_DEVICE double max(double a, double b) { return a > b || a != a ? a : b; }
NN_INLINE NN_HOST_DEVICE double min(double a, double b) { return a < b || a != a ? a : b; }
NN_INLINE NN_HOST_DEVICE double abs(double x) { return ::fabs(x); }
/// -1, 0 or 1; NaN of NaN.
NN_INLINE NN_HOST_DEVICE double sign(double x) { return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x; }

// Conversions. A real is cut towards zero and saturates, NaN is 0.

NN_INLINE NN_HOST_DEVICE std::int32_t to_int(double x) {
  if (!(x > -2147483649.0)) return x != x ? 0 : INT32_MIN;
  return x < 2147483648.0 ? static_cast<std::int32_t>(x) : INT32_MAX;
}
NN_INLINE NN_HOST_DEVICE std::uint32_t to_unsigned(double x) {
  if (!(x > 0.0)) return 0u;
  return x < 4294967296.0 ? static_cast<std::uint32_t>(x) : UINT32_MAX;
}
NN_INLINE NN_HOST_DEVICE double to_real(double x) { return x; }

// Steps of the real line

/// The nearest integer, ties to even.
NN_INLINE NN_HOST_DEVICE double round(double x) { return ::rint(x); }
NN_INLINE NN_HOST_DEVICE double floor(double x) { return ::floor(x); }
NN_INLINE NN_HOST_DEVICE double ceil(double x) { return ::ceil(x); }
/// x - ⌊x⌋.
NN_INLINE NN_HOST_DEVICE double fract(double x) { return x - ::floor(x); }
/// x - y ⌊x/y⌋, exactly: it has the sign of y; NaN where y is 0.
NN_INLINE NN_HOST_DEVICE double mod(double x, double y) {
  const double rest = ::fmod(x, y);
  return rest != 0.0 && (rest < 0.0) != (y < 0.0) ? rest + y : rest;
}

namespace f64_detail {

/// As a number, which a device reads where it may not call std::numeric_limits.
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The nearest number of `digits` binary digits, ties to even, in one rounding from double; fewer digits below
/// 2^min_exponent, an infinity from `overflow` on.
NN_INLINE NN_HOST_DEVICE double rounded(double x, int digits, int min_exponent, double overflow) {
  if (x == 0.0 || !is_finite(x)) return x;
  const int exponent = ::ilogb(x), unit = (exponent > min_exponent ? exponent : min_exponent) - (digits - 1);
  const double nearest = ::ldexp(::rint(::ldexp(x, -unit)), unit);
  return ::fabs(nearest) >= overflow ? ::copysign(kInfinity, x) : nearest;
}

}  // namespace f64_detail

/// The nearest number that the type holds, ties to even.
NN_INLINE NN_HOST_DEVICE double round_f16(double x) { return f64_detail::rounded(x, 11, -14, 0x1p16); }
NN_INLINE NN_HOST_DEVICE double round_bf16(double x) { return f64_detail::rounded(x, 8, -126, 0x1p128); }
NN_INLINE NN_HOST_DEVICE double round_f32(double x) { return static_cast<double>(static_cast<float>(x)); }

// Transcendental functions: those of the C library, or of CUDA

NN_INLINE NN_HOST_DEVICE double sqrt(double x) { return ::sqrt(x); }
NN_INLINE NN_HOST_DEVICE double exp(double x) { return ::exp(x); }
NN_INLINE NN_HOST_DEVICE double exp2(double x) { return ::exp2(x); }
NN_INLINE NN_HOST_DEVICE double expm1(double x) { return ::expm1(x); }
NN_INLINE NN_HOST_DEVICE double log(double x) { return ::log(x); }
NN_INLINE NN_HOST_DEVICE double log1p(double x) { return ::log1p(x); }
NN_INLINE NN_HOST_DEVICE double tanh(double x) { return ::tanh(x); }
NN_INLINE NN_HOST_DEVICE double sin(double x) { return ::sin(x); }
NN_INLINE NN_HOST_DEVICE double cos(double x) { return ::cos(x); }
NN_INLINE NN_HOST_DEVICE double erf(double x) { return ::erf(x); }
/// 1 - erf x, accurate relative to itself also where it is small.
NN_INLINE NN_HOST_DEVICE double erfc(double x) { return ::erfc(x); }
/// xʸ, with C's special cases: anything to the power 0 is 1.
NN_INLINE NN_HOST_DEVICE double pow(double x, double y) { return ::pow(x, y); }

/// sin πx and cos πx; the reduction of x to [-1, 1] is exact, and so are quarter and half turns.
NN_INLINE NN_HOST_DEVICE double sinpi(double x) {
  constexpr double kPi = 3.14159265358979323846;
  double r = ::remainder(x, 2.0);
  if (::fabs(r) > 0.5) r = ::copysign(1.0, r) - r;
  return ::fabs(r) <= 0.25 ? ::sin(kPi * r) : ::copysign(::cos(kPi * (0.5 - ::fabs(r))), r);
}
NN_INLINE NN_HOST_DEVICE double cospi(double x) {
  constexpr double kPi = 3.14159265358979323846;
  const double r = ::fabs(::remainder(x, 2.0));
  if (r <= 0.25) return ::cos(kPi * r);
  return r <= 0.75 ? ::sin(kPi * (0.5 - r)) : -::cos(kPi * (1.0 - r));
}

}  // namespace NN_ISA
}  // namespace nn
