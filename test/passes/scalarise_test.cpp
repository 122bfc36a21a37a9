#include "compiler/passes/scalarise.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Scalarise, a_dimension_touched_at_constants_goes) {
  EXPECT_EQ(equations_after(scalarise, R"(
input x[N, 2]
value w[N, 2, 4]
w[b, 0, l] += x[b, 0] * real(l)   over b: N, l: 4
w[b, 1, l] += x[b, 1] - real(l)   over b: N, l: 4
y[b] += w[b, 0, l] * w[b, 1, l]   over b: N, l: 4
output y
)"),
            "w_0[b, l] = x[b, 0] * real(l)   over b: N, l: 4\n"
            "w_1[b, l] = x[b, 1] - real(l)   over b: N, l: 4\n"
            "y[b] += w_0[b, l] * w_1[b, l]   over b: N, l: 4\n");
}

TEST(Scalarise, a_dimension_of_one_leaves_no_mark) {
  EXPECT_EQ(equations_after(scalarise, R"(
input x[N, 4]
value s[N, 1]
s[b, 0] += x[b, i]   over b: N, i: 4
y[b] = exp(s[b, 0])   over b: N
output y
)"),
            "s[b] += x[b, i]   over b: N, i: 4\n"
            "y[b] = exp(s[b])   over b: N\n");
}

TEST(Scalarise, a_piece_that_nothing_writes_is_zero) {
  EXPECT_EQ(equations_after(scalarise, R"(
input x[N]
value a[N, 2]
a[b, 0] = x[b]   over b: N
y[b] = a[b, 0] + exp(a[b, 1])   over b: N
output y
)"),
            "a_0[b] = x[b]   over b: N\n"
            "y[b] = a_0[b] + exp(0)   over b: N\n");
}

TEST(Scalarise, tables_are_taken_apart_too) {
  EXPECT_EQ(equations_after(scalarise, R"(
constant t[3, 2] = 1, 2, 3, 4, 5, 6
input x[N]
y[b, l] = x[b] * t[l, 0] + t[l, 1]   over b: N, l: 3
output y
)"),
            "y[b, l] = x[b] * t_0[l] + t_1[l]   over b: N, l: 3\n");
}

TEST(Scalarise, a_dimension_that_somebody_loops_over_stays) {
  std::string text =
      "a[b, 0] = x[b]   over b: N\n"
      "a[b, 1] = exp(x[b])   over b: N\n"
      "y[b] += a[b, i]   over b: N, i: 2\n";
  EXPECT_EQ(equations_after(scalarise, "input x[N]\nvalue a[N, 2]\n" + text + "output y\n"), text);
}

}  // namespace
}  // namespace nnc::passes
