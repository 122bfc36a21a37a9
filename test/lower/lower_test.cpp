// Programs as equations: where the samples stand, what is split, what each surface puts out.
#include "compiler/lower/lower.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "compiler/ir/verify.h"
#include "sema/checked_text.h"

namespace nnc::test {
namespace {

using lower::Surface;

/// The equations and outputs of the module's text; a complaint of the verifier fails the test.
std::string equations(const ir::Module& module) {
  for (const std::string& complaint : ir::verify(module)) ADD_FAILURE() << complaint;
  std::string text;
  for (const ir::Equation& equation : module.equations) text += ir::print(equation) + "\n";
  for (const ir::Tensor* output : module.outputs) text += "output " + output->name + "\n";
  for (const ir::Update& update : module.updates) text += update.target->name + " := " + update.value->name + "\n";
  return text;
}

std::string lowered(const std::string& text, Surface surface = Surface::outputs) {
  Checked checked(text);
  EXPECT_EQ(checked.programs().size(), 1u) << checked.rendered();
  return checked.programs().empty() ? "" : equations(lower::lower(checked.program(), surface));
}

TEST(Lower, writes_the_samples_first_and_splits_reductions) {
  EXPECT_EQ(lowered("model M { input x: f32[4]  output y = x -> linear(3) }"),
            "y_sum[b, o] += linear_0.weight[o, i] * x[b, i]   over b: N, o: 3, i: 4\n"
            "y[b, o] = y_sum[b, o] + linear_0.offset[o]   over b: N, o: 3\n"
            "output y\n");
}

TEST(Lower, needs_no_second_equation_for_a_reduction_alone) {
  EXPECT_EQ(lowered("model M { input x: f32[4]  output y = x -> linear(3, bias = false) }"),
            "y[b, o] += linear_0.weight[o, i] * x[b, i]   over b: N, o: 3, i: 4\n"
            "output y\n");
}

TEST(Lower, turns_a_minimum_into_a_negative_maximum) {
  EXPECT_EQ(lowered("model M { input x: f32[4]  output y = min(x) }"),
            "y_min[b] max= -x[b, i]   over b: N, i: 4\n"
            "y[b] = -y_min[b]   over b: N\n"
            "output y\n");
}

TEST(Lower, gives_each_piece_an_equation) {
  EXPECT_EQ(lowered("model M { input x: f32[2]  input z: f32  output y = concat(x, z) }"),
            "y[b, i] = x[b, i]   over b: N, i: 2\n"
            "y[b, 2] = z[b]   over b: N\n"
            "output y\n");
}

TEST(Lower, tells_indices_of_one_name_apart) {
  EXPECT_EQ(lowered("layer f(x: [n]) -> y: [n] { y[i] = x[i] / sum(x) }\n"
                    "model M { input x: f32[2]  output y = x -> f }"),
            "y_sum[b] += x[b, i_2]   over b: N, i_2: 2\n"
            "y[b, i] = x[b, i] / y_sum[b]   over b: N, i: 2\n"
            "output y\n");
}

TEST(Lower, calls_no_index_as_the_samples_are_called) {
  EXPECT_EQ(lowered("layer f(x: [n]) -> y: [n] { y[b] = 2 * x[b] }\nmodel M { input x: f32[2]  output y = x -> f }"),
            "y[b, b_2] = 2 * x[b, b_2]   over b: N, b_2: 2\noutput y\n");
}

TEST(Lower, gives_samples_to_an_output_that_does_not_depend_on_them) {
  EXPECT_EQ(lowered("layer f(x: [n]) -> y: [2] { param w: [2] = 1  y = 2 * w }\n"
                    "model M { input x: f32  output y = x -> f  output z = [1, 2] }"),
            "y[b, i] = 2 * f_0.w[i]   over b: N, i: 2\n"
            "z[b, i] = real(list[i])   over b: N, i: 2\n"
            "output y\noutput z\n");
}

TEST(Lower, leaves_out_what_no_output_needs) {
  EXPECT_EQ(lowered("model M { input x: f32[2]  let unused = exp(x)  output y = 2 * x  loss l2(y) }"),
            "y[b, i] = 2 * x[b, i]   over b: N, i: 2\noutput y\n");
}

TEST(Lower, a_step_has_the_mean_loss_and_the_gradients_of_what_is_trained) {
  std::string text = lowered(
      "model M { input x: f32[4]  output y = x -> linear(3, bias = false, frozen = true) -> linear(1)  loss l2(y) }",
      Surface::step);
  EXPECT_NE(text.find("loss += loss_of_sample[b] / N   over b: N\n"), std::string::npos) << text;
  EXPECT_NE(text.find("output y\noutput loss\noutput d_linear_1.weight\noutput d_linear_1.offset\n"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("d_linear_0.weight"), std::string::npos) << text;
}

TEST(Lower, a_backward_pass_goes_from_output_gradients_to_params_and_inputs) {
  EXPECT_EQ(lowered("model M { input x: f32[4]  output y = x -> linear(3, bias = false) }", Surface::backward),
            "y[b, o] += linear_0.weight[o, i] * x[b, i]   over b: N, o: 3, i: 4\n"
            "d_linear_0.weight[o, i] += x[b, i] * output_gradient.y[b, o]   over b: N, o: 3, i: 4\n"
            "d_x[b, i] += linear_0.weight[o, i] * output_gradient.y[b, o]   over b: N, o: 3, i: 4\n"
            "output y\noutput d_linear_0.weight\noutput d_x\n");
}

TEST(Lower, an_integer_input_has_no_gradient) {
  std::string text = lowered(
      "layer embedding(x: i32, count: int, features: int) -> y: [features] {\n"
      "  param table: [count, features] = normal(1)\n  y[f] = table[x, f]\n}\n"
      "model M { input token: i32  output y = token -> embedding(10, 2) }",
      Surface::backward);
  EXPECT_EQ(text,
            "y[b, f] = embedding_0.table[token[b], f]   over b: N, f: 2\n"
            "d_embedding_0.table[token[b], f] += output_gradient.y[b, f]   over b: N, f: 2\n"
            "output y\noutput d_embedding_0.table\n");
}

TEST(Lower, a_gradient_expression_is_a_value) {
  std::string text = lowered("model M { input x: f32[2]  output y = sum(x^2)  output g = grad(y, x) }");
  EXPECT_NE(text.find("g[b, i1] = d_x[b, i1]"), std::string::npos) << text;
}

TEST(Lower, an_update_has_no_samples) {
  Checked checked(
      "model M { input x: f32[2]  output y = x -> linear(3, bias = false)  loss l2(y)  optimizer sgd(momentum = 0.5) "
      "}");
  const sema::Program& program = checked.program();
  EXPECT_EQ(
      equations(lower::lower_update(program, program.updates[0])),
      "linear_0.weight.g[i, j] = gradient[i, j]   over i: 3, j: 2\n"
      "linear_0.weight.velocity_next[i, j] = 0.5 * linear_0.weight.velocity[i, j] + linear_0.weight.g[i, j]   over "
      "i: 3, j: 2\n"
      "linear_0.weight.weight_next[i, j] = linear_0.weight[i, j] - 0.001 * linear_0.weight.velocity_next[i, j]   "
      "over i: 3, j: 2\n"
      "linear_0.weight.velocity := linear_0.weight.velocity_next\n"
      "linear_0.weight := linear_0.weight.weight_next\n");
}

}  // namespace
}  // namespace nnc::test
