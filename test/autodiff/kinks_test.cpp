// No infinity or NaN from where a function is not evaluated: the arm of a select that is not taken adds nothing.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "compiler/autodiff/gradients.h"
#include "ir/ir_text.h"

namespace nnc::autodiff {
namespace {

struct Slopes {
  double first, second;
};

/// The first and second derivative of y = body at a point.
Slopes slopes(const std::string& body, double x) {
  ir::Module module = test::read_ir("input x[N]\ny[b] = " + body + "   over b: N\n");
  ir::Tensor *y = module.find("y"), *input = module.find("x"), *one = filled(module, *y, "one", 1);
  ir::Tensor* first = gradients(module, {{y, one}}, {input}).at(input);
  ir::Tensor* second = gradients(module, {{first, one}}, {input}).at(input);
  test::expect_well_formed(module);
  ir::Values values = ir::evaluate(module, {{"x", {{1}, {x}}}}, 1);
  return {values.at(first->name).elements[0], values.at(second->name).elements[0]};
}

const std::string kSoftplus = "select(x[b] > 0, x[b] + log1p(exp(-x[b])), log1p(exp(x[b])))";

TEST(Kinks, softplus_written_with_select_is_finite_and_smooth) {
  Slopes at_zero = slopes(kSoftplus, 0);
  EXPECT_DOUBLE_EQ(at_zero.first, 0.5);
  EXPECT_DOUBLE_EQ(at_zero.second, 0.25);
  for (double x : {1e3, 1e6, 3e38}) {
    EXPECT_EQ(slopes(kSoftplus, x).first, 1);
    EXPECT_EQ(slopes(kSoftplus, x).second, 0);
    EXPECT_EQ(slopes(kSoftplus, -x).first, 0);
    EXPECT_EQ(slopes(kSoftplus, -x).second, 0);
  }
}

TEST(Kinks, tails_of_expm1_keep_their_digits) {
  Slopes elu = slopes("select(x[b] > 0, x[b], expm1(x[b]))", -30);
  EXPECT_DOUBLE_EQ(elu.first, std::exp(-30));
  EXPECT_DOUBLE_EQ(elu.second, std::exp(-30));
}

TEST(Kinks, an_arm_that_would_divide_by_zero_adds_nothing) {
  EXPECT_EQ(slopes("select(x[b] > 0, 1 / x[b], 2 * x[b])", 0).first, 2);
  EXPECT_EQ(slopes("select(x[b] > 0, log(x[b]), x[b])", 0).first, 1);
  EXPECT_EQ(slopes("select(x[b] > 0, x[b]^1.5 / x[b], x[b] * x[b])", 0).second, 2);
  EXPECT_EQ(slopes("select(x[b] > 0, sqrt(1 / x[b]) * exp(1 / x[b]), x[b])", 0).first, 1);
}

TEST(Kinks, the_larger_operand_of_max_alone_is_differentiated) {
  EXPECT_EQ(slopes("max(-1 / (x[b] * x[b]), x[b])", 0).first, 1);
}

TEST(Kinks, an_arm_inside_an_arm_adds_nothing) {
  const std::string body = "select(x[b] > 1, x[b], select(x[b] > 0, log(x[b]) * exp(1 / x[b]), 3 * x[b]))";
  EXPECT_EQ(slopes(body, 0).first, 3);
  EXPECT_EQ(slopes(body, 2).first, 1);
  EXPECT_TRUE(std::isfinite(slopes(body, 0.5).first));
}

TEST(Kinks, a_value_used_in_both_arms_keeps_its_gradient) {
  EXPECT_DOUBLE_EQ(slopes("select(x[b] > 0, exp(x[b]), 2 * exp(x[b]))", 1).first, std::exp(1));
  EXPECT_DOUBLE_EQ(slopes("select(x[b] > 0, exp(x[b]), 2 * exp(x[b]))", -1).first, 2 * std::exp(-1));
  EXPECT_DOUBLE_EQ(slopes("select(exp(x[b]) > 1, exp(x[b]), x[b])", 1).first, std::exp(1));
}

TEST(Kinks, the_norm_of_nothing_has_no_gradient) {
  ir::Module module = test::read_ir(R"(
input x[N, 3]
q[b] += x[b, i]^2   over b: N, i: 3
norm[b] = sqrt(q[b])   over b: N
)");
  ir::Tensor *norm = module.find("norm"), *x = module.find("x");
  ir::Tensor* d_x = gradients(module, {{norm, filled(module, *norm, "one", 1)}}, {x}).at(x);
  ir::Values values = ir::evaluate(module, {{"x", {{2, 3}, {0, 0, 0, 0, 3, 4}}}}, 2);
  const std::vector<double> expected = {0, 0, 0, 0, 0.6, 0.8};
  for (size_t i = 0; i < 6; ++i) EXPECT_DOUBLE_EQ(values.at(d_x->name).elements[i], expected[i]);
}

TEST(Kinks, normalising_nothing_divides_by_the_guard) {
  ir::Module module = test::read_ir(R"(
input x[N, 2]
q[b] += x[b, i]^2   over b: N, i: 2
y[b, i] = x[b, i] / max(sqrt(q[b]), 0.5)   over b: N, i: 2
)");
  ir::Tensor *y = module.find("y"), *x = module.find("x");
  ir::Tensor* d_x = gradients(module, {{y, filled(module, *y, "one", 1)}}, {x}).at(x);
  ir::Values values = ir::evaluate(module, {{"x", {{1, 2}, {0, 0}}}}, 1);
  EXPECT_EQ(values.at(d_x->name).elements, (std::vector<double>{2, 2}));
}

}  // namespace
}  // namespace nnc::autodiff
