// The scalar functions of the language for a vector of samples: the names and meanings of ../math.h, on Vec, VecInt,
// VecUnsigned and masks. Any operand may also be a scalar, which then stands for all lanes.
//
// A mask is a VecInt of 0 and -1, as comparisons give it; the number that belongs to it is `select(mask, 1.0f, 0.0f)`.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "../math.h"
#include "half.h"
#include "vec.h"

namespace nn {
inline namespace NN_ISA {
namespace math_detail {

/// The vector that a scalar becomes beside a vector; a truth value becomes a mask.
NN_INLINE Vec widened(float x) { return splat(x); }
NN_INLINE VecInt widened(std::int32_t x) { return splat(x); }
NN_INLINE VecUnsigned widened(std::uint32_t x) { return splat(x); }
NN_INLINE VecInt widened(bool x) { return splat(x); }
NN_INLINE Vec widened(Vec x) { return x; }
NN_INLINE VecInt widened(VecInt x) { return x; }
NN_INLINE VecUnsigned widened(VecUnsigned x) { return x; }

template <class... T>
using IfAnyVector = std::enable_if_t<(... || !std::is_arithmetic_v<T>), int>;

typedef double VecDouble __attribute__((vector_size(kLanes * 8)));

}  // namespace math_detail

/// A vector of samples as a lane type.
template <>
struct Lanes<Vec> {
  using Bits = VecUnsigned;

  NN_INLINE static Vec all(float x) { return splat(x); }
  NN_INLINE static Bits bits(Vec x) { return reinterpret_cast<Bits>(x); }
  NN_INLINE static Vec from_bits(Bits b) { return reinterpret_cast<Vec>(b); }
  NN_INLINE static Vec select(VecInt c, Vec a, Vec b) { return c ? a : b; }
  NN_INLINE static Vec abs(Vec x) { return from_bits(bits(x) & 0x7fffffffu); }
  NN_INLINE static Vec exponent(Bits b) { return __builtin_convertvector(reinterpret_cast<VecInt>(b) >> 23, Vec); }
  /// The nearest integer, ties to even.
  NN_INLINE static Vec round(Vec x) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(
        _mm512_maskz_roundscale_ps(0xffff, reinterpret_cast<__m512>(x), _MM_FROUND_TO_NEAREST_INT));
#elif defined(__AVX2__)
    return reinterpret_cast<Vec>(
        _mm256_round_ps(reinterpret_cast<__m256>(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#elif defined(__SSE4_1__)
    return reinterpret_cast<Vec>(
        _mm_round_ps(reinterpret_cast<__m128>(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#else
    const Vec a = abs(x);
    return select(a < 8388608.0f, formulas::with_sign((a + 8388608.0f) - 8388608.0f, x), x);
#endif
  }
  NN_INLINE static Vec floor(Vec x) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(
        _mm512_maskz_roundscale_ps(0xffff, reinterpret_cast<__m512>(x), _MM_FROUND_TO_NEG_INF));
#elif defined(__AVX2__)
    return reinterpret_cast<Vec>(
        _mm256_round_ps(reinterpret_cast<__m256>(x), _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC));
#elif defined(__SSE4_1__)
    return reinterpret_cast<Vec>(_mm_round_ps(reinterpret_cast<__m128>(x), _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC));
#else
    const Vec r = round(x);
    return select(r > x, r - 1.0f, r);
#endif
  }
  NN_INLINE static Vec sqrt(Vec x) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(_mm512_maskz_sqrt_ps(0xffff, reinterpret_cast<__m512>(x)));
#elif defined(__AVX2__)
    return reinterpret_cast<Vec>(_mm256_sqrt_ps(reinterpret_cast<__m256>(x)));
#elif defined(__SSE2__)
    return reinterpret_cast<Vec>(_mm_sqrt_ps(reinterpret_cast<__m128>(x)));
#else
    NN_UNROLL for (int i = 0; i < kLanes; ++i) x[i] = __builtin_sqrtf(x[i]);
    return x;
#endif
  }
  /// a > b ? a : b, and a < b ? a : b: one instruction of x86, which gives b where either is NaN.
  NN_INLINE static Vec greater(Vec a, Vec b) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(_mm512_maskz_max_ps(0xffff, reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b)));
#elif defined(__AVX2__)
    return reinterpret_cast<Vec>(_mm256_max_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b)));
#elif defined(__SSE2__)
    return reinterpret_cast<Vec>(_mm_max_ps(reinterpret_cast<__m128>(a), reinterpret_cast<__m128>(b)));
#else
    return select(a > b, a, b);
#endif
  }
  NN_INLINE static Vec smaller(Vec a, Vec b) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(_mm512_maskz_min_ps(0xffff, reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b)));
#elif defined(__AVX2__)
    return reinterpret_cast<Vec>(_mm256_min_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b)));
