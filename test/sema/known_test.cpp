// What the compiler works out itself: exact integers, tables, ranges that depend on an index, how parameters start.
#include <gtest/gtest.h>

#include "compiler/sema/constant.h"
#include "sema/checked_text.h"

namespace nnc::test {
namespace {

using sema::Initial;

const sema::Tensor& first_param(const Checked& checked) { return *checked.program().params.at(0); }

TEST(Known, integers_are_exact_and_reals_are_f64) {
  Checked checked("const n = 2^40 / 2^38 * 3 - 7 mod 4\nmodel M { input x: f32  output y = x -> linear(n) }");
  EXPECT_EQ(tensor(checked.program(), "y").shape, sema::Shape{9});
}

TEST(Known, powers_bind_tighter_than_signs) {
  Checked checked("model M { input x: f32  output y = x * -2^2  output z = x * 2^3^2 }");
  EXPECT_EQ(equation_of(checked.program(), "y"), "y = x * -4");
  EXPECT_EQ(equation_of(checked.program(), "z"), "z = x * 512");
}

TEST(Known, u32_wraps) {
  Checked checked("model M { input x: f32  output y = x * real(4000000000u + 4000000000u) }");
  EXPECT_EQ(equation_of(checked.program(), "y"), "y = x * 3705032704");
}

TEST(Known, tables_may_have_ranges_that_depend_on_an_index) {
  Checked checked(
      "layer f(x: [n]) -> y: [n] {\n  let size[l: n] = 2^l\n  let start[l: n] = sum[k: l](size[k])\n"
      "  y[l] = x[l] * start[l]\n}\n"
      "model M { input x: f32[4]  output y = x -> f }");
  EXPECT_EQ(tensor(checked.program(), "f_0.start").data, (std::vector<double>{0, 1, 3, 7}));
}

TEST(Known, places_in_tables_are_clamped) {
  Checked checked(
      "layer f(x: [n]) -> y: [n] {\n  let a[l: n] = l\n  let b[l: n] = a[l - 1] + a[l + 1]\n  y[l] = x[l] * b[l]\n}\n"
      "model M { input x: f32[4]  output y = x -> f }");
  EXPECT_EQ(tensor(checked.program(), "f_0.b").data, (std::vector<double>{1, 2, 4, 5}));
}

TEST(Known, a_choice_that_is_known_takes_its_arm) {
  Checked checked(
      "function f(x, twice: bool) = select(twice, 2 * x, 1 / 0)\n"
      "model M { input x: f32  output y = f(x, true) }");
  EXPECT_EQ(equation_of(checked.program(), "y"), "y = 2 * x");
}

TEST(Known, a_function_may_be_an_argument) {
  Checked checked(
      "layer f(x: [n], act = relu) -> y: [n] { y = x -> act }\n"
      "model M { input x: f32[2]  output y = x -> f  output z = x -> f(act = tanh) }");
  EXPECT_EQ(equation_of(checked.program(), "y"), "y[i] = max(x[i], 0)   over i: 2");
  EXPECT_EQ(equation_of(checked.program(), "z"), "z[i] = tanh(x[i])   over i: 2");
}

TEST(Known, parameters_start_by_the_sizes_of_their_layer) {
  Checked checked("model M { input x: f32[16]  output y = x -> linear(4) }");
  EXPECT_EQ(first_param(checked).initial.kind, Initial::Kind::uniform);
  EXPECT_DOUBLE_EQ(first_param(checked).initial.high, 0.25);
}

TEST(Known, an_initialiser_may_be_given_its_own_arguments) {
  Checked checked("model M { input x: f32[16]  output y = x -> linear(8, init = xavier_uniform(gain = 2)) }");
  EXPECT_DOUBLE_EQ(first_param(checked).initial.high, 1.0);
  Checked normal("model M { input x: f32[16]  output y = x -> linear(8, init = normal(0.5)) }");
  EXPECT_EQ(first_param(normal).initial.kind, Initial::Kind::normal);
  EXPECT_DOUBLE_EQ(first_param(normal).initial.sigma, 0.5);
}

TEST(Known, an_initialiser_alone_takes_its_fans_from_the_shape) {
  Checked checked(
      "layer f(x: [n]) -> y: [4] { param w: [4, n] = fan_in_uniform  y[o] = sum[i: n](w[o, i] * x[i]) }\n"
      "model M { input x: f32[16]  output y = x -> f }");
  EXPECT_DOUBLE_EQ(first_param(checked).initial.high, 0.25);
}

TEST(Known, parameters_may_start_with_given_numbers) {
  Checked checked(
      "layer f(x: [2]) -> y: [2] { param w: [2, 2] = [[1, 2], [3, 4.5]]  y[o] = sum[i: 2](w[o, i] * x[i]) }\n"
      "model M { input x: f32[2]  output y = x -> f }");
  EXPECT_EQ(first_param(checked).initial.values, (std::vector<double>{1, 2, 3, 4.5}));
}

TEST(Known, frozen_parameters_have_no_update) {
  Checked checked(
      "model M { input x: f32[2]  output y = x -> linear(2, frozen = true) -> linear(1, bias = false)\n"
      "  loss l2(y)  optimizer sgd }");
  ASSERT_EQ(checked.program().updates.size(), 1u);
  EXPECT_EQ(checked.program().updates[0].param->name, "linear_1.weight");
}

}  // namespace
}  // namespace nnc::test
