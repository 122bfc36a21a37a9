#include "compiler/passes/share.h"

#include <gtest/gtest.h>

#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Share, equal_values_become_one_and_so_do_their_readers) {
  EXPECT_EQ(equations_after(share, R"(
input x[N, 4]
a[b, i] = exp(x[b, i])   over b: N, i: 4
c[s, k] = exp(x[s, k])   over s: N, k: 4
p[b] += a[b, i]   over b: N, i: 4
q[b] += c[b, k]   over b: N, k: 4
y[b] = p[b] * q[b]   over b: N
output y
)"),
            "a[b, i] = exp(x[b, i])   over b: N, i: 4\n"
            "p[b] += a[b, i]   over b: N, i: 4\n"
            "y[b] = p[b] * p[b]   over b: N\n");
}

TEST(Share, a_transpose_is_another_value) {
  std::string text =
      "a[i, j] = w[i, j] + 1   over i: 4, j: 4\n"
      "c[i, j] = w[j, i] + 1   over i: 4, j: 4\n"
      "y += a[i, j] * c[i, j]   over i: 4, j: 4\n";
  EXPECT_EQ(equations_after(share, "param w[4, 4]\n" + text + "output y\n"), text);
}

TEST(Share, a_rounded_value_is_another_value) {
  std::string text =
      "a[b] = exp(x[b])   over b: N\n"
      "c[b] = exp(x[b])   over b: N\n"
      "y[b] = a[b] - c[b]   over b: N\n";
  EXPECT_EQ(equations_after(share, "input x[N]\nvalue c[N]: f16\n" + text + "output y\n"), text);
}

}  // namespace
}  // namespace nnc::passes
