#include "compiler/passes/unroll.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Unroll, bits_of_an_index_write_it_out_wherever_it_goes) {
  EXPECT_EQ(equations_after(unroll, R"(
input x[N, 2]
part[b, i] = x[b, i] - floor(x[b, i])   over b: N, i: 2
w[b, c] *= select(bit(c, i), part[b, i], 1 - part[b, i])   over b: N, c: 4, i: 2
y[b] += w[b, c] * real(c)   over b: N, c: 4
output y
)"),
            "part[b, 0] = x[b, 0] - floor(x[b, 0])   over b: N\n"
            "part[b, 1] = x[b, 1] - floor(x[b, 1])   over b: N\n"
            "w[b, 0] = (1 - part[b, 0]) * (1 - part[b, 1])   over b: N\n"
            "w[b, 1] = part[b, 0] * (1 - part[b, 1])   over b: N\n"
            "w[b, 2] = (1 - part[b, 0]) * part[b, 1]   over b: N\n"
            "w[b, 3] = part[b, 0] * part[b, 1]   over b: N\n"
            "y[b] = w[b, 0] * 0 + w[b, 1] + w[b, 2] * 2 + w[b, 3] * 3   over b: N\n");
}

TEST(Unroll, numbers_of_a_gathered_row_stand_side_by_side) {
  EXPECT_EQ(equations_after(unroll, R"(
input row[N]: i32
param table[4, 2]
y[b, f] = table[row[b], f]   over b: N, f: 2
z[b] += y[b, f]^2   over b: N, f: 2
output z
)"),
            "y[b, 0] = table[row[b], 0]   over b: N\n"
            "y[b, 1] = table[row[b], 1]   over b: N\n"
            "z[b] = y[b, 0] * y[b, 0] + y[b, 1] * y[b, 1]   over b: N\n");
}

TEST(Unroll, scatters_become_one_equation_a_value) {
  EXPECT_EQ(equations_after(unroll, R"(
input row[N]: i32
input g[N, 2]
value d_table[4, 2]
d_table[row[b], f] += g[b, f]   over b: N, f: 2
output d_table
)"),
            "d_table[row[b], 0] += g[b, 0]   over b: N\n"
            "d_table[row[b], 1] += g[b, 1]   over b: N\n");
}

TEST(Unroll, products_and_levels_stay_loops) {
  std::string text =
      "s[b, o] += w[o, i] * x[b, i]   over b: N, o: 4, i: 4\n"
      "y[b, l] = s[b, l] * scale[l] + real(l)   over b: N, l: 4\n";
  EXPECT_EQ(
      equations_after(unroll, "constant scale[4] = 1, 2, 4, 8\nparam w[4, 4]\ninput x[N, 4]\n" + text + "output y\n"),
      text);
}

TEST(Unroll, a_dimension_touched_at_numbers_is_written_out) {
  EXPECT_EQ(equations_after(unroll, R"(
input x[N]
value d[N, 2]
d[b, 0] = x[b] + 1   over b: N
d[b, 1] = x[b] - 1   over b: N
d_x[b, i] += d[b, i] * 3   over b: N, i: 2
output d_x
)"),
            "d[b, 0] = x[b] + 1   over b: N\n"
            "d[b, 1] = x[b] - 1   over b: N\n"
            "d_x[b, 0] = d[b, 0] * 3   over b: N\n"
            "d_x[b, 1] = d[b, 1] * 3   over b: N\n");
}

TEST(Unroll, powers_that_a_table_weights_are_written_out) {
  EXPECT_EQ(equations_after(unroll, R"(
constant pole[3, 2] = 1, 2, 3, 4, 5, 6
input x[N]
power[b, p] = select(p > 0, x[b], 1)   over b: N, p: 2
y[b, k] += pole[k, p] * power[b, p]   over b: N, k: 3, p: 2
output y
)"),
            "power[b, 0] = 1   over b: N\n"
            "power[b, 1] = x[b]   over b: N\n"
            "y[b, k] = pole[k, 0] * power[b, 0] + pole[k, 1] * power[b, 1]   over b: N, k: 3\n");
}

TEST(Unroll, an_index_whose_value_does_not_matter_stays) {
  std::string text = "y[b] += x[b, i]^2   over b: N, i: 3\n";
  EXPECT_EQ(equations_after(unroll, "input x[N, 3]\n" + text + "output y\n"), text);
}

TEST(Unroll, one_value_is_no_loop) {
  EXPECT_EQ(equations_after(unroll, R"(
param w[1, 8]
input x[N, 8]
s[b, o] += w[o, i] * x[b, i]   over b: N, o: 1, i: 8
y[b, o] = exp(s[b, o])   over b: N, o: 1
output y
)"),
            "s[b, 0] += w[0, i] * x[b, i]   over b: N, i: 8\n"
            "y[b, 0] = exp(s[b, 0])   over b: N\n");
}

}  // namespace
}  // namespace nnc::passes
