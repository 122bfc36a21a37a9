// Rows into a tile and back: every width from 1 to 33, every count, contiguous and strided, numbers of each type.
#include "nn/cpu/rows.h"

#include <gtest/gtest.h>

#include <utility>

#include "numbers.h"

namespace {

using nn::kLanes;
using nn::Rows;
using runtime_test::random_numbers;

constexpr int T = 2 * kLanes;

/// The tile holds row first + s in lane s, and the last row in the lanes behind.
template <int N, class E, class Tile>
void expect_tile(const Tile* tile, const Rows<E, N>& rows, std::size_t first, int count) {
  for (int i = 0; i < N; ++i) {
    for (int s = 0; s < T; ++s) {
      const int row = s < count ? s : count - 1;
      ASSERT_EQ(tile[i * T + s], nn::convert<Tile>(rows(first + static_cast<std::size_t>(row), i)))
          << N << " wide, " << count << " rows, feature " << i << ", sample " << s;
    }
  }
}

/// Rows of N among others: `gap` bytes lie behind each. The numbers end exactly with the last row.
template <int N>
void expect_round_trip(int count, int gap) {
  const int stride = N * 4 + gap, numbers = (count - 1) * stride / 4 + N;
  const auto source = random_numbers(numbers, 0);
  const Rows<const float, N> in(source.data(), static_cast<std::size_t>(count), stride);
  float tile[N * T];
  nn::load_rows<N, T>(in, 0, count, tile);
  expect_tile<N>(tile, in, 0, count);

  std::vector<float> written(source.size(), 7.0f);
  const Rows<float, N> out(written.data(), static_cast<std::size_t>(count), stride);
  nn::store_rows<N, T>(tile, out, 0, count);
  for (int n = 0; n < numbers; ++n) {
    const bool in_a_row = n % (stride / 4) < N;
    ASSERT_EQ(written.data()[n], in_a_row ? source.data()[n] : 7.0f)
        << N << " wide, " << count << " rows, number " << n;
  }
}

template <int... n>
void for_every_width(std::integer_sequence<int, n...>) {
  for (const int count : {1, 3, kLanes - 1, kLanes, kLanes + 1, T - 1, T}) {
    (expect_round_trip<n + 1>(count, 0), ...);
    (expect_round_trip<n + 1>(count, 12), ...);
  }
}

TEST(RowsOfATile, go_in_and_out_for_every_width_and_count) { for_every_width(std::make_integer_sequence<int, 33>{}); }

TEST(RowsOfATile, may_start_anywhere_in_a_batch) {
  const auto source = random_numbers(3 * 100, 1);
  const Rows<const float, 3> rows(source.data(), 100);
  float tile[3 * T];
  nn::load_rows<3, T>(rows, 100 - 5, 5, tile);
  expect_tile<3>(tile, rows, 95, 5);
}

TEST(RowsOfATile, may_have_their_numbers_apart) {  // a column-major matrix: rows 4 bytes apart, numbers a column apart
  constexpr int kRows = T;
  const auto source = random_numbers(5 * kRows, 2);
  const Rows<const float, 5> rows(source.data(), kRows, 4, 4 * kRows);
  float tile[5 * T];
  nn::load_rows<5, T>(rows, 0, kRows, tile);
  expect_tile<5>(tile, rows, 0, kRows);
  std::vector<float> written(source.size());
  nn::store_rows<5, T>(tile, Rows<float, 5>(written.data(), kRows, 4, 4 * kRows), 0, kRows);
  EXPECT_EQ(written, source);
}

TEST(RowsOfATile, may_be_one_row_for_all_samples) {
  const float constant[2] = {3.0f, 4.0f};
  float tile[2 * T];
  nn::load_rows<2, T>(Rows<const float, 2>(constant, T, 0), 0, T, tile);
  for (int s = 0; s < T; ++s) {
    EXPECT_EQ(tile[s], 3.0f);
    EXPECT_EQ(tile[T + s], 4.0f);
  }
}

TEST(RowsOfATile, of_half_precision_become_float) {
  std::vector<nn::f16> source(3 * T);
  for (std::size_t i = 0; i < source.size(); ++i) source[i] = nn::to_f16(0.25f * static_cast<float>(i));
  const Rows<const nn::f16, 3> rows(source.data(), T);
  float tile[3 * T];
  nn::load_rows<3, T>(rows, 0, T - 1, tile);
  expect_tile<3>(tile, rows, 0, T - 1);
  std::vector<nn::f16> written(source.size(), nn::f16{0});
  nn::store_rows<3, T>(tile, Rows<nn::f16, 3>(written.data(), T), 0, T - 1);
  for (std::size_t i = 0; i < source.size(); ++i) EXPECT_EQ(written[i].bits, i < 3 * (T - 1) ? source[i].bits : 0);
}

TEST(RowsOfATile, of_integers_stay_integers) {
  std::vector<std::int32_t> source(2 * T);
  for (int i = 0; i < 2 * T; ++i) source.data()[i] = -0x7f000000 + i;
  const Rows<const std::int32_t, 2> rows(source.data(), T);
  std::int32_t tile[2 * T];
  nn::load_rows<2, T>(rows, 0, T, tile);
  expect_tile<2>(tile, rows, 0, T);
}

}  // namespace
