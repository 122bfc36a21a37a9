// Scalar functions as C++, in as few parentheses as keep their meaning.
#include "compiler/emit/spelling.h"

#include <gtest/gtest.h>

namespace nnc::emit {
namespace {

using scalar::Op;
using scalar::Type;

Text real(Op op, const std::vector<Text>& x) { return spell(op, Type::real, x); }

TEST(Spelling, sums_and_products_need_no_parentheses_where_they_bind) {
  Text product = real(Op::multiply, {{"a"}, {"b"}}), sum = real(Op::add, {product, {"c"}});
  EXPECT_EQ(sum.text, "a * b + c");
  EXPECT_EQ(real(Op::multiply, {sum, {"d"}}).text, "(a * b + c) * d");
}

TEST(Spelling, the_right_side_of_a_difference_is_kept_together) {
  Text inner = real(Op::subtract, {{"b"}, {"c"}});
  EXPECT_EQ(real(Op::subtract, {{"a"}, inner}).text, "a - (b - c)");
  EXPECT_EQ(real(Op::subtract, {inner, {"a"}}).text, "b - c - a");
}

TEST(Spelling, a_minus_before_a_minus_is_apart) {
  Text minus = real(Op::negate, {{"a"}});
  EXPECT_EQ(real(Op::negate, {minus}).text, "-(-a)");
}

TEST(Spelling, functions_are_the_runtimes) {
  EXPECT_EQ(real(Op::exp, {{"x"}}).text, "nn::exp(x)");
  EXPECT_EQ(real(Op::power, {{"x"}, {"2.0f"}}).text, "nn::pow(x, 2.0f)");
}

TEST(Spelling, integers_divide_by_a_function) {
  EXPECT_EQ(spell(Op::divide, Type::i32, {{"a"}, {"b"}}).text, "nn::divide(a, b)");
  EXPECT_EQ(real(Op::divide, {{"a"}, {"b"}}).text, "a / b");
}

TEST(Spelling, the_number_of_a_truth_value_is_a_choice) {
  EXPECT_EQ(spell(Op::to_int, Type::boolean, {{"a < b"}}).text, "nn::select(a < b, 1, 0)");
  EXPECT_EQ(spell(Op::to_real, Type::boolean, {{"c"}}).text, "nn::select(c, 1.0f, 0.0f)");
}

TEST(Spelling, rates_are_the_standard_librarys) {
  EXPECT_EQ(spell_double(Op::power, Type::real, {{"0.9"}, {"step"}}).text, "std::pow(0.9, step)");
  EXPECT_EQ(spell_double(Op::select, Type::boolean, {{"a"}, {"b"}, {"c"}}).text, "a ? b : c");
}

}  // namespace
}  // namespace nnc::emit
