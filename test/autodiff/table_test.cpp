// Each row of the table of derivatives, at points away from kinks, up to the second derivative.
#include "compiler/autodiff/table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "autodiff/three_ways.h"
#include "compiler/autodiff/gradients.h"
#include "ir/ir_text.h"

namespace nnc::autodiff {
namespace {

using Operands = std::vector<double>;

/// A function as text over x[b, 0], x[b, 1], and where it is smooth.
struct Case {
  scalar::Op op;
  std::string text;
  std::vector<Operands> points;
};

const std::vector<Operands> kAnywhere = {{-2.3, 0.4}, {-0.6, -1.7}, {0.2, 0.9}, {1.4, -0.3}, {3.1, 2.2}};
const std::vector<Operands> kPositive = {{0.1, 0.4}, {0.9, -1.7}, {2.5, 0.5}};

const std::vector<Case> kCases = {
    {scalar::Op::add, "x[b, 0] + x[b, 1]", kAnywhere},
    {scalar::Op::subtract, "x[b, 0] - x[b, 1]", kAnywhere},
    {scalar::Op::multiply, "x[b, 0] * x[b, 1]", kAnywhere},
    {scalar::Op::multiply, "x[b, 0] * x[b, 0] * x[b, 0]", kAnywhere},
    {scalar::Op::divide, "x[b, 0] / x[b, 1]", kAnywhere},
    {scalar::Op::mod, "x[b, 0] mod x[b, 1]", kAnywhere},
    {scalar::Op::power, "x[b, 0]^x[b, 1]", kPositive},
    {scalar::Op::power, "x[b, 0]^3", kAnywhere},
    {scalar::Op::power, "x[b, 0]^2 + x[b, 0]^1 + x[b, 0]^0", kAnywhere},
    {scalar::Op::power, "x[b, 0]^(-2)", kAnywhere},
    {scalar::Op::power, "x[b, 0]^1.5", kPositive},
    {scalar::Op::power, "3^x[b, 1]", kAnywhere},
    {scalar::Op::negate, "-x[b, 0]", kAnywhere},
    {scalar::Op::abs, "abs(x[b, 0])", kAnywhere},
    {scalar::Op::max, "max(x[b, 0], x[b, 1])", kAnywhere},
    {scalar::Op::max, "1 + max(x[b, 0], x[b, 1]) * x[b, 0]", kAnywhere},
    {scalar::Op::min, "min(x[b, 0], x[b, 1])", kAnywhere},
    {scalar::Op::min, "1 + min(x[b, 0], x[b, 1]) * x[b, 0]", kAnywhere},
    {scalar::Op::fract, "fract(x[b, 0])", kAnywhere},
    {scalar::Op::exp, "exp(x[b, 0])", kAnywhere},
    {scalar::Op::exp2, "exp2(x[b, 0])", kAnywhere},
    {scalar::Op::expm1, "expm1(x[b, 0])", kAnywhere},
    {scalar::Op::log, "log(x[b, 0])", kPositive},
    {scalar::Op::log1p, "log1p(x[b, 0])", kPositive},
    {scalar::Op::tanh, "tanh(x[b, 0])", kAnywhere},
    {scalar::Op::sin, "sin(x[b, 0])", kAnywhere},
    {scalar::Op::cos, "cos(x[b, 0])", kAnywhere},
    {scalar::Op::sinpi, "sinpi(x[b, 0])", kAnywhere},
    {scalar::Op::cospi, "cospi(x[b, 0])", kAnywhere},
    {scalar::Op::erf, "erf(x[b, 0])", kAnywhere},
    {scalar::Op::erfc, "erfc(x[b, 0])", kAnywhere},
    {scalar::Op::sqrt, "sqrt(x[b, 0])", kPositive},
    {scalar::Op::select, "select(x[b, 0] < x[b, 1], x[b, 0]^2 * x[b, 1], sin(x[b, 0]))", kAnywhere},
    {scalar::Op::stop_gradient, "x[b, 0] * stop_gradient(1)", kAnywhere},
};

/// A cast is a step function: its gradient is that of x, by agreement, and no difference shows it.
const std::set<scalar::Op> kCasts = {scalar::Op::round_f16, scalar::Op::round_bf16, scalar::Op::round_f32,
                                     scalar::Op::pass_f16,  scalar::Op::pass_bf16,  scalar::Op::pass_f32};

TEST(Table, agrees_with_forward_mode_and_central_differences_up_to_the_second_derivative) {
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.text);
    for (const char* body : {"%", "0.5 * %^2"}) {
      std::string text(body);
      text.replace(text.find('%'), 1, "(" + test.text + ")");
      ir::Module module = test::read_ir("input x[N, 2]\ny[b] = " + text + "   over b: N\n");
      ir::Values values;
      ir::Array& x = values["x"];
      x.shape = {static_cast<int64_t>(test.points.size()), 2};
      for (const Operands& point : test.points) x.elements.insert(x.elements.end(), point.begin(), point.end());
      test::expect_three_ways_agree(module, module.find("y"), values, x.shape[0], 2, {1e-10, 1e-6, 1e-4});
    }
  }
}

