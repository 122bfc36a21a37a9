// The transcendental functions as branch-free formulas over any lane type: one float, or a vector of them.
//
// `Lanes<F>` says what a lane type offers; math.h gives it for float, cpu/math.h for Vec. So one sample and a batch of
// samples go through the same operations. Each formula reduces its argument to a short interval, evaluates a minimax
// polynomial (fitted in 113-bit arithmetic to a relative error below 2^-26 of the result) and scales back.
// NaN comes out of NaN, and the infinities are right.
#pragma once

#include <cstdint>
#include <limits>

#include "platform.h"

namespace nn {
inline namespace NN_ISA {

/// What the formulas need of a lane type F: Bits (as many unsigned integers), select, abs, sqrt, …
template <class F>
struct Lanes;

namespace formulas {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
inline constexpr float kLog2E = 1.44269504f;
/// ln 2 in two parts: the first has 9 bits, so its product with an exponent is exact without FMA too.
inline constexpr float kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
/// 1.5·2²³: a float of this size has no fraction, and its low bits are the integer.
inline constexpr float kToInteger = 12582912.0f;

/// The nearest integer of |x| < 2²².
template <class F>
NN_INLINE NN_HOST_DEVICE F nearest(F x) {
  return (x + kToInteger) - kToInteger;
}

/// 2ⁿ for an integer n, -126 ≤ n ≤ 127: n goes straight into the exponent.
template <class F>
NN_INLINE NN_HOST_DEVICE F power_of_two(F n) {
  return Lanes<F>::from_bits(Lanes<F>::bits(n + (kToInteger + 127.0f)) << 23);
}

/// x between low and high; NaN stays.
template <class F>
NN_INLINE NN_HOST_DEVICE F clamped(F x, float low, float high) {
  using L = Lanes<F>;
  x = L::select(x < low, L::all(low), x);
  return L::select(x > high, L::all(high), x);
}

/// A value that is not negative, or has the sign of x already, with the sign of x: zeros get it too. One OR on purpose:
/// clang 19 miscompiles a choice of bits that ends in a select, on AVX-512.
template <class F>
NN_INLINE NN_HOST_DEVICE F with_sign(F value, F x) {
  using L = Lanes<F>;
  return L::from_bits(L::bits(value) | (L::bits(x) & 0x80000000u));
}

/// eʳ - 1 for |r| ≤ ½ ln 2: r + r² P(r).
template <class F>
NN_INLINE NN_HOST_DEVICE F expm1_reduced(F r) {
  F p = r * 0.000199439324f + 0.00139416161f;
  p = p * r + 0.00833322946f;
  p = p * r + 0.0416663475f;
  p = p * r + 0.166666672f;
  p = p * r + 0.5f;
  return p * (r * r) + r;
}

/// eˣ = 2ⁿ eʳ with x = n ln 2 + r.
template <class F>
NN_INLINE NN_HOST_DEVICE F exp(F x) {
  const F c = clamped(x, -104.0f, 89.0f);  // beyond them 0 and infinity, by underflow and overflow
  const F n = nearest(c * kLog2E);
  const F high = c - n * kLn2High;
  return Lanes<F>::scaled(expm1_reduced(high - n * kLn2Low) + 1.0f, n);
}

/// 2ˣ = 2ⁿ 2ʳ with x = n + r, exactly.
template <class F>
NN_INLINE NN_HOST_DEVICE F exp2(F x) {
  const F c = clamped(x, -151.0f, 129.0f);
  const F n = nearest(c), r = c - n;
  F p = r * 1.46995199e-05f + 0.00015452801f;
  p = p * r + 0.0013336608f;
  p = p * r + 0.00961808581f;
  p = p * r + 0.0555040613f;
  p = p * r + 0.240226507f;
  p = p * r + 0.693147182f;
  return Lanes<F>::scaled(p * r + 1.0f, n);
}

/// eˣ - 1 = 2 (2ⁿ⁻¹ (eʳ - 1) + (2ⁿ⁻¹ - ½)), relative to itself also near 0.
template <class F>
NN_INLINE NN_HOST_DEVICE F expm1(F x) {
  using L = Lanes<F>;
  const F c = clamped(x, -18.0f, 89.0f);
  const F n = nearest(c * kLog2E);
  const F high = c - n * kLn2High;
  const F half = power_of_two(n - 1.0f);
  const F y = expm1_reduced(high - n * kLn2Low) * half + (half - 0.5f);
  return L::select(L::abs(x) < 1e-10f, x, y + y);
}

/// ln(2ᵏ (1 + f)) for 1 + f between √½ and √2: f - f²/2 + f³ P(f) + k ln 2.
template <class F>
NN_INLINE NN_HOST_DEVICE F log_reduced(F f, F k) {
  F p = f * -0.0786552951f + 0.128863916f;
  p = p * f - 0.13127923f;
  p = p * f + 0.141805932f;
  p = p * f - 0.166245684f;
  p = p * f + 0.200023115f;
  p = p * f - 0.250008106f;
  p = p * f + 0.333333164f;
  const F square = f * f;
  const F tail = (p * f - 0.5f) * square + k * kLn2Low;
  return k * kLn2High + (f + tail);
}

/// A positive normal number as 2ᵏ m, m between √½ and √2: the bits that k takes.
template <class Bits>
NN_INLINE NN_HOST_DEVICE Bits exponent_bits(Bits bits) {
  return (bits - 0x3f3504f3u) & 0xff800000u;
}

/// ln x; -infinity at 0, NaN below.
template <class F>
NN_INLINE NN_HOST_DEVICE F log(F x) {
  using L = Lanes<F>;
  const auto is_subnormal = x < 1.17549435e-38f;
  const auto bits = L::bits(L::select(is_subnormal, x * 8388608.0f, x));
  const auto exponent = exponent_bits(bits);
  const F k = L::exponent(exponent) - L::select(is_subnormal, L::all(23.0f), L::all(0.0f));
  const F y = log_reduced(L::from_bits(bits - exponent) - 1.0f, k);
  const F outside = L::select(x == 0.0f, L::all(-kInfinity), L::all(std::numeric_limits<float>::quiet_NaN()));
  return L::select(x > 0.0f, L::select(x < kInfinity, y, x), outside);
}

/// ln(1 + x), relative to itself also near 0: what rounding 1 + x lost is brought back in the reduced argument.
template <class F>
NN_INLINE NN_HOST_DEVICE F log1p(F x) {
  using L = Lanes<F>;
  const F u = x + 1.0f, from_x = u - 1.0f;
  const F lost = (1.0f - (u - from_x)) + (x - from_x);
  const auto bits = L::bits(u);
  const auto exponent = exponent_bits(bits);
  const F unscale = L::select(u < 1e9f, L::from_bits(0x3f800000u - exponent), L::all(0.0f));  // beyond, nothing shows
  const F f = (L::from_bits(bits - exponent) - 1.0f) + lost * unscale;
  const F y = with_sign(log_reduced(f, L::exponent(exponent)), x);
  const F outside = L::select(x == -1.0f, L::all(-kInfinity), L::all(std::numeric_limits<float>::quiet_NaN()));
  return L::select(x > -1.0f, L::select(x < kInfinity, y, x), outside);
}

/// tanh x: an odd polynomial near 0, else 1 - 2 / (e²ᵃ + 1) with a = |x|.
template <class F>
NN_INLINE NN_HOST_DEVICE F tanh(F x) {
  using L = Lanes<F>;
  const F a = L::abs(x), z = x * x;
  F p = z * -0.00571406353f + 0.0206480622f;
  p = p * z - 0.0537427738f;
  p = p * z + 0.133314833f;
  p = p * z - 0.333332837f;
  const F near = p * (z * a) + a;
  const F c = L::select(a > 9.5f, L::all(19.0f), a + a);
  const F n = nearest(c * kLog2E);
  const F high = c - n * kLn2High;
  const F scale = power_of_two(n);
  const F far = 1.0f - 2.0f / (expm1_reduced(high - n * kLn2Low) * scale + (scale + 1.0f));
  return with_sign(L::select(a < 0.625f, near, far), x);
}

/// erf x for |x| < 0.95, z = x²: x + x P(z).
template <class F>
NN_INLINE NN_HOST_DEVICE F erf_near(F x, F z) {
  F p = z * 7.99561603e-05f - 0.00080488791f;
  p = p * z + 0.00519228168f;
  p = p * z - 0.0268556755f;
  p = p * z + 0.112836249f;
  p = p * z - 0.376126289f;
  p = p * z + 0.128379166f;
  return p * x + x;
}

/// erf x: an odd polynomial near 0, else 1 - e^-Q(a) with a = |x|, Q = -ln erfc.
template <class F>
NN_INLINE NN_HOST_DEVICE F erf(F x) {
  using L = Lanes<F>;
  const F a = clamped(L::abs(x), 0.0f, 4.05f);
  const F near = erf_near(a, a * a);
  F q = a * 2.1499849e-05f - 0.000439119089f;
  q = q * a + 0.00419358909f;
  q = q * a - 0.0251788087f;
  q = q * a + 0.108372204f;
  q = q * a + 0.633262813f;
  q = q * a + 1.12955678f;
  q = q * a - 0.000183443335f;
  const F n = nearest(q * -kLog2E);
  const F high = n * -kLn2High - q;
  const F scale = power_of_two(n);
  const F far = (1.0f - scale) - expm1_reduced(high - n * kLn2Low) * scale;
  return with_sign(L::select(a < 0.95f, near, far), x);
}

/// erfc x = 1 - erf x: the same odd polynomial near 0; else, with a = |x| and t = 1 / (1 + a/2), e^-a² t P(t), and 2
/// less that on the left. a² is what a's first 12 bits make, exactly, and the rest.
template <class F>
NN_INLINE NN_HOST_DEVICE F erfc(F x) {
  using L = Lanes<F>;
  const F near = 1.0f - erf_near(x, x * x);
  const F a = clamped(L::abs(x), 0.0f, 10.1f);  // beyond, 0 by underflow
  const F t = 1.0f / (a * 0.5f + 1.0f);
  F p = t * -0.0615148289f + 0.297380618f;
  p = p * t - 0.513934461f;
  p = p * t + 0.307635357f;
  p = p * t - 0.0457164059f;
  p = p * t + 0.210077425f;
  p = p * t + 0.241426951f;
  p = p * t + 0.282579214f;
  p = p * t + 0.282076237f;
  const F first = L::from_bits(L::bits(a) & 0xfffff000u);
  const F square = first * first, rest = (a - first) * (a + first);
  const F n = nearest((square + rest) * -kLog2E);
  const F high = n * -kLn2High - square;
  const F y = L::scaled((expm1_reduced((high - n * kLn2Low) - rest) + 1.0f) * (p * t), n);
  return L::select(a < 0.5f, near, L::select(x < 0.0f, 2.0f - y, y));
}

/// sin r and cos r for |r| ≤ π/4.
template <class F>
NN_INLINE NN_HOST_DEVICE F sin_reduced(F r) {
  const F z = r * r;
  F p = z * 2.83080158e-06f - 0.00019852983f;
  p = p * z + 0.0083333794f;
  p = p * z - 0.166666672f;
  return p * (z * r) + r;
}
template <class F>
NN_INLINE NN_HOST_DEVICE F cos_reduced(F r) {
  const F z = r * r;
  F p = z * 2.44306702e-05f - 0.00138873013f;
  p = p * z + 0.0416666456f;
  return p * (z * z) + (1.0f - 0.5f * z);
}
/// sin πr and cos πr for |r| ≤ ¼; π r as a product and what that product lacks.
template <class F>
NN_INLINE NN_HOST_DEVICE F sinpi_reduced(F r) {
  const F z = r * r;
  F p = z * 0.0791788548f - 0.598982215f;
  p = p * z + 2.55015469f;
  p = p * z - 5.16771269f;
  return r * 3.140625f + r * (p * z + 9.67653585e-4f);
}
template <class F>
NN_INLINE NN_HOST_DEVICE F cospi_reduced(F r) {
  const F z = r * r;
  F p = z * 0.22875458f - 1.33473623f;
  p = p * z + 4.05869627f;
  p = p * z - 4.93480206f;
  return p * z + 1.0f;
}

/// The value at quadrant q: sine, cosine, -sine, -cosine.
template <class F, class Bits>
NN_INLINE NN_HOST_DEVICE F at_quadrant(Bits q, F sine, F cosine) {
  using L = Lanes<F>;
  return L::from_bits(L::bits(L::select((q & 1u) != 0u, cosine, sine)) ^ ((q & 2u) << 30));
}

/// π/2 as a sum of three floats, and of two doubles of which the first has 33 bits.
inline constexpr float kHalfPi[3] = {1.57079637f, -4.37113883e-8f, -1.71512449e-15f};
inline constexpr double kHalfPiHigh = 1.57079632673412561417, kHalfPiLow = 6.07710050650619224932e-11;

/// Up to here x - n π/2 is exact enough in three parts; beyond, each lane is reduced on its own.
inline constexpr float kLargestAngle = 1e5f;

template <class F>
NN_INLINE NN_HOST_DEVICE F sin(F x, std::uint32_t quarter_turns = 0) {
  using L = Lanes<F>;
  const F t = x * 0.636619772f + kToInteger;
  const F r = L::minus_quarter_turns(x, t - kToInteger);
  const F y = at_quadrant(L::bits(t) + quarter_turns, sin_reduced(r), cos_reduced(r));
  return L::with_large_angles(L::abs(x) <= kLargestAngle, y, x, quarter_turns);
}
template <class F>
NN_INLINE NN_HOST_DEVICE F cos(F x) {
  return sin(x, 1u);
}

/// sin πx, cos πx. The reduction is exact: x less the nearest even integer, then less the nearest half.
template <class F>
NN_INLINE NN_HOST_DEVICE F sinpi(F x, std::uint32_t quarter_turns = 0) {
  using L = Lanes<F>;
  const F turn = x - 2.0f * L::round(0.5f * x);
  const F t = turn * 2.0f + kToInteger;
  const F r = turn - 0.5f * (t - kToInteger);
  return at_quadrant(L::bits(t) + quarter_turns, sinpi_reduced(r), cospi_reduced(r));
}
template <class F>
NN_INLINE NN_HOST_DEVICE F cospi(F x) {
  return sinpi(x, 1u);
}

}  // namespace formulas
}  // namespace NN_ISA
}  // namespace nn
