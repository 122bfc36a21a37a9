// Models as users write them.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "sema/checked_text.h"

namespace nnc::test {
namespace {

std::string read(const std::string& path) {
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

class Models : public testing::TestWithParam<const char*> {};

TEST_P(Models, are_checked_without_a_complaint) {
  Checked checked(read(std::string("parse/models/") + GetParam() + ".nn"));
  EXPECT_EQ(checked.rendered(), "");
  EXPECT_EQ(checked.programs().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Of, Models,
                         testing::Values("02_skip_unet", "03_shared_encoder", "04_custom_layer", "06_pinn",
                                         "09_recurrent", "10_embedding", "11_more"));

TEST(Model, of_a_picture_learns_a_table_and_three_layers) {
  Checked checked(
      "model Image {\n  input position: f32[2]\n"
      "  output color = position -> hash_grid(levels = 16, log2_size = 15, growth = 1.26)\n"
      "    -> linear(64) -> relu -> linear(64) -> relu -> linear(3)\n"
      "  loss relative_l2(color)\n  optimizer adam(rate = 1e-2)\n}\n");
  const sema::Program& program = checked.program();
  EXPECT_EQ(tensor(program, "hash_grid_0.table").shape, (sema::Shape{234720, 2}));
  EXPECT_EQ(equation_of(program, "hash_grid_0"),
            "hash_grid_0[l, f] = sum[c: 4](hash_grid_0.weight[l, c] * hash_grid_0.table[hash_grid_0.start[l] + "
            "hash_grid_0.slot[l, c], f])   over l: 16, f: 2");
  EXPECT_EQ(program.updates.size(), 7u);
  EXPECT_EQ(program.targets.size(), 1u);
}

TEST(Model, may_declare_everything_itself) {
  Checked checked(
      "init small(fan_in, fan_out) = random_uniform(-0.1, 0.1)\n"
      "layer dense(x: [n], m: int) -> y: [m] {\n  param w: [m, n] = small(n, m)\n  y[o] = sum[i: n](w[o, i] * "
      "x[i])\n}\n"
      "activation bend(x) = x / (1 + abs(x))\n"
      "loss squares(y, target) = (y - target)^2\n"
      "optimizer descend(speed = 0.1) { weight := weight - speed * gradient }\n"
      "model Own { input x: f32[3]  output y = x -> dense(4) -> bend -> dense(2)  loss squares(y)  optimizer descend "
      "}");
  EXPECT_EQ(checked.rendered(), "");
  EXPECT_EQ(equation_of(checked.program(), "dense_0.w.weight_next"),
            "dense_0.w.weight_next[i, j] = dense_0.w[i, j] - (0.1 * dense_0.w.gradient[i, j])   over i: 4, j: 3");
}

TEST(Model, losses_are_means_that_can_be_weighted) {
  Checked checked(
      "model M { input x: f32[2]  input mask: f32  output a = x -> linear(4)  output b = x -> linear(3)\n"
      "  loss mask * l2(a) + 0.5 * l1(b, target = a[0..3]) }");
  EXPECT_EQ(equation_of(checked.program(), "loss"),
            "loss = (mask * (sum[i: 4]((a[i] - target.a[i]) ^ 2) / 4)) + (0.5 * (sum[i: 3](abs(b[i] - a[i])) / 3))");
  ASSERT_EQ(checked.program().targets.size(), 1u);
  EXPECT_EQ(checked.program().targets[0]->name, "target.a");
}

TEST(Model, optimizers_keep_states_of_their_own_shapes) {
  Checked checked(
      read("parse/models/05_optimizer_norm.nn") +
      "model M { input x: f32[2]  output y = x -> linear(3, bias = false)  loss l2(y)  optimizer novograd }");
  ASSERT_EQ(checked.program().updates.size(), 1u) << checked.rendered();
  const sema::Update& update = checked.program().updates[0];
  ASSERT_EQ(update.states.size(), 2u);
  EXPECT_EQ(update.states[0]->shape, (sema::Shape{3, 2}));
  EXPECT_EQ(update.states[1]->shape, (sema::Shape{}));
  EXPECT_EQ(update.assignments.size(), 3u);
}

TEST(Model, gradients_are_expressions) {
  Checked checked(
      "model M { input p: f32[3]  let d = p -> linear(8) -> tanh -> linear(1)  output normal = grad(d, p) }");
  EXPECT_EQ(equation_of(checked.program(), "normal"), "normal = grad(d, p)");
}

TEST(Model, several_stand_in_one_file) {
  Checked checked(
      "model A { input x: f32  output y = x }\nmodel B { input x: f32  output y = zz }\n"
      "model C { input x: f32  output y = 2 * x }");
  ASSERT_EQ(checked.programs().size(), 2u);
  EXPECT_EQ(checked.programs()[1].name, "C");
}

}  // namespace
}  // namespace nnc::test
