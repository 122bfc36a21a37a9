#include "compiler/rewrite/affine.h"

#include <gtest/gtest.h>

#include "compiler/ir/build.h"
#include "compiler/ir/print.h"

namespace nnc::rewrite {
namespace {

struct AffineTest : testing::Test {
  ir::Module module;
  ir::Builder m{module};
  const ir::Index* l = m.index("l", 16);
  const ir::Index* f = m.index("f", 2);
};

TEST_F(AffineTest, sums_have_one_form) {
  ir::Expr a = m.value_of(f) + (m.value_of(l) + 6.0) * 2.0, b = 2.0 * m.value_of(l) + 12.0 + m.value_of(f);
  EXPECT_EQ(ir::print(to_node(module, *affine(a.node))), "l * 2 + f + 12");
  EXPECT_EQ(affine(a.node), affine(b.node));
}

TEST_F(AffineTest, negative_terms_are_subtracted) {
  ir::Expr a = 3.0 - m.value_of(l) - m.value_of(f) * 4.0;
  EXPECT_EQ(ir::print(to_node(module, *affine(a.node))), "-(f * 4) - l + 3");
}

TEST_F(AffineTest, products_of_indices_are_none) { EXPECT_FALSE(affine((m.value_of(l) * m.value_of(f)).node)); }

TEST_F(AffineTest, digits_come_apart) {
  auto parts = divide(*affine((m.value_of(l) * 2.0 + m.value_of(f)).node), 2);
  ASSERT_TRUE(parts);
  EXPECT_EQ(ir::print(to_node(module, parts->quotient)), "l");
  EXPECT_EQ(ir::print(to_node(module, parts->remainder)), "f");
}

TEST_F(AffineTest, carries_are_not_taken_apart) {
  EXPECT_FALSE(divide(*affine((m.value_of(l) * 2.0 + m.value_of(f) + 1.0).node), 2));
}

}  // namespace
}  // namespace nnc::rewrite
