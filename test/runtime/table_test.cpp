// Gather and scatter: rows of a table by number, widths 1 to 8, and the order of additions.
#include "nn/cpu/table.h"

#include <gtest/gtest.h>

#include "numbers.h"

namespace {

using nn::kLanes;
using nn::Vec;
using nn::VecInt;
using runtime_test::random_numbers;

constexpr int kRows = 50;

VecInt some_rows() {
  VecInt rows{};
  for (int i = 0; i < kLanes; ++i) rows[i] = (i * 7 + 49) % kRows;
  return rows;
}

template <int F>
void expect_gather() {
  const auto table = random_numbers(kRows * F, F);
  const VecInt rows = some_rows();
  Vec out[F];
  nn::gather<F>(table.data(), rows, out);
  for (int i = 0; i < kLanes; ++i) {
    float one[F];
    nn::gather<F>(table.data(), rows[i], one);
    for (int f = 0; f < F; ++f) {
      EXPECT_EQ(out[f][i], table.data()[rows[i] * F + f]);
      EXPECT_EQ(one[f], table.data()[rows[i] * F + f]);
    }
  }
}

TEST(Table, gather_reads_the_row_of_each_lane) {
  expect_gather<1>();
  expect_gather<2>();
  expect_gather<3>();
  expect_gather<4>();
  expect_gather<8>();
}

/// Scatters into a table by vectors, and sample by sample: the same bits.
template <int F, class Mask, class Holds>
void expect_scatter(Mask mask, Holds holds) {
  const auto numbers = random_numbers(F * kLanes, 10 + F);
  auto table = random_numbers(kRows * F, 20 + F), expected = table;
  VecInt rows = some_rows();
  rows[1] = rows[0];  // two lanes meet: their order shows in the rounding
  Vec value[F];
  for (int f = 0; f < F; ++f) value[f] = nn::load(numbers.data() + f * kLanes);
  nn::scatter_add<F>(table.data(), rows, value, mask);
  for (int i = 0; i < kLanes; ++i) {
    float one[F];
    for (int f = 0; f < F; ++f) one[f] = value[f][i];
    if (holds(i)) nn::scatter_add<F>(expected.data(), rows[i], one);
  }
  EXPECT_EQ(table, expected);
}
template <int F>
void expect_scatter() {
  for (const int lanes : {0, 1, kLanes - 1, kLanes}) {
    expect_scatter<F>(lanes, [=](int i) { return i < lanes; });
  }
  expect_scatter<F>(VecInt(nn::lane_numbers() % 2 == 0), [](int i) { return i % 2 == 0; });
}

TEST(Table, scatter_adds_in_the_order_of_the_samples) {
  expect_scatter<1>();
  expect_scatter<2>();
  expect_scatter<3>();
  expect_scatter<4>();
}

TEST(Table, rows_beyond_two_to_the_31_floats_are_reached) {  // row * F is counted in 64 bits
  EXPECT_EQ(nn::table_detail::offset<4>(0x7fffffff), std::size_t{0x7fffffff} * 4);
}

}  // namespace
