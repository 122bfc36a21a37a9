// Scalar functions in double: what they are at the edges.
#include "nn/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

namespace number = nn::number;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Number, max_and_min_are_nan_if_one_is) {
  EXPECT_EQ(number::max(1, 2), 2);
  EXPECT_EQ(number::min(1, 2), 1);
  for (double (*f)(double, double) : {number::max, number::min}) {
    EXPECT_TRUE(std::isnan(f(kNaN, 1)));
    EXPECT_TRUE(std::isnan(f(1, kNaN)));
  }
}
TEST(Number, remainders_have_the_sign_of_the_divisor) {
  EXPECT_EQ(number::mod(5, 3), 2);
  EXPECT_EQ(number::mod(-1, 4), 3);
  EXPECT_EQ(number::mod(1, -4), -3);
  EXPECT_EQ(number::mod(6, 3), 0);
}
TEST(Number, quotients_of_integers_round_down) {
  EXPECT_EQ(number::divide(7, 2), 3);
  EXPECT_EQ(number::divide(-7, 2), -4);
  EXPECT_EQ(number::divide(7, 0), 0);
}
TEST(Number, half_turns_are_exact) {
  EXPECT_EQ(number::cospi(0.5), 0);
  EXPECT_EQ(number::cospi(1), -1);
  EXPECT_EQ(number::cospi(1e9), 1);
  EXPECT_EQ(number::sinpi(0.5), 1);
  EXPECT_EQ(number::sinpi(2), 0);
  EXPECT_NEAR(number::cospi(0.3), std::cos(0.3 * 3.14159265358979323846), 1e-16);
  EXPECT_NEAR(number::sinpi(-0.3), std::sin(-0.3 * 3.14159265358979323846), 2e-16);
}
TEST(Number, integers_saturate) {
  EXPECT_EQ(number::to_int(-2.9), -2);
  EXPECT_EQ(number::to_int(1e20), 2147483647.0);
  EXPECT_EQ(number::to_int(kNaN), 0);
  EXPECT_EQ(number::to_unsigned(-3), 0);
  EXPECT_EQ(number::to_unsigned(1e20), 4294967295.0);
}
TEST(Number, bits_of_integers) {
  EXPECT_EQ(number::logical_and(6, 3), 2);
  EXPECT_EQ(number::logical_or(6, 3), 7);
  EXPECT_EQ(number::logical_xor(6, 3), 5);
  EXPECT_EQ(number::logical_not(0), -1);
  EXPECT_TRUE(number::bit(4, 2));
  EXPECT_FALSE(number::bit(4, 32));
}
TEST(Number, signs_fractions_and_roundings) {
  EXPECT_EQ(number::sign(-3), -1);
  EXPECT_EQ(number::sign(0), 0);
  EXPECT_EQ(number::fract(-0.25), 0.75);
  EXPECT_EQ(number::round_f32(0.1), static_cast<double>(0.1f));
  EXPECT_EQ(number::round_f16(2049), 2048);
  EXPECT_EQ(number::round_bf16(257), 256);
}

}  // namespace
