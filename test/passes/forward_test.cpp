#include "compiler/passes/forward.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Forward, readers_of_a_copy_read_the_source) {
  EXPECT_EQ(equations_after(forward, R"(
input x[N, 4]
a[b, i] = x[b, i + 1]   over b: N, i: 3
c[b, j] = a[b, 2 - j]   over b: N, j: 3
y[b, j] = exp(c[b, j])   over b: N, j: 3
output y
)"),
            "y[b, j] = exp(x[b, -j + 3])   over b: N, j: 3\n");
}

TEST(Forward, seeds_are_read_as_numbers) {
  EXPECT_EQ(equations_after(forward, R"(
input x[N, 3]
d_loss[b] = 1 / N   over b: N
d_y[b, o] += d_loss[b] * x[b, o]   over b: N, o: 3
d_offset[o] += d_y[b, o]   over b: N, o: 3
d_z[b, o] += d_y[b, o]   over b: N, o: 3
d_w[o] += d_z[b, o] * x[b, o]   over b: N, o: 3
output d_offset
output d_w
)"),
            "d_y[b, o] = 1 / N * x[b, o]   over b: N, o: 3\n"
            "d_offset[o] += d_y[b, o]   over b: N, o: 3\n"
            "d_w[o] += d_y[b, o] * x[b, o]   over b: N, o: 3\n");
}

TEST(Forward, an_output_gives_its_name_to_its_source) {
  EXPECT_EQ(equations_after(forward, R"(
input x[N, 3]
linear_0.y[b, o] = x[b, o] + 1   over b: N, o: 3
color[b, i] = linear_0.y[b, i]   over b: N, i: 3
loss[b] += color[b, i]^2   over b: N, i: 3
output color
output loss
)"),
            "color[b, o] = x[b, o] + 1   over b: N, o: 3\n"
            "loss[b] += color[b, i]^2   over b: N, i: 3\n");
}

TEST(Forward, the_users_name_survives) {
  EXPECT_EQ(equations_after(forward, R"(
input x[N, 3]
linear_0.y[b, o] = x[b, o] + 1   over b: N, o: 3
trunk[b, i] = linear_0.y[b, i]   over b: N, i: 3
relu_0.x[b, i] = trunk[b, i]   over b: N, i: 3
y[b, i] = max(relu_0.x[b, i], 0)   over b: N, i: 3
output y
)"),
            "trunk[b, o] = x[b, o] + 1   over b: N, o: 3\n"
            "y[b, i] = max(trunk[b, i], 0)   over b: N, i: 3\n");
}

TEST(Forward, a_rounded_copy_is_work) {
  std::string text =
      "a[b] = x[b]   over b: N\n"
      "y[b] = a[b] * a[b]   over b: N\n";
  EXPECT_EQ(equations_after(forward, "input x[N]\nvalue a[N]: f16\n" + text + "output y\n"), text);
}

TEST(Forward, a_flattening_is_written_left_and_its_source_made_in_place) {
  EXPECT_EQ(equations_after(forward, R"(
input x[N, 16]
y[b, l, f] = x[b, l] * real(f)   over b: N, l: 16, f: 2
flat[b, k] = y[b, k / 2, k mod 2]   over b: N, k: 32
z[b] += flat[b, k]^2   over b: N, k: 32
w[b] += y[b, l, 1]   over b: N, l: 16
output z
output w
)"),
            "flat[b, l * 2 + f] = x[b, l] * real(f)   over b: N, l: 16, f: 2\n"
            "z[b] += flat[b, k]^2   over b: N, k: 32\n"
            "w[b] += flat[b, l * 2 + 1]   over b: N, l: 16\n");
}

TEST(Forward, adjoints_of_parts_read_the_whole) {
  EXPECT_EQ(equations_after(forward, R"(
input g[N, 32]
d_flat[b, k] += exp(g[b, k])   over b: N, k: 32
d_y[b, l, f] += d_flat[b, l * 2 + f]   over b: N, l: 16, f: 2
d_x[b, l] += d_y[b, l, f]   over b: N, l: 16, f: 2
output d_x
)"),
            "d_flat[b, k] = exp(g[b, k])   over b: N, k: 32\n"
            "d_x[b, l] += d_flat[b, l * 2 + f]   over b: N, l: 16, f: 2\n");
}

TEST(Forward, a_product_is_not_made_in_a_part) {
  std::string text =
      "s[b, o] += w[o, i] * x[b, i]   over b: N, o: 4, i: 4\n"
      "both[b, o] = s[b, o]   over b: N, o: 4\n"
      "both[b, i + 4] = x[b, i]   over b: N, i: 4\n";
  EXPECT_EQ(equations_after(forward, "input x[N, 4]\nparam w[4, 4]\nvalue both[N, 8]\n" + text + "output both\n"),
            text);
}

TEST(Forward, a_source_read_before_the_whole_is_there_stays) {
  std::string text =
      "a[b, i] = x[b, i] + 1   over b: N, i: 4\n"
      "c[b, i] = exp(a[b, i])   over b: N, i: 4\n"
      "both[b, i] = a[b, i]   over b: N, i: 4\n"
      "both[b, i + 4] = exp(c[b, i])   over b: N, i: 4\n";
  EXPECT_EQ(equations_after(forward, "input x[N, 4]\nvalue both[N, 8]\n" + text + "output both\n"), text);
}

TEST(Forward, a_place_that_may_be_clamped_is_not_composed) {
  std::string text =
      "a[b, i] = x[b, i + 1]   over b: N, i: 3\n"
      "y[b, i] = exp(a[b, i + 1])   over b: N, i: 3\n";
  EXPECT_EQ(equations_after(forward, "input x[N, 8]\n" + text + "output y\n"), text);
}

}  // namespace
}  // namespace nnc::passes