#elif defined(__SSE2__)
    return reinterpret_cast<Vec>(_mm_min_ps(reinterpret_cast<__m128>(a), reinterpret_cast<__m128>(b)));
#else
    return select(a < b, a, b);
#endif
  }
  /// p 2ⁿ, results below the normal range and overflow included.
  NN_INLINE static Vec scaled(Vec p, Vec n) {
#if defined(__AVX512F__)
    return reinterpret_cast<Vec>(
        _mm512_maskz_scalef_ps(0xffff, reinterpret_cast<__m512>(p), reinterpret_cast<__m512>(n)));
#else
    const Vec half = formulas::nearest(n * 0.5f);
    return p * formulas::power_of_two(half) * formulas::power_of_two(n - half);
#endif
  }
  NN_INLINE static Vec minus_quarter_turns(Vec x, Vec n) {
#if NN_HAS_FMA
    const Vec r = fused_multiply_add(n, splat(-formulas::kHalfPi[0]), x);
    return fused_multiply_add(n, splat(-formulas::kHalfPi[2]), fused_multiply_add(n, splat(-formulas::kHalfPi[1]), r));
#else
    using math_detail::VecDouble;
    const VecDouble wide_n = __builtin_convertvector(n, VecDouble);
    const VecDouble r = __builtin_convertvector(x, VecDouble) - wide_n * formulas::kHalfPiHigh;
    return __builtin_convertvector(r - wide_n * formulas::kHalfPiLow, Vec);
#endif
  }
  NN_INLINE static Vec with_large_angles(VecInt is_small, Vec y, Vec x, std::uint32_t quarter_turns) {
    if (__builtin_expect(!holds_everywhere(is_small), 0)) replace_large_angles(is_small, y, x, quarter_turns);
    return y;
  }

 private:
  NN_NOINLINE static void replace_large_angles(const VecInt& is_small, Vec& y, const Vec& x,
                                               std::uint32_t quarter_turns) {
    for (int i = 0; i < kLanes; ++i) {
      if (is_small[i] == 0) y[i] = Lanes<float>::with_large_angles(false, y[i], x[i], quarter_turns);
    }
  }
};

// Choice and logic

/// a in the lanes where c holds, b in the others.
template <class C, class A, class B, math_detail::IfAnyVector<C, A, B> = 0>
NN_INLINE auto select(C c, A a, B b) {
  const auto x = math_detail::widened(a), y = math_detail::widened(b);
  static_assert(std::is_same_v<decltype(x), decltype(y)>, "the two arms of a select are of one type");
  return c ? x : y;
}

/// Of masks; of integers, bit by bit.
template <class A, class B, math_detail::IfAnyVector<A, B> = 0>
NN_INLINE auto logical_and(A a, B b) {
  return math_detail::widened(a) & math_detail::widened(b);
}
template <class A, class B, math_detail::IfAnyVector<A, B> = 0>
NN_INLINE auto logical_or(A a, B b) {
  return math_detail::widened(a) | math_detail::widened(b);
}
template <class A, class B, math_detail::IfAnyVector<A, B> = 0>
NN_INLINE auto logical_xor(A a, B b) {
  return math_detail::widened(a) ^ math_detail::widened(b);
}
NN_INLINE VecInt logical_not(VecInt a) { return ~a; }
NN_INLINE VecUnsigned logical_not(VecUnsigned a) { return ~a; }

/// Where bit k of i is set; nowhere for k outside 0 … 31.
NN_INLINE VecInt bit(VecUnsigned i, std::int32_t k) { return k >= 0 && k < 32 ? ((i >> k) & 1u) != 0u : VecInt{}; }
NN_INLINE VecInt bit(VecUnsigned i, VecInt k) {
  return (((i >> reinterpret_cast<VecUnsigned>(k & 31)) & 1u) != 0u) & (k >= 0) & (k < 32);
}
NN_INLINE VecInt bit(VecInt i, std::int32_t k) { return bit(reinterpret_cast<VecUnsigned>(i), k); }
NN_INLINE VecInt bit(VecInt i, VecInt k) { return bit(reinterpret_cast<VecUnsigned>(i), k); }
NN_INLINE VecInt bit(std::int32_t i, VecInt k) { return bit(splat(static_cast<std::uint32_t>(i)), k); }
NN_INLINE VecInt bit(std::uint32_t i, VecInt k) { return bit(splat(i), k); }

