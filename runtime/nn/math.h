// The scalar functions of the language for one sample: float, int, unsigned and bool, on the host and on the device.
//
// cpu/math.h has the same names for vectors of samples, so a generated body reads the same for both. On the host the
// transcendental functions are those of formulas.h, on a device those of CUDA; each is within 2.5 units in the last
// place. Of a truth value, `select(c, 1.0f, 0.0f)` is the number: a vector's truth values are integers 0 and -1, and
// `to_real` cannot tell them from numbers.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "formulas.h"
#include "half.h"
#include "platform.h"

namespace nn {
inline namespace NN_ISA {

/// One float as a lane type.
template <>
struct Lanes<float> {
  using Bits = std::uint32_t;

  NN_INLINE NN_HOST_DEVICE static float all(float x) { return x; }
  NN_INLINE NN_HOST_DEVICE static Bits bits(float x) { return float_bits(x); }
  NN_INLINE NN_HOST_DEVICE static float from_bits(Bits b) { return float_from_bits(b); }
  NN_INLINE NN_HOST_DEVICE static float select(bool c, float a, float b) { return c ? a : b; }
  NN_INLINE NN_HOST_DEVICE static float abs(float x) { return float_from_bits(float_bits(x) & 0x7fffffffu); }
  /// The nearest integer, ties to even: beyond 2²³ every float is one.
  NN_INLINE NN_HOST_DEVICE static float round(float x) {
    const float a = abs(x);
    return a < 8388608.0f ? formulas::with_sign((a + 8388608.0f) - 8388608.0f, x) : x;
  }
  /// The exponent field, as a number.
  NN_INLINE NN_HOST_DEVICE static float exponent(Bits b) {
    return static_cast<float>(static_cast<std::int32_t>(b) / (1 << 23));
  }
  /// p 2ⁿ in two steps, so that results below the normal range and overflow come out right.
  NN_INLINE NN_HOST_DEVICE static float scaled(float p, float n) {
    const float half = formulas::nearest(n * 0.5f);
    return p * formulas::power_of_two(half) * formulas::power_of_two(n - half);
  }
  /// x - n π/2 for |x| up to 1e5: π/2 in three parts where products are exact in FMA, else in double.
  NN_INLINE NN_HOST_DEVICE static float minus_quarter_turns(float x, float n) {
#if NN_HAS_FMA
    const float r = __builtin_fmaf(n, -formulas::kHalfPi[0], x);
    return __builtin_fmaf(n, -formulas::kHalfPi[2], __builtin_fmaf(n, -formulas::kHalfPi[1], r));
#else
    const double r = static_cast<double>(x) - n * formulas::kHalfPiHigh;
    return static_cast<float>(r - n * formulas::kHalfPiLow);
#endif
  }
  NN_INLINE NN_HOST_DEVICE static float with_large_angles(bool is_small, float y, float x,
                                                          std::uint32_t quarter_turns) {
    if (is_small) return y;
    return static_cast<float>(quarter_turns == 0 ? ::sin(static_cast<double>(x)) : ::cos(static_cast<double>(x)));
  }
};

/// As numbers, which a device reads where it may not call std::numeric_limits.
inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Choice and logic

NN_INLINE NN_HOST_DEVICE float select(bool c, float a, float b) { return c ? a : b; }
NN_INLINE NN_HOST_DEVICE std::int32_t select(bool c, std::int32_t a, std::int32_t b) { return c ? a : b; }
NN_INLINE NN_HOST_DEVICE std::uint32_t select(bool c, std::uint32_t a, std::uint32_t b) { return c ? a : b; }
NN_INLINE NN_HOST_DEVICE bool select(bool c, bool a, bool b) { return c ? a : b; }

NN_INLINE NN_HOST_DEVICE bool logical_and(bool a, bool b) { return a && b; }
NN_INLINE NN_HOST_DEVICE bool logical_or(bool a, bool b) { return a || b; }
NN_INLINE NN_HOST_DEVICE bool logical_xor(bool a, bool b) { return a != b; }
NN_INLINE NN_HOST_DEVICE bool logical_not(bool a) { return !a; }
// Of integers, bit by bit.
NN_INLINE NN_HOST_DEVICE std::int32_t logical_and(std::int32_t a, std::int32_t b) { return a & b; }
NN_INLINE NN_HOST_DEVICE std::int32_t logical_or(std::int32_t a, std::int32_t b) { return a | b; }
NN_INLINE NN_HOST_DEVICE std::int32_t logical_xor(std::int32_t a, std::int32_t b) { return a ^ b; }
NN_INLINE NN_HOST_DEVICE std::int32_t logical_not(std::int32_t a) { return ~a; }
NN_INLINE NN_HOST_DEVICE std::uint32_t logical_and(std::uint32_t a, std::uint32_t b) { return a & b; }
NN_INLINE NN_HOST_DEVICE std::uint32_t logical_or(std::uint32_t a, std::uint32_t b) { return a | b; }
NN_INLINE NN_HOST_DEVICE std::uint32_t logical_xor(std::uint32_t a, std::uint32_t b) { return a ^ b; }
NN_INLINE NN_HOST_DEVICE std::uint32_t logical_not(std::uint32_t a) { return ~a; }

/// Whether bit k of i is set; false for k outside 0 … 31.
NN_INLINE NN_HOST_DEVICE bool bit(std::uint32_t i, std::int32_t k) { return k >= 0 && k < 32 && (i >> k & 1u) != 0; }
NN_INLINE NN_HOST_DEVICE bool bit(std::int32_t i, std::int32_t k) { return bit(static_cast<std::uint32_t>(i), k); }

/// False for NaN and the infinities, whatever the compiler may assume about them.
NN_INLINE NN_HOST_DEVICE bool is_finite(float x) { return (float_bits(x) & 0x7fffffffu) < 0x7f800000u; }

// Order. The greater and the smaller: at a tie b; NaN if either is NaN.

NN_INLINE NN_HOST_DEVICE float max(float a, float b) { return a > b || a != a ? a : b; }
NN_INLINE NN_HOST_DEVICE float min(float a, float b) { return a < b || a != a ? a : b; }
NN_INLINE NN_HOST_DEVICE std::int32_t max(std::int32_t a, std::int32_t b) { return a > b ? a : b; }
NN_INLINE NN_HOST_DEVICE std::int32_t min(std::int32_t a, std::int32_t b) { return a < b ? a : b; }
NN_INLINE NN_HOST_DEVICE std::uint32_t max(std::uint32_t a, std::uint32_t b) { return a > b ? a : b; }
NN_INLINE NN_HOST_DEVICE std::uint32_t min(std::uint32_t a, std::uint32_t b) { return a < b ? a : b; }

NN_INLINE NN_HOST_DEVICE float abs(float x) { return Lanes<float>::abs(x); }
NN_INLINE NN_HOST_DEVICE std::int32_t abs(std::int32_t x) {  // of the least integer: itself
  return x < 0 ? static_cast<std::int32_t>(0u - static_cast<std::uint32_t>(x)) : x;
}
NN_INLINE NN_HOST_DEVICE std::uint32_t abs(std::uint32_t x) { return x; }
/// -1, 0 or 1; NaN of NaN.
NN_INLINE NN_HOST_DEVICE float sign(float x) { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x; }
NN_INLINE NN_HOST_DEVICE std::int32_t sign(std::int32_t x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }
NN_INLINE NN_HOST_DEVICE std::uint32_t sign(std::uint32_t x) { return x > 0u ? 1u : 0u; }

/// i between 0 and extent - 1: a computed index out of range reads the nearest element.
NN_INLINE NN_HOST_DEVICE std::int32_t clamp_index(std::int32_t i, std::int32_t extent) {
  return max(min(i, extent - 1), 0);
}
NN_INLINE NN_HOST_DEVICE std::int32_t clamp_index(std::uint32_t i, std::int32_t extent) {
  return static_cast<std::int32_t>(min(i, static_cast<std::uint32_t>(extent) - 1u));
}

// Integers: quotients are floored, and 0 where the divisor is 0; products and sums wrap.

NN_INLINE NN_HOST_DEVICE std::uint32_t divide(std::uint32_t a, std::uint32_t b) { return b == 0u ? 0u : a / b; }
NN_INLINE NN_HOST_DEVICE std::uint32_t mod(std::uint32_t a, std::uint32_t b) { return b == 0u ? 0u : a % b; }
NN_INLINE NN_HOST_DEVICE std::int32_t divide(std::int32_t a, std::int32_t b) {
  const std::int64_t n = a, d = b;
  if (d == 0) return 0;
  return static_cast<std::int32_t>(n / d - (n % d != 0 && (n < 0) != (d < 0) ? 1 : 0));
}
/// a - b ⌊a/b⌋: it has the sign of b.
NN_INLINE NN_HOST_DEVICE std::int32_t mod(std::int32_t a, std::int32_t b) {
  const std::int64_t n = a, d = b;
  if (d == 0) return 0;
  const std::int64_t rest = n % d;
  return static_cast<std::int32_t>(rest != 0 && (rest < 0) != (d < 0) ? rest + d : rest);
}

// Conversions. A real is cut towards zero and saturates, NaN is 0; between int and unsigned the bits stay.

NN_INLINE NN_HOST_DEVICE std::int32_t to_int(float x) {
  if (!(x > -2147483648.0f)) return x != x ? 0 : INT32_MIN;
  return x < 2147483648.0f ? static_cast<std::int32_t>(x) : INT32_MAX;
}
NN_INLINE NN_HOST_DEVICE std::int32_t to_int(std::int32_t x) { return x; }
NN_INLINE NN_HOST_DEVICE std::int32_t to_int(std::uint32_t x) { return static_cast<std::int32_t>(x); }
NN_INLINE NN_HOST_DEVICE std::int32_t to_int(bool x) { return x ? 1 : 0; }
NN_INLINE NN_HOST_DEVICE std::uint32_t to_unsigned(float x) {
  if (!(x > 0.0f)) return 0u;
  return x < 4294967296.0f ? static_cast<std::uint32_t>(x) : UINT32_MAX;
}
NN_INLINE NN_HOST_DEVICE std::uint32_t to_unsigned(std::int32_t x) { return static_cast<std::uint32_t>(x); }
NN_INLINE NN_HOST_DEVICE std::uint32_t to_unsigned(std::uint32_t x) { return x; }
NN_INLINE NN_HOST_DEVICE std::uint32_t to_unsigned(bool x) { return x ? 1u : 0u; }
NN_INLINE NN_HOST_DEVICE float to_real(float x) { return x; }
NN_INLINE NN_HOST_DEVICE float to_real(std::int32_t x) { return static_cast<float>(x); }
NN_INLINE NN_HOST_DEVICE float to_real(std::uint32_t x) { return static_cast<float>(x); }
NN_INLINE NN_HOST_DEVICE float to_real(bool x) { return x ? 1.0f : 0.0f; }

// Steps of the real line

#if defined(__CUDA_ARCH__)
NN_INLINE NN_HOST_DEVICE float round(float x) { return ::rintf(x); }
NN_INLINE NN_HOST_DEVICE float floor(float x) { return ::floorf(x); }
NN_INLINE NN_HOST_DEVICE float ceil(float x) { return ::ceilf(x); }
#else
/// The nearest integer, ties to even.
NN_INLINE NN_HOST_DEVICE float round(float x) { return Lanes<float>::round(x); }
NN_INLINE NN_HOST_DEVICE float floor(float x) {
  const float r = Lanes<float>::round(x);
  return r > x ? r - 1.0f : r;
}
NN_INLINE NN_HOST_DEVICE float ceil(float x) { return -floor(-x); }
#endif
/// x - ⌊x⌋.
NN_INLINE NN_HOST_DEVICE float fract(float x) { return x - floor(x); }
/// x - y ⌊x/y⌋, exactly: it has the sign of y; NaN where y is 0.
NN_INLINE NN_HOST_DEVICE float mod(float x, float y) {
  const float rest = ::fmodf(x, y);
  return rest != 0.0f && (rest < 0.0f) != (y < 0.0f) ? rest + y : rest;
}

/// The nearest number that f16 or bf16 holds, ties to even.
NN_INLINE NN_HOST_DEVICE float round_f16(float x) { return to_float(to_f16(x)); }
NN_INLINE NN_HOST_DEVICE float round_bf16(float x) { return to_float(to_bf16(x)); }

// Transcendental functions

NN_INLINE NN_HOST_DEVICE float sqrt(float x) { return ::sqrtf(x); }
#if defined(__CUDA_ARCH__)
NN_INLINE NN_HOST_DEVICE float exp(float x) { return ::expf(x); }
NN_INLINE NN_HOST_DEVICE float exp2(float x) { return ::exp2f(x); }
NN_INLINE NN_HOST_DEVICE float expm1(float x) { return ::expm1f(x); }
NN_INLINE NN_HOST_DEVICE float log(float x) { return ::logf(x); }
NN_INLINE NN_HOST_DEVICE float log1p(float x) { return ::log1pf(x); }
NN_INLINE NN_HOST_DEVICE float tanh(float x) { return ::tanhf(x); }
NN_INLINE NN_HOST_DEVICE float sin(float x) { return ::sinf(x); }
NN_INLINE NN_HOST_DEVICE float cos(float x) { return ::cosf(x); }
NN_INLINE NN_HOST_DEVICE float sinpi(float x) { return ::sinpif(x); }
NN_INLINE NN_HOST_DEVICE float cospi(float x) { return ::cospif(x); }
NN_INLINE NN_HOST_DEVICE float erf(float x) { return ::erff(x); }
NN_INLINE NN_HOST_DEVICE float erfc(float x) { return ::erfcf(x); }
NN_INLINE NN_HOST_DEVICE float pow(float x, float y) { return ::powf(x, y); }
#else
NN_INLINE NN_HOST_DEVICE float exp(float x) { return formulas::exp(x); }
NN_INLINE NN_HOST_DEVICE float exp2(float x) { return formulas::exp2(x); }
/// eˣ - 1 and ln(1 + x), accurate relative to themselves also near 0.
NN_INLINE NN_HOST_DEVICE float expm1(float x) { return formulas::expm1(x); }
NN_INLINE NN_HOST_DEVICE float log(float x) { return formulas::log(x); }
NN_INLINE NN_HOST_DEVICE float log1p(float x) { return formulas::log1p(x); }
NN_INLINE NN_HOST_DEVICE float tanh(float x) { return formulas::tanh(x); }
NN_INLINE NN_HOST_DEVICE float sin(float x) { return formulas::sin(x); }
NN_INLINE NN_HOST_DEVICE float cos(float x) { return formulas::cos(x); }
/// sin πx and cos πx; the reduction of x is exact.
NN_INLINE NN_HOST_DEVICE float sinpi(float x) { return formulas::sinpi(x); }
NN_INLINE NN_HOST_DEVICE float cospi(float x) { return formulas::cospi(x); }
NN_INLINE NN_HOST_DEVICE float erf(float x) { return formulas::erf(x); }
/// 1 - erf x, accurate relative to itself also where it is small.
NN_INLINE NN_HOST_DEVICE float erfc(float x) { return formulas::erfc(x); }
/// xʸ, with C's special cases: anything to the power 0 is 1.
NN_INLINE NN_HOST_DEVICE float pow(float x, float y) {
  return static_cast<float>(::pow(static_cast<double>(x), static_cast<double>(y)));
}
#endif
/// xⁿ for integers, wrapping; a negative n gives the quotient 1/xⁿ cut to an integer.
NN_INLINE NN_HOST_DEVICE std::uint32_t pow(std::uint32_t x, std::uint32_t n) {
  std::uint32_t result = 1u;
  for (; n > 0u; n >>= 1, x *= x) result *= (n & 1u) != 0u ? x : 1u;
  return result;
}
NN_INLINE NN_HOST_DEVICE std::int32_t pow(std::int32_t x, std::int32_t n) {
  if (n < 0) return x == 1 || (x == -1 && n % 2 == 0) ? 1 : x == -1 ? -1 : 0;
  return static_cast<std::int32_t>(pow(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(n)));
}

}  // namespace NN_ISA
}  // namespace nn
