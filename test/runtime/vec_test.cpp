// The vector type: loads and stores of a part, permutations, sums over lanes.
#include "nn/cpu/vec.h"

#include <gtest/gtest.h>

#include <utility>

#include "numbers.h"

namespace {

using nn::kLanes;
using nn::Vec;

TEST(Vec, load_and_store_take_any_address) {
  const auto numbers = runtime_test::random_numbers(kLanes + 1, 0);
  float out[kLanes + 2] = {};
  nn::store(out + 1, nn::load(numbers.data() + 1));
  EXPECT_EQ(out[0], 0.0f);
  for (int i = 0; i < kLanes; ++i) EXPECT_EQ(out[1 + i], numbers.data()[1 + i]);
  EXPECT_EQ(out[kLanes + 1], 0.0f);
}

TEST(Vec, splat_keeps_the_sign_of_zero) { EXPECT_TRUE(std::signbit(nn::splat(-0.0f)[kLanes - 1])); }

template <int n>
void expect_first_lanes_only() {
  // Numbers end with the vector's first n: a sanitizer sees a read or a write behind them.
  const std::vector<float> numbers = runtime_test::random_numbers(n, 1);
  std::vector<float> out(n);
  const Vec v = nn::load_first<n>(numbers.data());
  nn::store_first<n>(out.data(), v);
  EXPECT_EQ(out, numbers);
  for (int i = n; i < kLanes; ++i) EXPECT_EQ(v[i], 0.0f);
}
template <int... n>
void expect_first_lanes_only(std::integer_sequence<int, n...>) {
  (expect_first_lanes_only<n + 1>(), ...);
}

TEST(Vec, load_first_and_store_first_touch_nothing_else) {
  expect_first_lanes_only(std::make_integer_sequence<int, kLanes>{});
}

TEST(Vec, first_lanes_is_a_mask) {
  for (int n = 0; n <= kLanes; ++n) {
    for (int i = 0; i < kLanes; ++i) EXPECT_EQ(nn::first_lanes(n)[i], i < n ? -1 : 0);
  }
  EXPECT_TRUE(nn::holds_everywhere(nn::first_lanes(kLanes)));
  EXPECT_FALSE(nn::holds_everywhere(nn::first_lanes(kLanes - 1)));
}

TEST(Vec, zip_and_every_second_are_inverse) {
  const auto numbers = runtime_test::random_numbers(2 * kLanes, 2);
  const Vec a = nn::load(numbers.data()), b = nn::load(numbers.data() + kLanes);
  const Vec low = nn::permute<nn::Zip<0>>(a, b), high = nn::permute<nn::Zip<1>>(a, b);
  const Vec even = nn::permute<nn::Every<2, 0>>(low, high), odd = nn::permute<nn::Every<2, 1>>(low, high);
  EXPECT_EQ(low[0], a[0]);
  EXPECT_EQ(low[1], b[0]);
  for (int i = 0; i < kLanes; ++i) {
    EXPECT_EQ(even[i], a[i]);
    EXPECT_EQ(odd[i], b[i]);
  }
}

TEST(Vec, transpose_exchanges_rows_and_columns) {
  const auto numbers = runtime_test::random_numbers(kLanes * kLanes, 3);
  Vec rows[kLanes];
  for (int r = 0; r < kLanes; ++r) rows[r] = nn::load(numbers.data() + r * kLanes);
  nn::transpose(rows);
  for (int r = 0; r < kLanes; ++r) {
    for (int c = 0; c < kLanes; ++c) EXPECT_EQ(rows[r][c], numbers.data()[c * kLanes + r]);
  }
}

TEST(Vec, load_transposed_reads_columns_of_rows_that_lie_apart) {
  constexpr int kStride = kLanes + 3;
  const auto numbers = runtime_test::random_numbers(kLanes * kStride - 3, 5);
  Vec columns[kLanes];
  nn::load_transposed(reinterpret_cast<const char*>(numbers.data()), kStride * 4, columns);
  for (int c = 0; c < kLanes; ++c) {
    for (int r = 0; r < kLanes; ++r) EXPECT_EQ(columns[c][r], numbers.data()[r * kStride + c]);
  }
}

TEST(Vec, horizontal_sums_puts_the_sum_of_vector_i_in_lane_i) {
  const auto numbers = runtime_test::random_numbers(kLanes * kLanes, 4);
  const auto row = [&](int r) { return nn::load(numbers.data() + r * kLanes); };
  const Vec sums = nn::horizontal_sums(row);
  for (int r = 0; r < kLanes; ++r) {
    double sum = 0;
    for (int i = 0; i < kLanes; ++i) sum += static_cast<double>(row(r)[i]);
    EXPECT_NEAR(sums[r], sum, 2e-6);
    EXPECT_NEAR(nn::horizontal_sum(row(r)), sum, 2e-6);
  }
}

}  // namespace