NN_INLINE VecInt is_finite(Vec x) { return (reinterpret_cast<VecInt>(x) & 0x7fffffff) < 0x7f800000; }

// Order

NN_INLINE Vec max(Vec a, Vec b) { return a != a ? a : Lanes<Vec>::greater(a, b); }
NN_INLINE Vec min(Vec a, Vec b) { return a != a ? a : Lanes<Vec>::smaller(a, b); }
/// Against a constant one instruction does it: the NaN of `a` passes, and at a tie both are equal.
NN_INLINE Vec max(Vec a, float b) {
  return __builtin_constant_p(b) && b == b ? Lanes<Vec>::greater(splat(b), a) : max(a, splat(b));
}
NN_INLINE Vec min(Vec a, float b) {
  return __builtin_constant_p(b) && b == b ? Lanes<Vec>::smaller(splat(b), a) : min(a, splat(b));
}
NN_INLINE Vec max(float a, Vec b) {
  return __builtin_constant_p(a) && a == a ? Lanes<Vec>::greater(splat(a), b) : max(splat(a), b);
}
NN_INLINE Vec min(float a, Vec b) {
  return __builtin_constant_p(a) && a == a ? Lanes<Vec>::smaller(splat(a), b) : min(splat(a), b);
}
NN_INLINE VecInt max(VecInt a, VecInt b) { return a > b ? a : b; }
NN_INLINE VecInt min(VecInt a, VecInt b) { return a < b ? a : b; }
NN_INLINE VecInt max(VecInt a, std::int32_t b) { return max(a, splat(b)); }
NN_INLINE VecInt min(VecInt a, std::int32_t b) { return min(a, splat(b)); }
NN_INLINE VecInt max(std::int32_t a, VecInt b) { return max(splat(a), b); }
NN_INLINE VecInt min(std::int32_t a, VecInt b) { return min(splat(a), b); }
NN_INLINE VecUnsigned max(VecUnsigned a, VecUnsigned b) { return a > b ? a : b; }
NN_INLINE VecUnsigned min(VecUnsigned a, VecUnsigned b) { return a < b ? a : b; }
NN_INLINE VecUnsigned max(VecUnsigned a, std::uint32_t b) { return max(a, splat(b)); }
NN_INLINE VecUnsigned min(VecUnsigned a, std::uint32_t b) { return min(a, splat(b)); }
NN_INLINE VecUnsigned max(std::uint32_t a, VecUnsigned b) { return max(splat(a), b); }
NN_INLINE VecUnsigned min(std::uint32_t a, VecUnsigned b) { return min(splat(a), b); }

NN_INLINE Vec abs(Vec x) { return Lanes<Vec>::abs(x); }
NN_INLINE VecInt abs(VecInt x) { return x < 0 ? reinterpret_cast<VecInt>(0u - reinterpret_cast<VecUnsigned>(x)) : x; }
NN_INLINE VecUnsigned abs(VecUnsigned x) { return x; }
NN_INLINE Vec sign(Vec x) { return select(x > 0.0f, 1.0f, select(x < 0.0f, -1.0f, x)); }
NN_INLINE VecInt sign(VecInt x) { return (x < 0) - (x > 0); }
NN_INLINE VecUnsigned sign(VecUnsigned x) { return select(x > 0u, 1u, x); }

NN_INLINE VecInt clamp_index(VecInt i, std::int32_t extent) { return max(min(i, extent - 1), 0); }
NN_INLINE VecInt clamp_index(VecUnsigned i, std::int32_t extent) {
  return reinterpret_cast<VecInt>(min(i, static_cast<std::uint32_t>(extent) - 1u));
}

// Integers. Quotients of 32-bit integers are exact in double once cut to integers, and there are vectors of double.

