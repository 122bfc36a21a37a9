#include "compiler/passes/lift.h"

#include <gtest/gtest.h>

#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Lift, operands_of_a_product_become_values) {
  EXPECT_EQ(equations_after(lift, R"(
input x[N, 4]
input mean[N]
input g[N, 5]
param w[5, 4]
y[b, o] += w[o, i] * (x[b, i] - mean[b])   over b: N, o: 5, i: 4
d_w[o, i] += x[b, i] * select(g[b, o] > 0, g[b, o], 0)   over b: N, o: 5, i: 4
output y
output d_w
)"),
            "y_right[b, i] = x[b, i] - mean[b]   over b: N, i: 4\n"
            "y[b, o] += w[o, i] * y_right[b, i]   over b: N, o: 5, i: 4\n"
            "d_w_right[b, o] = select(g[b, o] > 0, g[b, o], 0)   over b: N, o: 5\n"
            "d_w[o, i] += x[b, i] * d_w_right[b, o]   over b: N, o: 5, i: 4\n");
}

TEST(Lift, other_sums_stay) {
  std::string text = "q[b] += w[i] * exp(x[b, i])   over b: N, i: 4\n";
  EXPECT_EQ(equations_after(lift, "input x[N, 4]\nparam w[4]\n" + text + "output q\n"), text);
}

}  // namespace
}  // namespace nnc::passes