TEST(Table, is_tested_for_each_differentiable_function_and_has_no_other_row) {
  std::set<scalar::Op> tested = kCasts;
  for (const Case& test : kCases) tested.insert(test.op);
  for (const scalar::Function& function : scalar::all()) {
    EXPECT_EQ(row(function.op) != nullptr, function.differentiable) << function.name;
    if (function.differentiable) { EXPECT_TRUE(tested.contains(function.op)) << function.name; }
  }
}

/// What a number comes back as through y = body, at one point.
double returned(const std::string& body, double x, double gradient) {
  ir::Module module = test::read_ir("input x[N]\ny[b] = " + body + "   over b: N\n");
  ir::Tensor* y = module.find("y");
  Gradient gradients_of = gradients(module, {{y, filled(module, *y, "given", gradient)}}, {module.find("x")});
  std::string d_x = gradients_of.at(module.find("x"))->name;
  return ir::evaluate(module, {{"x", {{1}, {x}}}}, 1).at(d_x).elements[0];
}

/// d_x of y = body at one point.
double slope(const std::string& body, double x) {
  ir::Module module = test::read_ir("input x[N]\ny[b] = " + body + "   over b: N\n");
  ir::Tensor* y = module.find("y");
  Gradient gradient = gradients(module, {{y, filled(module, *y, "one", 1)}}, {module.find("x")});
  test::expect_well_formed(module);
  std::string d_x = gradient.at(module.find("x"))->name;
  double reverse = ir::evaluate(module, {{"x", {{1}, {x}}}}, 1).at(d_x).elements[0];
  ir::Values towards = {{"x", {{1}, {1}}}};
  double forward = ir::evaluate_dual(module, {{"x", {{1}, {x}}}}, towards, 1).tangents.at("y").elements[0];
  EXPECT_DOUBLE_EQ(reverse, forward) << body << " at " << x;
  return reverse;
}

TEST(Table, passes_gradients_through_casts) {
  for (const char* name : {"round_f16", "round_bf16", "round_f32"}) {
    EXPECT_EQ(slope(std::string(name) + "(x[b])", 0.1), 1) << name;
  }
}

TEST(Table, rounds_the_gradient_of_what_passes_between_layers_and_not_that_of_a_cast) {
  for (scalar::FormatRow row : scalar::roundings()) {
    const std::string pass(scalar::function(row.pass).name), cast(scalar::function(row.round).name);
    EXPECT_EQ(returned(pass + "(x[b])", 3, 0.1), scalar::round_to(row.format, 0.1)) << pass;
    EXPECT_EQ(returned("2 * " + pass + "(x[b])", 3, 0.1), scalar::round_to(row.format, 0.2)) << pass;
    EXPECT_EQ(returned(cast + "(x[b])", 3, 0.1), 0.1) << cast;
  }
}

TEST(Table, differentiates_twice_through_what_passes_between_layers) {
  ir::Module module = test::read_ir("input x[N]\ny[b] = pass_f16(x[b])^3   over b: N\n");
  ir::Tensor *x = module.find("x"), *y = module.find("y");
  ir::Tensor* first = gradients(module, {{y, filled(module, *y, "one", 1)}}, {x}).at(x);
  ir::Tensor* second = gradients(module, {{first, filled(module, *first, "one", 1)}}, {x}).at(x);
  test::expect_well_formed(module);
  EXPECT_EQ(ir::evaluate(module, {{"x", {{1}, {1.5}}}}, 1).at(second->name).elements[0], 9);
}

TEST(Table, gives_no_gradient_to_steps_and_conditions_nor_past_stop_gradient) {
  for (const char* body : {"floor(x[b])", "ceil(x[b])", "round(x[b])", "sign(x[b])", "stop_gradient(x[b])",
                           "real(int(x[b]))", "select(x[b] > 0, 1, 2.0)"}) {
    EXPECT_EQ(slope(body, 0.3), 0) << body;
  }
}

TEST(Table, follows_the_rules_at_ties_and_kinks) {
  EXPECT_EQ(slope("max(x[b], 0)", 0), 0);
  EXPECT_EQ(slope("max(0, x[b])", 0), 1);
  EXPECT_EQ(slope("min(x[b], 0)", 0), 0);
  EXPECT_EQ(slope("2 * max(x[b], 0)", 0), 0);
  EXPECT_EQ(slope("abs(x[b])", 0), 0);
  EXPECT_EQ(slope("sqrt(x[b])", 0), 0);
  EXPECT_EQ(slope("sqrt(x[b] * x[b])", 0), 0);
  EXPECT_EQ(slope("select(x[b] >= 0, x[b], 0.01 * x[b])", 0), 1);
  EXPECT_EQ(slope("x[b]^2", 0), 0);
  EXPECT_EQ(slope("x[b]^1", 0), 1);
  EXPECT_EQ(slope("x[b]^0", 0), 0);
  EXPECT_EQ(slope("(-2)^x[b] * 0 + x[b]^3", -2), 12);
  EXPECT_EQ(slope("0^(x[b] * x[b])", 0), 0);
}

}  // namespace
}  // namespace nnc::autodiff