NN_INLINE VecUnsigned divide(VecUnsigned a, VecUnsigned b) {
  using math_detail::VecDouble;
  const VecUnsigned divisor = b == 0u ? splat(1u) : b;
  const VecDouble quotient = __builtin_convertvector(a, VecDouble) / __builtin_convertvector(divisor, VecDouble);
  return b == 0u ? VecUnsigned{} : __builtin_convertvector(quotient, VecUnsigned);
}
NN_INLINE VecUnsigned mod(VecUnsigned a, VecUnsigned b) { return b == 0u ? VecUnsigned{} : a - divide(a, b) * b; }
/// By a constant the compiler knows a better way: a mask, or a multiplication.
NN_INLINE VecUnsigned divide(VecUnsigned a, std::uint32_t b) {
  if (__builtin_constant_p(b) && b != 0u) return a / b;
  return divide(a, splat(b));
}
/// Numbers that are below the divisor already, as places inside a table mostly are, cost a comparison.
NN_INLINE VecUnsigned mod(VecUnsigned a, std::uint32_t b) {
  if (__builtin_constant_p(b) && b != 0u) return a % b;
  if (holds_everywhere(a < b)) return a;
  return mod(a, splat(b));
}
NN_INLINE VecUnsigned divide(std::uint32_t a, VecUnsigned b) { return divide(splat(a), b); }
NN_INLINE VecUnsigned mod(std::uint32_t a, VecUnsigned b) { return mod(splat(a), b); }

namespace math_detail {

NN_INLINE void widen(VecInt x, VecDouble& wide) {
#if defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE__)
  // g++ 12 without optimisation ends in an error of its own at the conversion, for AVX-512
  for (int i = 0; i < kLanes; ++i) wide[i] = x[i];
#else
  wide = __builtin_convertvector(x, VecDouble);
#endif
}

/// The quotient cut to an integer and the rest, which then has the sign of a; zeros where b is 0. As bits: products
/// wrap.
NN_INLINE void divide_to_zero(VecInt a, VecInt b, VecUnsigned& quotient, VecUnsigned& rest) {
  const VecInt divisor = b == 0 ? splat(1) : b;
  VecDouble dividend, whole;
  widen(a, dividend);
  widen(divisor, whole);
  const VecDouble real = dividend / whole;
  const VecDouble limited = real > 2147483647.0 ? real - 4294967296.0 : real;  // the least integer by -1 wraps
  quotient = b == 0 ? VecUnsigned{} : reinterpret_cast<VecUnsigned>(__builtin_convertvector(limited, VecInt));
  rest = b == 0 ? VecUnsigned{} : reinterpret_cast<VecUnsigned>(a) - quotient * reinterpret_cast<VecUnsigned>(b);
}
/// Where the quotient has to go down by one to be floored.
NN_INLINE VecInt is_above_floor(VecUnsigned rest, VecInt b) {
  return (rest != 0u) & ((reinterpret_cast<VecInt>(rest) < 0) != (b < 0));
}

}  // namespace math_detail

NN_INLINE VecInt divide(VecInt a, VecInt b) {
  VecUnsigned quotient, rest;
  math_detail::divide_to_zero(a, b, quotient, rest);
  return reinterpret_cast<VecInt>(quotient + reinterpret_cast<VecUnsigned>(math_detail::is_above_floor(rest, b)));
}
NN_INLINE VecInt mod(VecInt a, VecInt b) {
  VecUnsigned quotient, rest;
  math_detail::divide_to_zero(a, b, quotient, rest);
  return select(math_detail::is_above_floor(rest, b), reinterpret_cast<VecInt>(rest + reinterpret_cast<VecUnsigned>(b)),
                reinterpret_cast<VecInt>(rest));
}
NN_INLINE VecInt divide(VecInt a, std::int32_t b) { return divide(a, splat(b)); }
NN_INLINE VecInt mod(VecInt a, std::int32_t b) { return mod(a, splat(b)); }
NN_INLINE VecInt divide(std::int32_t a, VecInt b) { return divide(splat(a), b); }
NN_INLINE VecInt mod(std::int32_t a, VecInt b) { return mod(splat(a), b); }

// Conversions

