// The gradient of a weight matrix, for every extent from 1 to 33, against sums in double.
#include "nn/cpu/weight_gradient.h"

#include <gtest/gtest.h>

#include <utility>

#include "numbers.h"

namespace {

using runtime_test::is_close;
using runtime_test::random_numbers;

double sum_over_samples(const float* dy, const float* x, int tile) {
  double sum = 0;
  for (int s = 0; s < tile; ++s) sum += static_cast<double>(dy[s]) * static_cast<double>(x[s]);
  return sum;
}

/// Two tiles are added up; dw holds 1 before.
template <class Sums, int O, int I, int T>
void expect_gradient() {
  const auto dy = random_numbers(O * T, 0), x = random_numbers(I * T, 1);
  std::vector<float> buffer(Sums::size, 0.0f), dw(O * I, 1.0f);
  Sums::template accumulate<T>(dy.data(), x.data(), buffer.data());
  Sums::template accumulate<T>(dy.data(), x.data(), buffer.data());
  Sums::add_to(buffer.data(), dw.data());
  for (int o = 0; o < O; ++o) {
    for (int i = 0; i < I; ++i) {
      const double sum = 1 + 2 * sum_over_samples(dy.data() + o * T, x.data() + i * T, T);
      ASSERT_TRUE(is_close(dw.data()[o * I + i], sum, 2 * T)) << O << " x " << I << " at " << o << ", " << i;
    }
  }
}
template <int O, int I, int T>
void expect_gradient() {
  expect_gradient<nn::WeightGradient<O, I, T>, O, I, T>();
}

TEST(WeightGradient, is_right_for_every_extent) {
  runtime_test::for_every_extent([]<int M, int K>() { expect_gradient<M, K, 96>(); });
}

TEST(WeightGradient, is_right_where_either_side_is_transposed) {
  expect_gradient<1, 1, 96>();
  expect_gradient<64, 16, 96>();  // lanes along the outputs
  expect_gradient<16, 64, 96>();  // lanes along the inputs
  expect_gradient<17, 64, 96>();
  expect_gradient<64, 37, 96>();  // whole vectors, and dots for the rest
  expect_gradient<3, 256, 192>();
}

TEST(WeightGradient, is_right_for_every_tile_of_whole_vectors) {
  expect_gradient<21, 34, nn::kLanes>();
  expect_gradient<21, 34, 5 * nn::kLanes>();
  expect_gradient<21, 34, 384>();
}

TEST(WeightGradient, takes_a_tile_of_another_size_than_it_was_chosen_for) {
  expect_gradient<nn::WeightGradient<21, 21>, 21, 21, 192>();
}

TEST(WeightGradient, adds_to_a_slice_of_a_larger_matrix) {
  constexpr int O = 19, I = 35, T = 96, kRowStride = 40;
  using Sums = nn::WeightGradient<O, I>;
  const auto dy = random_numbers(O * T, 2), x = random_numbers(I * T, 3);
  std::vector<float> buffer(Sums::size, 0.0f), dw(O * kRowStride, 0.0f);
  Sums::accumulate<T>(dy.data(), x.data(), buffer.data());
  Sums::add_to(buffer.data(), dw.data() + 2, kRowStride);
  for (int o = 0; o < O; ++o) {
    for (int i = 0; i < kRowStride; ++i) {
      const bool inside = i >= 2 && i < 2 + I;
      const double sum = inside ? sum_over_samples(dy.data() + o * T, x.data() + (i - 2) * T, T) : 0;
      ASSERT_TRUE(is_close(dw.data()[o * kRowStride + i], sum, inside ? T : 0));
    }
  }
}

}  // namespace
