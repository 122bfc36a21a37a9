#include "compiler/passes/reciprocal.h"

#include <gtest/gtest.h>

#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Reciprocal, many_divisions_by_one_value_become_products) {
  EXPECT_EQ(equations_after(reciprocal, R"(
input e[N, 8]
s[b] += e[b, i]^2   over b: N, i: 8
y[b, i] = e[b, i] / s[b]   over b: N, i: 8
z[b, i] = -(e[b, i] / s[b])   over b: N, i: 8
output y
output z
)"),
            "s[b] += e[b, i]^2   over b: N, i: 8\n"
            "s_inverse[b] = 1 / s[b]   over b: N\n"
            "y[b, i] = e[b, i] * s_inverse[b]   over b: N, i: 8\n"
            "z[b, i] = -(e[b, i] * s_inverse[b])   over b: N, i: 8\n");
}

TEST(Reciprocal, the_number_of_samples_divides_once) {
  EXPECT_EQ(equations_after(reciprocal, "input y[N]\nloss += y[b] / N   over b: N\noutput loss\n"),
            "samples_inverse = 1 / N\n"
            "loss += y[b] * samples_inverse   over b: N\n");
}

TEST(Reciprocal, a_division_by_each_value_stays) {
  std::string text = "y[b, i] = x[b, i] / (x[b, i] + 3)   over b: N, i: 8\n";
  EXPECT_EQ(equations_after(reciprocal, "input x[N, 8]\n" + text + "output y\n"), text);
}

}  // namespace
}  // namespace nnc::passes
