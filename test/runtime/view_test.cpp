// Rows: what a caller may hand in as a batch, and what is refused.
#include "nn/view.h"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "nn/half.h"

namespace {

using nn::Rows;

struct Position {
  float x, y;
};
struct Splat {
  Position at;
  float radius;
};

TEST(Rows, of_a_vector_of_arrays) {
  const std::vector<std::array<float, 2>> points = {{1, 2}, {3, 4}, {5, 6}};
  const Rows<const float, 2> rows(points);
  EXPECT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows(2, 1), 6.0f);
  EXPECT_TRUE(rows.is_contiguous());
}

TEST(Rows, of_a_vector_of_structs_of_numbers) {
  std::vector<Position> points = {{1, 2}, {3, 4}};
  const Rows<float, 2> rows = points;
  rows(1, 0) = 9.0f;
  EXPECT_EQ(points[1].x, 9.0f);
}

TEST(Rows, of_arrays_and_spans) {
  const float array[2][3] = {{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ((Rows<const float, 3>(array)(1, 2)), 6.0f);
  const std::span<const float> numbers(&array[0][0], 6);
  EXPECT_EQ((Rows<const float, 2>(numbers)(2, 1)), 6.0f);
}

TEST(Rows, of_plain_numbers_are_cut_into_rows) {
  const std::vector<float> numbers = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ((Rows<const float, 3>(numbers).size()), 2u);
  EXPECT_EQ((Rows<const float, 1>(numbers).size()), 6u);
  EXPECT_THROW((Rows<const float, 4>(numbers)), std::invalid_argument);
}

TEST(Rows, of_numbers_that_are_a_class_are_numbers) {
  const std::vector<nn::f16> heights = {nn::f16(1.0f), nn::f16(2.0f)};
  EXPECT_EQ((Rows<const nn::f16, 1>(heights).size()), 2u);
  EXPECT_EQ((Rows<const nn::f16, 2>(heights).size()), 1u);
}

TEST(Rows, of_one_field_of_a_larger_struct) {
  std::vector<Splat> splats = {{{1, 2}, 3}, {{4, 5}, 6}};
  const Rows<const float, 2> rows(&splats[0].at.x, splats.size(), sizeof(Splat));
  EXPECT_EQ(rows(1, 1), 5.0f);
  EXPECT_FALSE(rows.is_contiguous());
  EXPECT_TRUE(rows.has_dense_rows());
}

TEST(Rows, upside_down_and_column_by_column) {
  const float numbers[6] = {1, 2, 3, 4, 5, 6};
  const Rows<const float, 2> upside_down(numbers + 4, 3, -8);
  EXPECT_EQ(upside_down(0, 0), 5.0f);
  EXPECT_EQ(upside_down(2, 1), 2.0f);
  const Rows<const float, 2> columns(numbers, 3, 4, 12);
  EXPECT_EQ(columns(1, 1), 5.0f);
  EXPECT_FALSE(columns.has_dense_rows());
}

TEST(Rows, of_nothing) {
  EXPECT_TRUE((Rows<const float, 2>().empty()));
  EXPECT_TRUE((Rows<const float, 2>(std::vector<float>()).empty()));
}

TEST(Rows, a_part_is_rows_again) {
  std::vector<float> numbers = {1, 2, 3, 4, 5, 6};
  const Rows<float, 2> part = Rows<float, 2>(numbers).part(1, 2);
  EXPECT_EQ(part.size(), 2u);
  EXPECT_EQ(part.row(0), numbers.data() + 2);
}

// What must not compile: rows of another width, of another type, and const numbers to be written.
static_assert(std::is_convertible_v<Rows<float, 2>, Rows<const float, 2>>);
static_assert(!std::is_convertible_v<Rows<const float, 2>, Rows<float, 2>>);
static_assert(!std::is_constructible_v<Rows<const float, 2>, std::vector<double>&>);
static_assert(!std::is_constructible_v<Rows<const float, 3>, std::vector<Position>&>);
static_assert(!std::is_constructible_v<Rows<const float, 3>, std::vector<std::array<float, 2>>&>);
static_assert(!std::is_constructible_v<Rows<float, 2>, const std::vector<Position>&>);
static_assert(!std::is_constructible_v<Rows<const float, 2>, Rows<const float, 3>&>);

}  // namespace