NN_INLINE VecInt to_int(Vec x) {
  const VecInt overflows = x >= 2147483648.0f;
  const Vec c = select((x != x) | overflows, 0.0f, select(x < -2147483648.0f, -2147483648.0f, x));
  return overflows ? splat(std::numeric_limits<std::int32_t>::max()) : __builtin_convertvector(c, VecInt);
}
NN_INLINE VecInt to_int(VecInt x) { return x; }
NN_INLINE VecInt to_int(VecUnsigned x) { return reinterpret_cast<VecInt>(x); }
NN_INLINE VecUnsigned to_unsigned(Vec x) {
  const VecInt overflows = x >= 4294967296.0f;
  const Vec c = select((x > 0.0f) & ~overflows, x, 0.0f);
  return overflows ? splat(std::numeric_limits<std::uint32_t>::max()) : __builtin_convertvector(c, VecUnsigned);
}
NN_INLINE VecUnsigned to_unsigned(VecInt x) { return reinterpret_cast<VecUnsigned>(x); }
NN_INLINE VecUnsigned to_unsigned(VecUnsigned x) { return x; }
NN_INLINE Vec to_real(Vec x) { return x; }
NN_INLINE Vec to_real(VecInt x) { return __builtin_convertvector(x, Vec); }
NN_INLINE Vec to_real(VecUnsigned x) { return __builtin_convertvector(x, Vec); }

// Steps of the real line

NN_INLINE Vec round(Vec x) { return Lanes<Vec>::round(x); }
NN_INLINE Vec floor(Vec x) { return Lanes<Vec>::floor(x); }
NN_INLINE Vec ceil(Vec x) { return -Lanes<Vec>::floor(-x); }
NN_INLINE Vec fract(Vec x) { return x - floor(x); }

namespace math_detail {

/// y[i] = f(x[i], y[i]) lane by lane, for what is rare.
template <class V, class F>
NN_INLINE V each_lane(V x, V y, F f) {
  NN_NO_UNROLL for (int i = 0; i < kLanes; ++i) y[i] = f(x[i], y[i]);
  return y;
}

}  // namespace math_detail

NN_INLINE Vec mod(Vec x, Vec y) {
  return math_detail::each_lane(x, y, [](float a, float b) { return mod(a, b); });
}
NN_INLINE Vec mod(Vec x, float y) { return mod(x, splat(y)); }
NN_INLINE Vec mod(float x, Vec y) { return mod(splat(x), y); }

// Transcendental functions

NN_INLINE Vec sqrt(Vec x) { return Lanes<Vec>::sqrt(x); }
NN_INLINE Vec exp(Vec x) { return formulas::exp(x); }
NN_INLINE Vec exp2(Vec x) { return formulas::exp2(x); }
NN_INLINE Vec expm1(Vec x) { return formulas::expm1(x); }
NN_INLINE Vec log(Vec x) { return formulas::log(x); }
NN_INLINE Vec log1p(Vec x) { return formulas::log1p(x); }
NN_INLINE Vec tanh(Vec x) { return formulas::tanh(x); }
NN_INLINE Vec sin(Vec x) { return formulas::sin(x); }
NN_INLINE Vec cos(Vec x) { return formulas::cos(x); }
NN_INLINE Vec sinpi(Vec x) { return formulas::sinpi(x); }
NN_INLINE Vec cospi(Vec x) { return formulas::cospi(x); }
NN_INLINE Vec erf(Vec x) { return formulas::erf(x); }
NN_INLINE Vec erfc(Vec x) { return formulas::erfc(x); }
NN_INLINE Vec pow(Vec x, Vec y) {
  return math_detail::each_lane(x, y, [](float a, float b) { return pow(a, b); });
}
NN_INLINE Vec pow(Vec x, float y) { return pow(x, splat(y)); }
NN_INLINE Vec pow(float x, Vec y) { return pow(splat(x), y); }
NN_INLINE VecInt pow(VecInt x, VecInt n) {
  return math_detail::each_lane(x, n, [](std::int32_t a, std::int32_t b) { return pow(a, b); });
}
NN_INLINE VecInt pow(VecInt x, std::int32_t n) { return pow(x, splat(n)); }
NN_INLINE VecInt pow(std::int32_t x, VecInt n) { return pow(splat(x), n); }
NN_INLINE VecUnsigned pow(VecUnsigned x, VecUnsigned n) {
  return math_detail::each_lane(x, n, [](std::uint32_t a, std::uint32_t b) { return pow(a, b); });
}
NN_INLINE VecUnsigned pow(VecUnsigned x, std::uint32_t n) { return pow(x, splat(n)); }
NN_INLINE VecUnsigned pow(std::uint32_t x, VecUnsigned n) { return pow(splat(x), n); }

}  // namespace NN_ISA
}  // namespace nn
