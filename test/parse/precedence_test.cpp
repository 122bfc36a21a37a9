// What binds tighter.
#include <gtest/gtest.h>

#include "parse/text.h"

namespace nnc::test {
namespace {

struct Case {
  const char* text;
  const char* grouped;
};

class Precedence : public testing::TestWithParam<Case> {};

TEST_P(Precedence, groups) { EXPECT_EQ(grouped(GetParam().text), GetParam().grouped); }

INSTANTIATE_TEST_SUITE_P(Powers, Precedence,
                         testing::Values(Case{"-x^2", "(-(x ^ 2))"}, Case{"2^3^4", "(2 ^ (3 ^ 4))"},
                                         Case{"2^-x", "(2 ^ (-x))"}, Case{"2^-x^2", "(2 ^ (-(x ^ 2)))"},
                                         Case{"-x^2 * y", "((-(x ^ 2)) * y)"}, Case{"2^-x * y", "((2 ^ (-x)) * y)"},
                                         Case{"(-x)^2", "((-x) ^ 2)"}, Case{"x[i]^2", "((x[i]) ^ 2)"},
                                         Case{"x^y[i]", "(x ^ (y[i]))"}, Case{"x.y^2", "((x.y) ^ 2)"}));
INSTANTIATE_TEST_SUITE_P(Arithmetic, Precedence,
                         testing::Values(Case{"a + b * c", "(a + (b * c))"}, Case{"a - b - c", "((a - b) - c)"},
                                         Case{"a / b * c", "((a / b) * c)"}, Case{"a mod b * c", "((a mod b) * c)"},
                                         Case{"a + b mod c", "(a + (b mod c))"}, Case{"-a * b", "((-a) * b)"},
                                         Case{"-a + b", "((-a) + b)"}, Case{"a - -b", "(a - (-b))"},
                                         Case{"a * -b + c", "((a * (-b)) + c)"}, Case{"+a", "(+a)"}));
INSTANTIATE_TEST_SUITE_P(
    Logic, Precedence,
    testing::Values(Case{"a + 1 < b * 2", "((a + 1) < (b * 2))"}, Case{"not a == b", "(not (a == b))"},
                    Case{"not a and b", "((not a) and b)"}, Case{"a and not b or c", "((a and (not b)) or c)"},
                    Case{"a or b and c", "(a or (b and c))"}, Case{"a xor b or c xor d", "((a xor b) or (c xor d))"},
                    Case{"a xor b and c", "(a xor (b and c))"}, Case{"a xor b * 3u xor c", "((a xor (b * 3u)) xor c)"},
                    Case{"a == b xor c >= d", "((a == b) xor (c >= d))"}));
INSTANTIATE_TEST_SUITE_P(Flows, Precedence,
                         testing::Values(Case{"(a + b -> f) * 2", "(((a + b) -> f) * 2)"},
                                         Case{"(x -> f -> g)[0]", "((x -> f -> g)[0])"}));

TEST(Precedence, flow_binds_weakest) {
  EXPECT_EQ(member_tree("output y = a + b -> f"), R"(output y
  flow
    binary +
      name a
      name b
    use f
)");
}

}  // namespace
}  // namespace nnc::test
