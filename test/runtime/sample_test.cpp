// Dense products of one sample, for every extent from 1 to 33, against sums in double.
#include "nn/cpu/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "numbers.h"

namespace {

using runtime_test::is_close;
using runtime_test::random_numbers;

template <int O, int I>
void expect_layer() {
  const auto w = random_numbers(O * I, 0), x = random_numbers(I, 1), bias = random_numbers(O, 2);
  std::vector<float> packed(nn::kPackedSize<O, I>), y(O);
  nn::pack<O, I>(w.data(), packed.data());
  for (const float* init : {bias.data(), static_cast<const float*>(nullptr)}) {
    nn::dense<O, I>(packed.data(), x.data(), init, y.data());
    for (int o = 0; o < O; ++o) {
      double sum = init == nullptr ? 0 : static_cast<double>(init[o]);
      for (int i = 0; i < I; ++i) sum += static_cast<double>(w.data()[o * I + i]) * static_cast<double>(x.data()[i]);
      ASSERT_TRUE(is_close(y.data()[o], sum, I)) << O << " x " << I << " at " << o;
    }
  }
}

/// With rows of weights next to each other and with three more numbers between them; what is behind the last of them is
/// not read: NaN would show.
template <int O, int I>
void expect_gradient_to_input() {
  constexpr int kApart = I + 3;
  const auto w = random_numbers(O * I, 0), dy = random_numbers(O, 1), start = random_numbers(I, 2);
  std::vector<float> apart(O * kApart, std::nanf("")), y(I + 1, 123.0f);
  for (int o = 0; o < O; ++o) std::copy_n(w.data() + o * I, I, apart.data() + o * kApart);
  for (const float* init : {start.data(), static_cast<const float*>(nullptr)}) {
    for (bool is_slice : {false, true}) {
      if (is_slice) {
        nn::transposed_dense<I, O, kApart>(apart.data(), dy.data(), init, y.data());
      } else {
        nn::transposed_dense<I, O, I>(w.data(), dy.data(), init, y.data());
      }
      for (int i = 0; i < I; ++i) {
        double sum = init == nullptr ? 0 : static_cast<double>(init[i]);
        for (int o = 0; o < O; ++o) sum += static_cast<double>(w.data()[o * I + i]) * static_cast<double>(dy.data()[o]);
        ASSERT_TRUE(is_close(y[static_cast<std::size_t>(i)], sum, O)) << O << " x " << I << " at " << i;
      }
      ASSERT_EQ(y.back(), 123.0f) << "more was written than " << I << " numbers";
    }
  }
}
TEST(SampleDense, is_right_for_every_extent) {
  runtime_test::for_every_extent([]<int M, int K>() {
    expect_layer<M, K>();
    expect_gradient_to_input<M, K>();
  });
}

TEST(SampleDense, is_right_for_wide_layers) {
  expect_layer<1, 1>();
  expect_layer<512, 48>();
  expect_layer<300, 3>();
  expect_gradient_to_input<48, 512>();
  expect_gradient_to_input<3, 300>();
}

}  // namespace
