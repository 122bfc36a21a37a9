// Shapes: what is inferred, what is flattened, what is broadcast, which pieces a tensor has.
#include <gtest/gtest.h>

#include "sema/checked_text.h"

namespace nnc::test {
namespace {

using sema::Shape;

Shape shape_of_output(const std::string& flow, const std::string& declarations = "") {
  Checked checked(declarations +
                  "model M { input x: f32[6]  input number: f32  input grid: f32[2, 3]  output y = " + flow + " }");
  EXPECT_EQ(checked.programs().size(), 1u) << checked.rendered();
  return checked.programs().empty() ? Shape{} : tensor(checked.program(), "y").shape;
}

TEST(Shapes, of_a_layer_without_arguments_stay) { EXPECT_EQ(shape_of_output("x -> linear"), (Shape{6})); }
TEST(Shapes, of_one_place_are_a_number) { EXPECT_EQ(shape_of_output("x[2]"), (Shape{})); }
TEST(Shapes, of_a_layer_of_width_1_are_a_vector) { EXPECT_EQ(shape_of_output("x -> linear(1)"), (Shape{1})); }
TEST(Shapes, of_slices_are_half_open) {
  EXPECT_EQ(shape_of_output("x[1..3]"), (Shape{2}));
  EXPECT_EQ(shape_of_output("x[4..]"), (Shape{2}));
  EXPECT_EQ(shape_of_output("x[..4]"), (Shape{4}));
}
TEST(Shapes, of_fewer_indices_than_the_rank_are_a_slice) { EXPECT_EQ(shape_of_output("grid[1]"), (Shape{3})); }
TEST(Shapes, of_an_encoding_have_several_dimensions) {
  EXPECT_EQ(shape_of_output("x -> sin_encode(4)"), (Shape{6, 4, 2}));
}
TEST(Shapes, of_any_rank_flatten_into_a_vector) { EXPECT_EQ(shape_of_output("grid -> linear(5)"), (Shape{5})); }
TEST(Shapes, of_elementwise_functions_stay) { EXPECT_EQ(shape_of_output("grid -> leaky_relu -> tanh"), (Shape{2, 3})); }
TEST(Shapes, of_a_number_broadcast) { EXPECT_EQ(shape_of_output("number * grid + 1"), (Shape{2, 3})); }
TEST(Shapes, of_a_number_are_a_vector_of_1_for_a_layer) {
  EXPECT_EQ(shape_of_output("number -> linear(3)"), (Shape{3}));
}
TEST(Shapes, of_concat_are_flat_and_take_numbers) {
  EXPECT_EQ(shape_of_output("concat(grid, number, 1, x[0..2])"), (Shape{10}));
}
TEST(Shapes, of_reductions_of_a_tensor_are_a_number) { EXPECT_EQ(shape_of_output("sum(grid) + max(x)"), (Shape{})); }
TEST(Shapes, of_repeat_as_are_those_of_its_body) {
  EXPECT_EQ(shape_of_output("x -> repeat 4 as h { h + (h -> linear -> relu -> linear) }"), (Shape{6}));
}

TEST(Shapes, of_a_compound_extent_are_solved) {
  EXPECT_EQ(shape_of_output("x -> pairs", "layer pairs(x: [2 * n]) -> y: [n] { y[i] = x[2 * i] + x[2 * i + 1] }\n"),
            (Shape{3}));
}
TEST(Shapes, of_a_compound_extent_are_checked_when_all_is_known) {
  EXPECT_EQ(shape_of_output("split(x, x[0..3])",
                            "function split(x: [2 * n], half: [n]) -> y: [n] { y[i] = x[i] * half[i] }\n"),
            (Shape{3}));
}
TEST(Shapes, of_defaults_may_use_what_stands_before) {
  EXPECT_EQ(
      shape_of_output("x -> wide", "layer wide(x: [n], a: int = 2 * n, b: int = a + 1) -> y: [b] { y[i] = x[0] }\n"),
      (Shape{13}));
}
TEST(Shapes, of_a_result_come_from_the_ranges_of_its_indices) {
  EXPECT_EQ(shape_of_output("x -> shifted", "layer shifted(x: [n]) -> y { y[i: n - 1] = x[i + 1] - x[i] }\n"),
            (Shape{5}));
}

TEST(Shapes, of_flattened_values_are_row_major) {
  Checked checked("model M { input x: f32[2, 3]  output y = x -> linear(1, bias = false) }");
  EXPECT_EQ(equation_of(checked.program(), "linear_0.x"), "linear_0.x[(i * 3) + j] = x[i, j]   over i: 2, j: 3");
}

TEST(Shapes, of_concat_give_a_piece_each) {
  Checked checked("model M { input a: f32[2]  input b: f32  output y = concat(a, b, 1) }");
  EXPECT_EQ(equation_of(checked.program(), "y"), "y[i] = a[i]   over i: 2\ny[2] = b\ny[3] = 1");
}

TEST(Shapes, of_equations_may_fix_places) {
  Checked checked(
      "layer f(x: [n]) -> y: [n, 2] { y[i, 0] = x[i]  y[i, 1] = 2 * x[i] }\n"
      "model M { input x: f32[3]  output y = x -> f }");
  EXPECT_EQ(equation_of(checked.program(), "y"), "y[i, 0] = x[i]   over i: 3\ny[i, 1] = 2 * x[i]   over i: 3");
}

TEST(Shapes, of_a_use_under_an_index_gain_a_dimension) {
  Checked checked(
      "layer rows(x: [t, c]) -> y: [t, 5] { y[i] = x[i] -> linear(5, bias = false) }\n"
      "model M { input x: f32[3, 4]  output y = x -> rows }");
  EXPECT_EQ(equation_of(checked.program(), "rows_0.linear_0"),
            "rows_0.linear_0[i, o] = sum[i: 4](rows_0.linear_0.weight[o, i] * x[i, i])   over i: 3, o: 5");
  EXPECT_EQ(tensor(checked.program(), "rows_0.linear_0.weight").shape, (Shape{5, 4}));
}

TEST(Shapes, of_a_parameter_that_does_not_exist_take_no_storage) {
  Checked checked("model M { input x: f32[3]  output y = x -> linear(2, bias = false) }");
  EXPECT_EQ(checked.program().params.size(), 1u);
  EXPECT_EQ(equation_of(checked.program(), "y"), "y[o] = sum[i: 3](linear_0.weight[o, i] * x[i])   over o: 2");
}

}  // namespace
}  // namespace nnc::test
