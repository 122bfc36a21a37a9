#include "compiler/passes/split.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Split, a_condition_cuts_its_range_and_what_hangs_on_it) {
  EXPECT_EQ(equations_after(split, R"(
constant dense[4]: bool = 1, 0, 0, 0
constant scale[4] = 15, 31, 63, 127
input x[N]
value flat[N, 8]
at[b, l] = x[b] * scale[l]   over b: N, l: 4
y[b, l] = select(dense[l], at[b, l] + 1, exp(at[b, l]))   over b: N, l: 4
flat[b, l * 2] = y[b, l]   over b: N, l: 4
flat[b, l * 2 + 1] = at[b, l]   over b: N, l: 4
output flat
)"),
            "at_a[b, l] = x[b] * 15   over b: N, l: 1\n"
            "y_a[b, l] = at_a[b, l] + 1   over b: N, l: 1\n"
            "flat[b, l * 2] = y_a[b, l]   over b: N, l: 1\n"
            "flat[b, l * 2 + 1] = at_a[b, l]   over b: N, l: 1\n"
            "at_b[b, l] = x[b] * scale_b[l]   over b: N, l: 3\n"
            "y_b[b, l] = exp(at_b[b, l])   over b: N, l: 3\n"
            "flat[b, l * 2 + 2] = y_b[b, l]   over b: N, l: 3\n"
            "flat[b, l * 2 + 3] = at_b[b, l]   over b: N, l: 3\n");
}

TEST(Split, inputs_are_read_at_shifted_places) {
  EXPECT_EQ(equations_after(split, R"(
input x[N, 6]
y[b, i] = select(i < 2, exp(x[b, i]), x[b, i])   over b: N, i: 6
output y
)"),
            "y[b, i] = exp(x[b, i])   over b: N, i: 2\n"
            "y[b, i + 2] = x[b, i + 2]   over b: N, i: 4\n");
}

TEST(Split, a_condition_that_never_changes_is_decided) {
  EXPECT_EQ(equations_after(split, R"(
constant size[3]: i32 = 8, 16, 32
input x[N, 3]
y[b, l] = select(size[l] <= 64, x[b, l], exp(x[b, l]))   over b: N, l: 3
output y
)"),
            "y[b, l] = x[b, l]   over b: N, l: 3\n");
}

TEST(Split, products_stay_whole) {
  EXPECT_EQ(equations_after(split, R"(
param w[4, 4]
input x[N, 4]
s[b, o] += w[o, i] * x[b, i]   over b: N, o: 4, i: 4
y[b, o] = select(o < 1, exp(s[b, o]), s[b, o])   over b: N, o: 4
output y
)"),
            "s[b, o] += w[o, i] * x[b, i]   over b: N, o: 4, i: 4\n"
            "y[b, o] = exp(s[b, o])   over b: N, o: 1\n"
            "y[b, o + 1] = s[b, o + 1]   over b: N, o: 3\n");
}

TEST(Split, a_condition_that_changes_often_stays) {
  std::string text = "y[b, i] = select(i mod 2 == 0, exp(x[b, i]), x[b, i])   over b: N, i: 12\n";
  EXPECT_EQ(equations_after(split, "input x[N, 12]\n" + text + "output y\n"), text);
}

TEST(Split, bits_of_an_index_are_not_its_business) {
  std::string text = "y[b, c] = select(bit(c, 1i), x[b, c], 1 - x[b, c])   over b: N, c: 4\n";
  EXPECT_EQ(equations_after(split, "input x[N, 4]\n" + text + "output y\n"),
            "y[b, c] = select(bit(c, 1), x[b, c], 1 - x[b, c])   over b: N, c: 4\n");
}

TEST(Split, a_product_over_the_index_is_not_cut) {
  std::string text = "y[b] *= select(i < 2, exp(x[b, i]), x[b, i])   over b: N, i: 6\n";
  EXPECT_EQ(equations_after(split, "input x[N, 6]\n" + text + "output y\n"), text);
}

}  // namespace
}  // namespace nnc::passes
