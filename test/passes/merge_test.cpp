#include "compiler/passes/merge.h"

#include <gtest/gtest.h>

#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Merge, contributions_to_one_box_become_one) {
  EXPECT_EQ(equations_after(merge, R"(
input x[N, 4]
d[b, i] += x[b, i]   over b: N, i: 4
d[b, j] += exp(x[b, j])   over j: 4, b: N
y[b] += d[b, i]^2   over b: N, i: 4
output y
)"),
            "d[b, j] = x[b, j] + exp(x[b, j])   over j: 4, b: N\n"
            "y[b] += d[b, i]^2   over b: N, i: 4\n");
}

TEST(Merge, a_product_keeps_its_own_contribution) {
  std::string text =
      "d[b, i] += w[o, i] * x[b, o]   over b: N, i: 4, o: 4\n"
      "d[b, i] += x[b, i]   over b: N, i: 4\n";
  EXPECT_EQ(equations_after(merge, "param w[4, 4]\ninput x[N, 4]\n" + text + "output d\n"), text);
}

TEST(Merge, contributions_to_other_places_are_sets_of_their_own) {
  EXPECT_EQ(equations_after(merge, R"(
input x[N, 2]
value d[N, 4]
d[b, i * 2] += x[b, i]   over b: N, i: 2
d[b, i * 2 + 1] += exp(x[b, i])   over b: N, i: 2
output d
)"),
            "d[b, i * 2] = x[b, i]   over b: N, i: 2\n"
            "d[b, i * 2 + 1] = exp(x[b, i])   over b: N, i: 2\n");
}

}  // namespace
}  // namespace nnc::passes
