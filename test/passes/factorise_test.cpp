#include "compiler/passes/factorise.h"

#include <gtest/gtest.h>

#include "compiler/passes/lift.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Factorise, factors_free_of_the_reduced_index_leave) {
  EXPECT_EQ(equations_after(factorise, R"(
param v[4, 5]
param g[4]
param norm[4]
input x[N, 5]
y[b, o] += g[o] / norm[o] * v[o, i] * x[b, i]   over b: N, o: 4, i: 5
output y
)"),
            "y_sum[b, o] += v[o, i] * x[b, i]   over b: N, o: 4, i: 5\n"
            "y[b, o] = y_sum[b, o] * (g[o] / norm[o])   over b: N, o: 4\n");
}

TEST(Factorise, three_factors_become_two_operands) {
  auto factorise_and_lift = [](ir::Module& module) {
    factorise(module);
    lift(module);
  };
  EXPECT_EQ(equations_after(factorise_and_lift, R"(
input x[N, 4]
input d_y[N, 5]
input mask[N]
d_w[o, i] += x[b, i] * d_y[b, o] * mask[b]   over b: N, o: 5, i: 4
output d_w
)"),
            "d_w_left[b, i] = x[b, i] * mask[b]   over b: N, i: 4\n"
            "d_w[o, i] += d_w_left[b, i] * d_y[b, o]   over b: N, o: 5, i: 4\n");
}

TEST(Factorise, a_sign_leaves_a_product_of_matrices) {
  EXPECT_EQ(equations_after(factorise, R"(
param w[4, 5]
input x[N, 5]
y[b, o] += -(w[o, i] * x[b, i])   over b: N, o: 4, i: 5
output y
)"),
            "y_sum[b, o] += w[o, i] * x[b, i]   over b: N, o: 4, i: 5\n"
            "y[b, o] = -y_sum[b, o]   over b: N, o: 4\n");
}

TEST(Factorise, a_number_does_not_leave_a_mere_sum) {
  std::string text = "loss += y[b] * 0.5   over b: N\n";
  EXPECT_EQ(equations_after(factorise, "input y[N]\n" + text + "output loss\n"), text);
}

TEST(Factorise, sums_of_products_without_matrices_stay) {
  std::string text = "q[b] += x[b, i] * x[b, i] * w[i]   over b: N, i: 5\n";
  EXPECT_EQ(equations_after(factorise, "param w[5]\ninput x[N, 5]\n" + text + "output q\n"), text);
}

}  // namespace
}  // namespace nnc::passes
