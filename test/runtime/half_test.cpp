// f16 and bf16: every f16 there is, and roundings of float, against the compiler's own type and against arithmetic.
#include "nn/cpu/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace {

using nn::kLanes;

/// Patterns of a float: all exponents and signs, and fractions next to the ties of both formats.
template <class Check>
void for_each_float(Check check) {
  for (std::uint32_t top = 0; top < 0x10000u; top += 3) {
    for (const std::uint32_t low : {0u, 1u, 0xfffu, 0x1000u, 0x1001u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
      check(nn::float_from_bits(top << 16 | low));
    }
  }
}

TEST(Half, every_f16_becomes_the_float_of_its_value) {
  for (std::uint32_t bits = 0; bits < 0x10000u; ++bits) {
    const float actual = nn::to_float(nn::f16{static_cast<std::uint16_t>(bits)});
    const int exponent = static_cast<int>(bits >> 10 & 31u), fraction = static_cast<int>(bits & 0x3ffu);
    if (exponent == 31 && fraction != 0) {
      EXPECT_TRUE(std::isnan(actual));
      continue;
    }
    const double size = exponent == 31  ? HUGE_VAL
                        : exponent == 0 ? std::ldexp(fraction, -24)
                                        : std::ldexp(1024 + fraction, exponent - 25);
    EXPECT_EQ(static_cast<double>(actual), bits >> 15 ? -size : size);
    EXPECT_EQ(nn::to_f16(actual).bits, bits);  // and back
  }
}

TEST(Half, a_float_becomes_the_nearest_f16_with_ties_to_even) {
  for_each_float([](float x) {
    if (std::isnan(x)) {
      EXPECT_TRUE(std::isnan(nn::to_float(nn::to_f16(x))));
      return;
    }
    // The unit of an f16 of this size; the nearest multiple of it, by double, whose rounding is to even.
    const double size = std::fabs(static_cast<double>(x));
    const int exponent = size < 0x1p-14 ? -14 : size > 0x1p16 ? 16 : std::ilogb(size);
    const double unit = std::ldexp(1.0, exponent - 10), nearest = std::nearbyint(size / unit) * unit;
    const double expected = std::copysign(nearest >= 65536.0 ? HUGE_VAL : nearest, static_cast<double>(x));
    ASSERT_EQ(static_cast<double>(nn::to_float(nn::to_f16(x))), expected) << x;
  });
}

TEST(Half, a_float_becomes_the_nearest_bf16_with_ties_to_even) {
  for_each_float([](float x) {
    const float y = nn::to_float(nn::to_bf16(x));
    if (std::isnan(x)) {
      EXPECT_TRUE(std::isnan(y));
      return;
    }
    const std::uint32_t bits = nn::float_bits(x), below = bits & 0xffff0000u, rest = bits & 0xffffu;
    const bool up = rest > 0x8000u || (rest == 0x8000u && (bits >> 16 & 1u) != 0);
    ASSERT_EQ(nn::float_bits(y), up ? below + 0x10000u : below) << x;
  });
  EXPECT_EQ(nn::to_bf16(std::numeric_limits<float>::max()).bits, 0x7f80);  // rounds to infinity
}

TEST(Half, a_vector_is_stored_and_loaded_as_each_lane_would_be) {
  nn::Vec x{};
  int filled = 0;
  for_each_float([&](float value) {
    x[filled++] = value;
    if (filled < kLanes) return;
    filled = 0;
    nn::f16 halves[kLanes];
    nn::bf16 brains[kLanes];
    nn::store(halves, x);
    nn::store(brains, x);
    for (int i = 0; i < kLanes; ++i) {
      const float lane = x[i];
      if (std::isnan(lane)) {
        ASSERT_TRUE(std::isnan(nn::to_float(halves[i])) && std::isnan(nn::load(halves)[i]));
        ASSERT_TRUE(std::isnan(nn::to_float(brains[i])) && std::isnan(nn::round_bf16(x)[i]));
        continue;
      }
      ASSERT_EQ(halves[i].bits, nn::to_f16(lane).bits) << lane;
      ASSERT_EQ(brains[i].bits, nn::to_bf16(lane).bits) << lane;
      ASSERT_EQ(nn::load(halves)[i], nn::to_float(halves[i]));
      ASSERT_EQ(nn::load(brains)[i], nn::to_float(brains[i]));
      ASSERT_EQ(nn::round_f16(x)[i], nn::to_float(halves[i]));
      ASSERT_EQ(nn::round_bf16(x)[i], nn::to_float(brains[i]));
    }
  });
}

}  // namespace
