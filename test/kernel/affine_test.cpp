// Index expressions as sums of indices.
#include "compiler/kernel/affine.h"

#include "kernel/kernel_text.h"

namespace nnc::test {
namespace {

/// The places of the first read in the only equation: y[…] = x[<text>].
std::vector<const ir::Node*> places(const ir::Module& module) { return module.equations[0].body->args; }

TEST(Affine, sums_of_multiples_of_indices) {
  ir::Module module =
      read_ir("input x[N, 64]\ny[b, l, f] = x[b, l * 8 + f * 2 + 3]   over b: N, l: 4, f: 2\noutput y\n");
  auto sum = kernel::affine(places(module)[1]);
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->constant, 3);
  EXPECT_EQ(sum->coefficient(module.equations[0].over[1]), 8);
  EXPECT_EQ(sum->coefficient(module.equations[0].over[2]), 2);
  EXPECT_EQ(sum->terms.size(), 2u);
}

TEST(Affine, what_cancels_is_no_term) {
  ir::Module module = read_ir("input x[N, 8]\ny[b, i] = x[b, 3 + i - i]   over b: N, i: 4\noutput y\n");
  auto sum = kernel::affine(places(module)[1]);
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->constant, 3);
  EXPECT_TRUE(sum->terms.empty());
}

TEST(Affine, products_of_indices_and_remainders_are_none) {
  ir::Module module =
      read_ir("input x[N, 8, 8]\ny[b, i, j] = x[b, i * j, i mod 2]   over b: N, i: 2, j: 2\noutput y\n");
  EXPECT_FALSE(kernel::affine(places(module)[1]));
  EXPECT_FALSE(kernel::affine(places(module)[2]));
}

TEST(Affine, an_offset_walks_all_dimensions_but_the_samples) {
  ir::Module module = read_ir("input x[N, 4, 8]\ny[b, i] = x[b, 3, i]   over b: N, i: 8\noutput y\n");
  const ir::Tensor& x = *module.find("x");
  EXPECT_EQ(kernel::elements(x), 32);
  EXPECT_EQ(kernel::row_major_strides(x), (std::vector<int64_t>{0, 8, 1}));
  auto offset = kernel::affine_offset(x, places(module), kernel::row_major_strides(x));
  ASSERT_TRUE(offset);
  EXPECT_EQ(offset->constant, 24);
  EXPECT_EQ(offset->coefficient(module.equations[0].over[1]), 1);
}

}  // namespace
}  // namespace nnc::test
