// Dense products over a tile, for every extent from 1 to 33, against sums in double.
#include "nn/cpu/dense.h"

#include <gtest/gtest.h>

#include <utility>

#include "nn/cpu/math.h"
#include "numbers.h"

namespace {

using nn::kLanes;
using nn::Vec;
using runtime_test::is_close;
using runtime_test::random_numbers;

/// sum over k of w[m * row_step + k * term_step] * x[k][s].
double sum_of_products(const float* w, const float* x, int terms, int row_step, int term_step, int tile, int m, int s) {
  double sum = 0;
  for (int k = 0; k < terms; ++k) {
    sum += static_cast<double>(w[m * row_step + k * term_step]) * static_cast<double>(x[k * tile + s]);
  }
  return sum;
}

/// A layer with bias and ReLU: what a caller writes.
template <int O, int I, int T>
void expect_layer() {
  const auto w = random_numbers(O * I, 0), x = random_numbers(I * T, 1), bias = random_numbers(O, 2);
  std::vector<float> y(O * T, -1.0f);
  nn::dense<O, I, T>(
      w.data(), x.data(), [b = bias.data()](int o, int) NN_LAMBDA { return nn::splat(b[o]); },
      [p = y.data()](int o, int s, Vec v) NN_LAMBDA { nn::store(p + o * T + s, nn::max(v, 0.0f)); });
  for (int o = 0; o < O; ++o) {
    for (int s = 0; s < T; ++s) {
      const double sum = bias.data()[o] + sum_of_products(w.data(), x.data(), I, I, 1, T, o, s);
      ASSERT_TRUE(is_close(y.data()[o * T + s], std::fmax(sum, 0.0), I)) << O << " x " << I << " at " << o << ", " << s;
    }
  }
}

/// The gradient to a layer's input, added to what is there.
template <int O, int I, int T>
void expect_input_gradient() {
  const auto w = random_numbers(O * I, 3), dy = random_numbers(O * T, 4), before = random_numbers(I * T, 5);
  std::vector<float> dx = before;
  nn::dense_transposed<I, O, T>(
      w.data(), dy.data(), [p = dx.data()](int i, int s) NN_LAMBDA { return nn::load(p + i * T + s); },
      [p = dx.data()](int i, int s, Vec v) NN_LAMBDA { nn::store(p + i * T + s, v); });
  for (int i = 0; i < I; ++i) {
    for (int s = 0; s < T; ++s) {
      const double sum = before.data()[i * T + s] + sum_of_products(w.data(), dy.data(), O, 1, I, T, i, s);
      ASSERT_TRUE(is_close(dx.data()[i * T + s], sum, O)) << O << " x " << I << " at " << i << ", " << s;
    }
  }
}

TEST(Dense, is_right_for_every_extent) {
  runtime_test::for_every_extent([]<int M, int K>() {
    expect_layer<M, K, 48>();
    expect_input_gradient<M, K, 48>();
  });
}

TEST(Dense, is_right_for_one_row_and_one_term) {
  expect_layer<1, 1, 96>();
  expect_layer<1, 64, 96>();
  expect_layer<64, 1, 96>();
  expect_input_gradient<1, 1, 96>();
}

TEST(Dense, is_right_for_wide_layers) {
  expect_layer<257, 130, 96>();
  expect_input_gradient<1024, 5, 96>();
}

TEST(Dense, is_right_for_every_tile_of_whole_vectors) {
  expect_layer<21, 7, kLanes>();
  expect_layer<21, 7, 2 * kLanes>();
  expect_layer<21, 7, 5 * kLanes>();
  expect_layer<3, 7, 192>();
}

TEST(Dense, product_reads_a_slice_of_a_larger_matrix) {
  constexpr int M = 5, K = 9, kRowStep = 20, T = 96;
  const auto w = random_numbers(M * kRowStep, 6), x = random_numbers(K * T, 7);
  std::vector<float> y(M * T);
  nn::product<M, K, kRowStep, 1, T>(
      w.data() + 3, x.data(), [](int, int) NN_LAMBDA { return Vec{}; },
      [p = y.data()](int m, int s, Vec v) NN_LAMBDA { nn::store(p + m * T + s, v); });
  for (int m = 0; m < M; ++m) {
    for (int s = 0; s < T; ++s) {
      ASSERT_TRUE(is_close(y.data()[m * T + s], sum_of_products(w.data() + 3, x.data(), K, kRowStep, 1, T, m, s), K));
    }
  }
}

TEST(Dense, a_sample_does_not_depend_on_its_place_in_the_tile) {
  constexpr int O = 21, I = 33, T = 96;
  const auto w = random_numbers(O * I, 8), one = random_numbers(I, 9);
  std::vector<float> x(I * T), y(O * T);
  for (int i = 0; i < I * T; ++i) x.data()[i] = one.data()[i / T];
  nn::dense<O, I, T>(
      w.data(), x.data(), [](int, int) NN_LAMBDA { return Vec{}; },
      [p = y.data()](int o, int s, Vec v) NN_LAMBDA { nn::store(p + o * T + s, v); });
  for (int i = 0; i < O * T; ++i) ASSERT_EQ(y.data()[i], y.data()[i / T * T]);
}

TEST(Dense, a_nan_sample_spoils_only_itself) {
  constexpr int O = 8, I = 8, T = 96;
  const auto w = random_numbers(O * I, 10);
  auto x = random_numbers(I * T, 11);
  x.data()[3 * T + 17] = NAN;
  std::vector<float> y(O * T);
  nn::dense<O, I, T>(
      w.data(), x.data(), [](int, int) NN_LAMBDA { return Vec{}; },
      [p = y.data()](int o, int s, Vec v) NN_LAMBDA { nn::store(p + o * T + s, nn::max(v, 0.0f)); });
  for (int o = 0; o < O; ++o) {
    for (int s = 0; s < T; ++s) ASSERT_EQ(std::isnan(y.data()[o * T + s]), s == 17);
  }
}

TEST(Dense, bias_gradient_sums_samples) {
  constexpr int O = 13, T = 96;
  const auto dy = random_numbers(O * T, 12);
  std::vector<float> sums(O * kLanes, 0.0f), db(O, 1.0f);
  nn::sum_lanes<O, T>(dy.data(), sums.data());
  nn::sum_lanes<O, T>(dy.data(), sums.data());
  nn::add_lanes<O>(sums.data(), db.data());
  for (int o = 0; o < O; ++o) {
    double sum = 0;
    for (int s = 0; s < T; ++s) sum += static_cast<double>(dy.data()[o * T + s]);
    EXPECT_TRUE(is_close(db.data()[o], 1 + 2 * sum, 2 * T));
  }
}

}  // namespace
