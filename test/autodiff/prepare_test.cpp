// What prepare makes of equations, as text; that the values stay is tested with the gradients.
#include "compiler/autodiff/prepare.h"

#include <gtest/gtest.h>

#include <string>

#include "compiler/ir/print.h"
#include "ir/ir_text.h"

namespace nnc::autodiff {
namespace {

/// The equations of the text after all that lies between x and y has been prepared.
std::string prepared(const std::string& text) {
  ir::Module module = test::read_ir(text);
  prepare(module, between(module, {module.find("x")}, {module.find("y")}));
  test::expect_well_formed(module);
  std::string equations;
  for (const ir::Equation& equation : module.equations) equations += ir::print(equation) + "\n";
  return equations;
}

TEST(Prepare, gives_a_costly_function_an_equation_over_the_indices_it_depends_on) {
  EXPECT_EQ(prepared("input x[N, 3]\nparam w[2]\ny[b, o, i] = w[o] * exp(x[b, i])   over b: N, o: 2, i: 3\n"),
            "y_exp[b, i] = exp(x[b, i])   over b: N, i: 3\n"
            "y[b, o, i] = w[o] * y_exp[b, i]   over b: N, o: 2, i: 3\n");
}

TEST(Prepare, leaves_alone_what_is_an_equation_already_or_does_not_change) {
  const std::string root = "y[b] = exp(x[b])   over b: N\n";
  EXPECT_EQ(prepared("input x[N]\n" + root), root);
  const std::string arm = "y[b] = select(x[b] > 0, exp(-x[b]), 0)   over b: N\n";
  EXPECT_EQ(prepared("input x[N]\n" + arm), arm);
  const std::string constant = "y[b] = x[b] * exp(w)   over b: N\n";
  EXPECT_EQ(prepared("input x[N]\nparam w\n" + constant), constant);
  const std::string square = "y[b] = 1 + x[b]^2   over b: N\n";
  EXPECT_EQ(prepared("input x[N]\n" + square), square);
}

TEST(Prepare, shares_an_equation_between_uses) {
  EXPECT_EQ(prepared("input x[N]\nz[b] = 1 + exp(x[b])   over b: N\ny[b] = z[b] + exp(x[b])   over b: N\n"),
            "z_exp[b] = exp(x[b])   over b: N\n"
            "z[b] = 1 + z_exp[b]   over b: N\n"
            "y[b] = z[b] + z_exp[b]   over b: N\n");
}

TEST(Prepare, keeps_an_arm_that_is_not_taken_at_zero) {
  EXPECT_EQ(prepared("input x[N]\ny[b] = select(x[b] > 0, 1 / exp(x[b]), x[b])   over b: N\n"),
            "y_exp[b] = select(x[b] > 0, exp(x[b]), 0)   over b: N\n"
            "y[b] = select(x[b] > 0, 1 / y_exp[b], x[b])   over b: N\n");
}

TEST(Prepare, multiplies_out_a_short_product) {
  EXPECT_EQ(prepared("input x[N, 3]\ny[b] *= x[b, i] + 1   over b: N, i: 3\n"),
            "y[b] = (x[b, 0] + 1) * (x[b, 1] + 1) * (x[b, 2] + 1)   over b: N\n");
  const std::string text = "y[b] *= x[b, i]   over b: N, i: 17\n";
  EXPECT_EQ(prepared("input x[N, 17]\n" + text), text);
}

TEST(Prepare, reads_a_maximum_where_it_is_reached) {
  EXPECT_EQ(prepared("input x[N, 3]\ny[b] max= x[b, i]   over b: N, i: 3\n"),
            "y_max[b] max= x[b, i]   over b: N, i: 3\n"
            "y_argmax[b] max= select(x[b, i] == y_max[b], i, 0)   over b: N, i: 3\n"
            "y[b] = x[b, y_argmax[b]]   over b: N\n");
}

TEST(Prepare, numbers_the_points_of_a_maximum_over_two_indices) {
  EXPECT_EQ(prepared("input x[N, 3]\ny max= -x[b, i]   over i: 3, b: N\n"),
            "y_of[b, i] = -x[b, i]   over b: N, i: 3\n"
            "y_max max= y_of[b, i]   over i: 3, b: N\n"
            "y_argmax max= select(y_of[b, i] == y_max, i * int(N) + b, 0)   over i: 3, b: N\n"
            "y = y_of[y_argmax mod int(N), y_argmax / int(N)]\n");
}

}  // namespace
}  // namespace nnc::autodiff
