// Proofs about computed places.
#include "compiler/kernel/interval.h"

#include "kernel/kernel_text.h"

namespace nnc::test {
namespace {

/// True if the place of the table's read is proved to be one of its rows.
bool is_inside(const std::string& place, const std::string& more = "") {
  ir::Module module = read_ir("input x[N]\ninput k[N]: i32\nparam table[10]\n" + more + "y[b, l] = table[" + place +
                              "]   over b: N, l: 4\noutput y\n");
  return kernel::stays_inside(module.equations.back().body->args[0], 10);
}

TEST(Interval, sums_and_products_of_indices) {
  EXPECT_TRUE(is_inside("l * 3"));
  EXPECT_FALSE(is_inside("l * 3 + 1"));
  EXPECT_FALSE(is_inside("l - 1"));
}

TEST(Interval, remainders_by_what_is_positive) {
  EXPECT_TRUE(is_inside("k[b] mod 10"));
  EXPECT_FALSE(is_inside("k[b] mod 11"));
}

TEST(Interval, clamps_and_choices) {
  EXPECT_TRUE(is_inside("min(max(k[b], 0), 9)"));
  EXPECT_FALSE(is_inside("min(k[b], 9)"));
  EXPECT_TRUE(is_inside("select(x[b] > 0, 2i, 9i)"));
  EXPECT_FALSE(is_inside("select(x[b] > 0, 2i, 10i)"));
}

TEST(Interval, a_real_may_become_any_integer) { EXPECT_FALSE(is_inside("int(x[b])")); }

TEST(Interval, constants_are_tried_at_each_of_their_points) {
  const std::string tables = "constant start[4]: i32 = 0, 1, 3, 6\nconstant rows[4]: i32 = 1, 2, 3, 4\n";
  EXPECT_TRUE(is_inside("start[l] + k[b] mod rows[l]", tables));
  EXPECT_FALSE(is_inside("start[l] + 1 + k[b] mod rows[l]", tables));
}

TEST(Interval, rows_of_levels_never_meet) {
  ir::Module module = read_ir(
      "input k[N]: i32\nparam table[10]\nconstant start[4]: i32 = 0, 1, 3, 6\nconstant rows[4]: i32 = 1, 2, 3, 4\n"
      "constant more[4]: i32 = 2, 2, 3, 4\n"
      "y[b, l] = table[start[l] + k[b] mod rows[l]]   over b: N, l: 4\n"
      "z[b, l] = table[start[l] + k[b] mod more[l]]   over b: N, l: 4\noutput y\noutput z\n");
  const ir::Index* level = module.equations[0].over[1];
  EXPECT_TRUE(kernel::disjoint_along(module.equations[0].body->args[0], level));
  EXPECT_FALSE(kernel::disjoint_along(module.equations[1].body->args[0], level));
}

TEST(Interval, reads_of_a_nests_values_stand_for_what_they_are) {
  ir::Module module = read_ir(
      "input k[N]: i32\nparam table[10]\nslot[b] = k[b] mod 10   over b: N\ny[b] = table[slot[b]]   over b: N\noutput "
      "y\n");
  const ir::Node* place = module.equations[1].body->args[0];
  EXPECT_FALSE(kernel::stays_inside(place, 10));
  EXPECT_TRUE(kernel::stays_inside(place, 10, {{place, module.equations[0].body}}));
}

}  // namespace
}  // namespace nnc::test
