// Expressions before and after, as text.
#include "compiler/rewrite/simplify.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "compiler/ir/read.h"

namespace nnc::rewrite {
namespace {

/// The body of `text`'s last equation, simplified.
std::string simplified(std::string text) {
  Source source{"test", std::move(text)};
  Diagnostics diagnostics;
  auto module = ir::read(source, diagnostics);
  if (!module) return "not read";
  return ir::print(Simplifier(*module)(module->equations.back().body));
}

std::string simplified_of_x(const std::string& body) {
  return simplified("input x[N, 16]\ny[b, l] = " + body + " over b: N, l: 16\n");
}

TEST(Simplify, constants_are_computed) { EXPECT_EQ(simplified_of_x("x[b, l] * (2 * 3.0 + exp(0.0))"), "x[b, l] * 7"); }
TEST(Simplify, the_number_of_samples_stays) { EXPECT_EQ(simplified_of_x("x[b, l] * (1 / N)"), "x[b, l] * (1 / N)"); }
TEST(Simplify, constants_meet_across_products) {
  EXPECT_EQ(simplified_of_x("2 * (x[b, l] * 3 * x[b, 0])"), "x[b, l] * x[b, 0] * 6");
}
TEST(Simplify, powers_become_products) { EXPECT_EQ(simplified_of_x("x[b, l]^2 / 4"), "x[b, l] * x[b, l] * 0.25"); }
TEST(Simplify, unsigned_constants_wrap) {
  EXPECT_EQ(simplified("y[l] = u32(l) xor 2654435761u * 2u over l: 4"), "u32(l) xor 1013904226u");
}
TEST(Simplify, a_condition_on_bits_of_a_constant_is_known) {
  EXPECT_EQ(simplified_of_x("select(bit(2i, 1i), x[b, l], 1 - x[b, l])"), "x[b, l]");
}
TEST(Simplify, comparisons_are_decided_by_extents) {
  EXPECT_EQ(simplified_of_x("select(l < 16, x[b, l], 0)"), "x[b, l]");
  EXPECT_EQ(simplified_of_x("select(l < 15, x[b, l], 0)"), "select(l < 15, x[b, l], 0)");
}
TEST(Simplify, digits_of_a_place_come_apart) {
  EXPECT_EQ(simplified("input t[16, 2]\ny[l, f] = t[(l * 2 + f) / 2, (l * 2 + f) mod 2] over l: 16, f: 2"), "t[l, f]");
}
TEST(Simplify, tables_are_read_at_known_places) {
  EXPECT_EQ(simplified("constant t[3] = 1, 2, 5\ninput x[N]\ny[b] = x[b] * t[2] over b: N"), "x[b] * 5");
}
TEST(Simplify, a_table_of_equal_numbers_is_a_number) {
  EXPECT_EQ(
      simplified("constant t[3]: bool = 1, 1, 1\ninput x[N, 3]\ny[b, i] = select(t[i], x[b, i], 0) over b: N, i: 3"),
      "x[b, i]");
}
TEST(Simplify, a_column_of_equal_numbers_is_a_number) {
  EXPECT_EQ(simplified("constant t[2, 2] = 1, 5, 1, 6\ninput x[N]\ny[b, l] = x[b] * t[l, 0] + t[l, 1] over b: N, l: 2"),
            "x[b] + t[l, 1]");
}
TEST(Simplify, numbers_are_no_truth_values) {
  EXPECT_EQ(simplified("y[l, c] = u32(l) + select(bit(c, 0i), 1u, 0u) over l: 4, c: 2"),
            "u32(l) + select(bit(c, 0), 1u, 0u)");
}
TEST(Simplify, zero_times_a_real_stays) { EXPECT_EQ(simplified_of_x("x[b, l] * 0"), "x[b, l] * 0"); }

}  // namespace
}  // namespace nnc::rewrite
