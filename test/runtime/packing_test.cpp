// Packed weights: what `pack` writes and what it does not, and that `unpack` undoes it.
#include "nn/packing.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "numbers.h"

namespace {

constexpr float kUntouched = -12345.0f;

/// A matrix whose numbers say where they stand, `stride` floats from row to row, and room around it.
std::vector<float> matrix(int rows, int columns, int stride) {
  std::vector<float> w(static_cast<std::size_t>(rows * stride + 2), kUntouched);
  for (int o = 0; o < rows; ++o) {
    for (int i = 0; i < columns; ++i) w[static_cast<std::size_t>(1 + o * stride + i)] = static_cast<float>(100 * o + i);
  }
  return w;
}

template <int O, int I>
void expect_round_trip(int stride) {
  SCOPED_TRACE(std::to_string(O) + " x " + std::to_string(I) + ", rows " + std::to_string(stride) + " apart");
  const std::vector<float> w = matrix(O, I, stride);
  std::vector<float> packed(nn::kPackedSize<O, I> + 2, kUntouched);
  nn::pack<O, I>(w.data() + 1, packed.data() + 1, stride);
  ASSERT_EQ(packed.front(), kUntouched);
  ASSERT_EQ(packed.back(), kUntouched);
  for (int i = 0; i < I; ++i) {
    for (int o = 0; o < nn::kPackedWidth<O>; ++o) {
      const float expected = o < O ? static_cast<float>(100 * o + i) : 0.0f;
      ASSERT_EQ(packed[static_cast<std::size_t>(1 + i * nn::kPackedWidth<O> + o)], expected);
    }
  }
  std::vector<float> back(w.size(), kUntouched);
  nn::unpack<O, I>(packed.data() + 1, back.data() + 1, stride);
  ASSERT_EQ(back, w);  // what lies between the rows and around them too
}

TEST(Packing, goes_there_and_back_for_every_extent) {
  runtime_test::for_every_extent([]<int M, int K>() {
    expect_round_trip<M, K>(K);
    expect_round_trip<M, 3>(40);
  });
}

TEST(Packing, goes_there_and_back_for_wide_layers) {
  expect_round_trip<512, 48>(48);
  expect_round_trip<1, 300>(301);
}

TEST(Packing, pads_rows_to_whole_cache_lines) {
  static_assert(nn::kPackedWidth<1> == 16 && nn::kPackedWidth<16> == 16 && nn::kPackedWidth<17> == 32);
  static_assert(nn::kPackedSize<20, 5> == 160);
}

constexpr std::array<float, 6> there_and_back() {
  std::array<float, nn::kPackedSize<3, 2>> packed{};
  std::array<float, 6> back{};
  constexpr std::array<float, 6> kW{1, 2, 3, 4, 5, 6};
  nn::pack<3, 2>(kW.data(), packed.data());
  nn::unpack<3, 2>(packed.data(), back.data());
  return back;
}

TEST(Packing, is_known_to_the_compiler_and_throws_nothing) {
  static_assert(there_and_back()[1] == 2.0f && there_and_back()[5] == 6.0f);
  static_assert(noexcept(nn::pack<3, 2>(nullptr, nullptr)) && noexcept(nn::unpack<3, 2>(nullptr, nullptr)));
}

}  // namespace
