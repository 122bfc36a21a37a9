#include "compiler/passes/fold.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Fold, equations_without_inputs_become_tables) {
  std::string text = R"(
input x[N, 3]
scale[l] = 16.0 * 2.0^real(l) - 1   over l: 3
total += scale[l]   over l: 3
y[b, l] = x[b, l] * scale[l] + total   over b: N, l: 3
output y
)";
  EXPECT_EQ(equations_after(fold, text), "y[b, l] = x[b, l] * scale[l] + 109   over b: N, l: 3\n");
  ir::Module module = read(text);
  fold(module);
  EXPECT_NE(ir::print(module).find("constant scale[3] = 15, 31, 63\n"), std::string::npos);
}

TEST(Fold, zeros_add_nothing) {
  EXPECT_EQ(equations_after(fold, R"(
input x[N, 3]
d[b, i] += x[b, i]   over b: N, i: 3
d[b, i] += 0   over b: N, i: 3
e[b, i] = 0.0   over b: N, i: 3
y[b, i] = d[b, i] + e[b, i]   over b: N, i: 3
output y
)"),
            "d[b, i] += x[b, i]   over b: N, i: 3\n"
            "y[b, i] = d[b, i]   over b: N, i: 3\n");
}

TEST(Fold, a_result_of_zeros_stays_written) {
  EXPECT_EQ(
      equations_after(fold, "param w[3]\nd_w[i] += w[i] * (1 - 1) * 0   over i: 3\nz[i] += 0   over i: 3\noutput z\n"),
      "d_w[i] += w[i] * 0   over i: 3\nz[i] += 0   over i: 3\n");
}

TEST(Fold, what_depends_on_the_number_of_samples_stays) {
  EXPECT_EQ(equations_after(fold, "seed = 1 / N\noutput seed\n"), "seed = 1 / N\n");
}

}  // namespace
}  // namespace nnc::passes
