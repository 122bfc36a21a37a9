// The scalar functions and the tile functions in double.
#include "nn/cpu/f64.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "nn/half.h"

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const double kNaN = std::nan("");

TEST(F64, rounds_to_each_type_in_one_step) {
  EXPECT_EQ(nn::round_f16(1.0 + 0x1p-11), 1.0);
  EXPECT_EQ(nn::round_f16(1.0 + 0x1p-11 + 0x1p-40), 1.0 + 0x1p-10);  // by way of float it would be 1
  EXPECT_EQ(nn::round_bf16(257.0), 256.0);
  EXPECT_EQ(nn::round_bf16(257.0 + 0x1p-40), 258.0);
  EXPECT_EQ(nn::round_f32(0.1), static_cast<double>(0.1f));
  EXPECT_EQ(nn::round_f16(0x1.8p-25), 0x1p-24);
  EXPECT_EQ(nn::round_f16(65519.99), 65504.0);
  EXPECT_EQ(nn::round_f16(-65520.0), -kInfinity);
  EXPECT_EQ(nn::round_bf16(3.4e38), kInfinity);
  EXPECT_TRUE(std::isnan(nn::round_f16(kNaN)) && std::isnan(nn::round_bf16(kNaN)));
}

TEST(F64, agrees_with_float_on_each_number_of_f16) {
  for (unsigned bits = 0; bits < 0x7c00u; ++bits) {
    const float low = nn::to_float(nn::f16{static_cast<std::uint16_t>(bits)});
    const float between = low * 1.0002f;
    ASSERT_EQ(nn::round_f16(static_cast<double>(between)), nn::to_float(nn::to_f16(between))) << bits;
  }
}

TEST(F64, orders_with_ties_to_the_second_and_keeps_nan) {
  EXPECT_TRUE(std::signbit(nn::max(0.0, -0.0)));
  EXPECT_TRUE(std::isnan(nn::max(kNaN, 1.0)) && std::isnan(nn::max(1.0, kNaN)) && std::isnan(nn::min(kNaN, 1.0)));
  EXPECT_EQ(nn::sign(-3.0), -1.0);
  EXPECT_TRUE(std::isnan(nn::sign(kNaN)));
  EXPECT_TRUE(nn::is_finite(1e308));
  EXPECT_FALSE(nn::is_finite(kInfinity) || nn::is_finite(kNaN));
}

TEST(F64, cuts_to_integers_that_saturate) {
  EXPECT_EQ(nn::to_int(-2.75), -2);
  EXPECT_EQ(nn::to_int(-2147483648.5), INT32_MIN);
  EXPECT_EQ(nn::to_int(1e30), INT32_MAX);
  EXPECT_EQ(nn::to_int(kNaN), 0);
  EXPECT_EQ(nn::to_unsigned(4294967295.5), UINT32_MAX);
  EXPECT_EQ(nn::to_unsigned(-1.0), 0u);
}

TEST(F64, is_floored_and_exact_at_half_turns) {
  EXPECT_EQ(nn::mod(-1.0, 4.0), 3.0);
  EXPECT_EQ(nn::fract(-0.25), 0.75);
  EXPECT_EQ(nn::round(2.5), 2.0);
  EXPECT_EQ(nn::sinpi(1e10 + 0.5), 1.0);
  EXPECT_EQ(nn::cospi(3.0), -1.0);
  EXPECT_EQ(nn::cospi(0.5), 0.0);
  EXPECT_NEAR(nn::sinpi(0.3), std::sin(0.3 * M_PI), 1e-16);
  EXPECT_TRUE(std::isnan(nn::sinpi(kInfinity)));
}

constexpr int T = 8;

TEST(F64, multiplies_as_stored_and_transposed) {
  const float w[2][3] = {{1, 2, 3}, {4, 5, 6}};
  double x[3 * T], y[2 * T], dx[3 * T];
  for (int i = 0; i < 3 * T; ++i) x[i] = 0.1 * i;
  nn::f64::dense<2, 3, T>(
      &w[0][0], x, [](int o, int) { return 0.5 * o; }, [&](int o, int s, double value) { y[o * T + s] = value; });
  for (int s = 0; s < T; ++s) EXPECT_DOUBLE_EQ(y[T + s], 0.5 + 4 * x[s] + 5 * x[T + s] + 6 * x[2 * T + s]);
  nn::f64::dense_transposed<3, 2, T>(
      &w[0][0], y, [](int, int) { return 0.0; }, [&](int i, int s, double value) { dx[i * T + s] = value; });
  for (int s = 0; s < T; ++s) EXPECT_DOUBLE_EQ(dx[2 * T + s], 3 * y[s] + 6 * y[T + s]);
}

TEST(F64, sums_over_the_samples_that_are_there) {
  double x[2 * T], dy[T], outer[2] = {}, sums[2] = {};
  for (int s = 0; s < T; ++s) x[s] = s, x[T + s] = 0.5, dy[s] = 2;
  nn::f64::clear_lanes<1, T>(dy, 3);
  nn::f64::accumulate_outer<1, 2, T>(dy, x, outer);
  EXPECT_EQ(outer[0], 6);
  EXPECT_EQ(outer[1], 3);
  nn::f64::sum_lanes<2, T>(x, sums);
  EXPECT_EQ(sums[0], 28);
  float gradient[4] = {1, 1, 1, 1};
  nn::f64::add_sums<2, 1>(sums, gradient, 2);
  EXPECT_EQ(gradient[0], 29);
  EXPECT_EQ(gradient[1], 1);
  EXPECT_EQ(gradient[2], 5);
}

TEST(F64, gathers_rows_and_adds_to_them) {
  float table[3][2] = {{1, 2}, {3, 4}, {5, 6}};
  double row[2];
  nn::f64::gather<2>(&table[0][0], 1, row);
  EXPECT_EQ(row[1], 4);
  nn::f64::scatter_add<2>(&table[0][0], 2, row, true);
  nn::f64::scatter_add<2>(&table[0][0], 0, row, false);
  EXPECT_EQ(table[2][1], 10);
  EXPECT_EQ(table[0][0], 1);
}

}  // namespace
