// Rounding to the storage formats: nearest, ties to even, over the whole of the 16-bit formats.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "compiler/scalar/scalar.h"

namespace nnc::scalar {
namespace {

/// The value of the bits of a format with so many fraction bits, non-negative and finite.
double decode(uint32_t bits, int fraction_bits, int bias) {
  int exponent = static_cast<int>(bits >> fraction_bits);
  double fraction = static_cast<double>(bits & ((1u << fraction_bits) - 1));
  if (exponent == 0) return std::ldexp(fraction, 1 - bias - fraction_bits);
  return std::ldexp(fraction + std::ldexp(1.0, fraction_bits), exponent - bias - fraction_bits);
}

void check_all(Format format, int fraction_bits, int bias, uint32_t infinity_bits) {
  for (uint32_t bits = 0; bits + 1 < infinity_bits; ++bits) {
    double low = decode(bits, fraction_bits, bias), high = decode(bits + 1, fraction_bits, bias);
    double middle = (low + high) / 2, even = bits % 2 == 0 ? low : high;
    ASSERT_EQ(round_to(format, low), low);
    ASSERT_EQ(round_to(format, middle), even);
    ASSERT_EQ(round_to(format, -middle), -even);
    ASSERT_EQ(round_to(format, std::nextafter(middle, 0.0)), low);
    ASSERT_EQ(round_to(format, std::nextafter(middle, 1e300)), high);
  }
}

TEST(Rounding, to_f16_is_to_the_nearest_everywhere) { check_all(Format::f16, 10, 15, 0x7c00); }

TEST(Rounding, to_bf16_is_to_the_nearest_everywhere) { check_all(Format::bf16, 7, 127, 0x7f80); }

TEST(Rounding, overflows_to_infinity_and_keeps_nan) {
  double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(round_to(Format::f16, 65519.99), 65504);
  EXPECT_EQ(round_to(Format::f16, 65520), infinity);
  EXPECT_EQ(round_to(Format::f16, -1e10), -infinity);
  EXPECT_EQ(round_to(Format::bf16, 3.4e38), infinity);
  EXPECT_EQ(round_to(Format::f32, 1e39), infinity);
  for (Format format : {Format::f16, Format::bf16, Format::f32, Format::f64}) {
    EXPECT_TRUE(std::isnan(round_to(format, std::nan(""))));
    EXPECT_EQ(round_to(format, -infinity), -infinity);
  }
}

TEST(Rounding, to_f64_changes_nothing) { EXPECT_EQ(round_to(Format::f64, 0.1), 0.1); }

}  // namespace
}  // namespace nnc::scalar
