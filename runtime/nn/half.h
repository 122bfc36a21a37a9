// The 16-bit storage types f16 and bf16: to and from float, to the nearest, ties to even; NaN stays NaN, infinities
// stay.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "integers.h"
#include "platform.h"

namespace nn {

/// IEEE binary16: 5 bits of exponent, 10 of fraction; largest finite value 65504.
struct f16 {
  std::uint16_t bits;
};
/// The upper half of a float: its exponent, 7 bits of fraction.
struct bf16 {
  std::uint16_t bits;
};

NN_INLINE NN_HOST_DEVICE std::uint32_t float_bits(float x) {
  std::uint32_t u;
  std::memcpy(&u, &x, sizeof u);
  return u;
}
NN_INLINE NN_HOST_DEVICE float float_from_bits(std::uint32_t u) {
  float x;
  std::memcpy(&x, &u, sizeof x);
  return x;
}

NN_INLINE NN_HOST_DEVICE float to_float(float x) { return x; }
NN_INLINE NN_HOST_DEVICE float to_float(bf16 x) { return float_from_bits(static_cast<std::uint32_t>(x.bits) << 16); }
NN_INLINE NN_HOST_DEVICE float to_float(f16 x) {
  const std::uint32_t sign = (x.bits & 0x8000u) << 16, rest = x.bits & 0x7fffu;
  if (rest >= 0x7c00u) return float_from_bits(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
  // Exponents start at -15 there and at -127 here; the product also brings the subnormals into place, exactly.
  return float_from_bits(sign | float_bits(float_from_bits(rest << 13) * 0x1p112f));
}

NN_INLINE NN_HOST_DEVICE bf16 to_bf16(float x) {
  const std::uint32_t u = float_bits(x);
  if ((u & 0x7fffffffu) > 0x7f800000u) return bf16{static_cast<std::uint16_t>(u >> 16 | 0x40u)};  // a quiet NaN
  return bf16{static_cast<std::uint16_t>((u + 0x7fffu + (u >> 16 & 1u)) >> 16)};
}
NN_INLINE NN_HOST_DEVICE f16 to_f16(float x) {
  const std::uint32_t u = float_bits(x), sign = u >> 16 & 0x8000u, rest = u & 0x7fffffffu;
  std::uint32_t half;
  if (rest > 0x7f800000u)
    half = 0x7e00u | (rest >> 13 & 0x3ffu);  // a quiet NaN
  else if (rest >= 0x477ff000u)
    half = 0x7c00u;  // rounds to 65536 or more
  else if (rest >= 0x38800000u)
    half = (rest - 0x38000000u + 0xfffu + (rest >> 13 & 1u)) >> 13;
  else
    half = float_bits(float_from_bits(rest) + 0.5f) - 0x3f000000u;  // subnormal: 0.5f has its last bit at 2^-24
  return f16{static_cast<std::uint16_t>(sign | half)};
}

/// A number as another type: f16 and bf16 by way of float, integers to the nearest i32, the others as C++ converts
/// them.
template <class To, class From>
NN_INLINE NN_HOST_DEVICE To convert(From x) {
  constexpr bool kFromHalf = std::is_same_v<From, f16> || std::is_same_v<From, bf16>;
  if constexpr (std::is_same_v<To, From>) {
    return x;
  } else if constexpr (kFromHalf) {
    return convert<To>(to_float(x));
  } else if constexpr (std::is_same_v<To, f16>) {
    return to_f16(static_cast<float>(x));
  } else if constexpr (std::is_same_v<To, bf16>) {
    return to_bf16(static_cast<float>(x));
  } else if constexpr (std::is_integral_v<From> && std::is_same_v<To, std::int32_t>) {
    return to_i32(x);
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace nn
