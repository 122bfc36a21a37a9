// What tensors and parameters are called: generated code and weights files use these names.
#include <gtest/gtest.h>

#include "sema/checked_text.h"

namespace nnc::test {
namespace {

std::vector<std::string> params(const sema::Program& program) {
  std::vector<std::string> names;
  for (const sema::Tensor* param : program.params) {
    EXPECT_EQ(param->number, static_cast<int>(names.size()));
    names.push_back(param->name);
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(Names, of_parameters_count_the_uses_of_a_layer_from_0) {
  Checked checked("model M { input x: f32[4]  output y = x -> linear -> relu -> linear(3, bias = false) }");
  EXPECT_EQ(params(checked.program()), (Names{"linear_0.weight", "linear_0.offset", "linear_1.weight"}));
}

TEST(Names, of_repeated_layers_go_on_counting) {
  Checked checked("model M { input x: f32[4]  output y = x -> repeat 3 { linear(4, bias = false) -> relu } }");
  EXPECT_EQ(params(checked.program()), (Names{"linear_0.weight", "linear_1.weight", "linear_2.weight"}));
}

TEST(Names, of_layers_in_layers_are_nested) {
  Checked checked(
      "layer residual(x: [n], hidden: int = 2 * n) -> y: [n] {\n"
      "  y = x + (x -> linear(hidden, bias = false) -> relu -> linear(n, bias = false))\n}\n"
      "model M { input x: f32[4]  output y = x -> residual -> residual }");
  EXPECT_EQ(params(checked.program()), (Names{"residual_0.linear_0.weight", "residual_0.linear_1.weight",
                                              "residual_1.linear_0.weight", "residual_1.linear_1.weight"}));
  EXPECT_EQ(tensor(checked.program(), "residual_0.linear_0.weight").shape, (sema::Shape{8, 4}));
}

TEST(Names, that_a_use_gives_replace_the_count_but_are_counted) {
  Checked checked(
      "model M { input x: f32[4]  output y = x -> linear(4, bias = false)"
      " -> linear(4, bias = false, name = head) -> linear(4, bias = false) }");
  EXPECT_EQ(params(checked.program()), (Names{"linear_0.weight", "head.weight", "linear_2.weight"}));
}

TEST(Names, of_a_block_are_shared_by_its_uses) {
  Checked checked(
      "model M { input a: f32[4]  input b: f32[4]  block encode = linear(3, bias = false) -> relu\n"
      "  let left = a -> encode\n  let right = b -> encode\n  output y = left - right }");
  const sema::Program& program = checked.program();
  EXPECT_EQ(params(program), Names{"encode.linear_0.weight"});
  EXPECT_EQ(equation_of(program, "encode.linear_0_2"),
            "encode.linear_0_2[o] = sum[i: 4](encode.linear_0.weight[o, i] * b[i])   over o: 3");
  EXPECT_EQ(equation_of(program, "right"), "right[i] = max(encode.linear_0_2[i], 0)   over i: 3");
}

TEST(Names, of_values_are_the_users_where_there_are_some) {
  Checked checked(
      "model M { input x: f32[4]  let trunk = x -> linear(8) -> relu\n"
      "  output density = exp(trunk[0])  output color = trunk -> linear(3) }");
  const sema::Program& program = checked.program();
  EXPECT_EQ(equation_of(program, "linear_0"),
            "linear_0[o] = sum[i: 4](linear_0.weight[o, i] * x[i]) + linear_0.offset[o]   over o: 8");
  EXPECT_EQ(equation_of(program, "trunk"), "trunk[i] = max(linear_0[i], 0)   over i: 8");
  EXPECT_EQ(equation_of(program, "density"), "density = exp(trunk[0])");
  EXPECT_EQ(equation_of(program, "color"),
            "color[o] = sum[i: 8](linear_1.weight[o, i] * trunk[i]) + linear_1.offset[o]   over o: 3");
}

TEST(Names, of_a_second_output_for_a_value_are_its_own) {
  Checked checked("model M { input x: f32[4]  let d = x -> relu  output a = d  output b = d  output c = x }");
  const sema::Program& program = checked.program();
  for (const sema::Output& output : program.outputs) EXPECT_EQ(output.name, output.tensor->name);
  EXPECT_EQ(equation_of(program, "b"), "b[i] = d[i]   over i: 4");
}

TEST(Names, of_a_layers_own_values_stand_behind_its_name) {
  Checked checked("model M { input x: f32[4]  output y = x -> softmax }");
  EXPECT_EQ(equation_of(checked.program(), "softmax_0.peak"), "softmax_0.peak = stop_gradient(max[i: 4](x[i]))");
  EXPECT_EQ(equation_of(checked.program(), "y"), "y[i] = softmax_0.e[i] / softmax_0.total   over i: 4");
}

TEST(Names, of_several_results_are_those_of_the_let) {
  Checked checked(
      "layer cell(x: [n], h: [m]) -> next: [m], y: [2] {\n"
      "  next = tanh((x -> linear(m)) + h)\n  y = next -> linear(2)\n}\n"
      "model M { input x: f32[4]  input h: f32[3]  let a, b = cell(x, h)  output y = a  output z = b }");
  EXPECT_EQ(equation_of(checked.program(), "a"), "a[i] = tanh(cell_0.linear_0[i] + h[i])   over i: 3");
  EXPECT_EQ(tensor(checked.program(), "b").shape, sema::Shape{2});
}

TEST(Names, of_the_user_shadow_the_library) {
  Checked checked("activation relu(x) = 7 * x\nmodel M { input x: f32[4]  output y = x -> relu }");
  EXPECT_EQ(equation_of(checked.program(), "y"), "y[i] = 7 * x[i]   over i: 4");
}

TEST(Names, of_the_user_do_not_change_what_the_library_means) {
  Checked checked("activation softplus(x, beta = 1) = 7 * x\nmodel M { input x: f32  output y = x -> log_sigmoid }");
  EXPECT_EQ(checked.rendered(), "");
  EXPECT_NE(equation_of(checked.program(), "y").find("log1p"), std::string::npos);
}

TEST(Names, that_are_words_of_the_language_can_be_used) {
  Checked checked(
      "model M { input state: f32[2]  input loss: f32  input step: f32  let output = state * step\n"
      "  output weight = output + loss  loss l2(weight) }");
  EXPECT_EQ(checked.rendered(), "");
}

TEST(Names, of_parameters_can_be_shared_under_another_name) {
  Checked checked(
      "layer tied(x: [n]) -> y: [n] {\n  let h = x -> linear(3, bias = false)\n"
      "  param back: [3, n] = linear_0.weight\n  y[i] = sum[o: 3](back[o, i] * h[o])\n}\n"
      "model M { input x: f32[4]  output y = x -> tied }");
  EXPECT_EQ(params(checked.program()), Names{"tied_0.linear_0.weight"});
  EXPECT_EQ(equation_of(checked.program(), "y"),
            "y[i] = sum[o: 3](tied_0.linear_0.weight[o, i] * tied_0.h[o])   over i: 4");
}

}  // namespace
}  // namespace nnc::test
