// Text with holes, names, literals.
#include "compiler/emit/text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nnc::emit {
namespace {

TEST(Fill, puts_values_into_holes) {
  EXPECT_EQ(fill("$type$ $name$;", {{"type", "float"}, {"name", "x"}}), "float x;");
}

TEST(Fill, indents_what_stands_alone) {
  EXPECT_EQ(fill("{\n  $lines$\n}\n", {{"lines", "a;\nb;\n"}}), "{\n  a;\n  b;\n}\n");
}

TEST(Fill, takes_the_line_of_a_hole_without_a_value_away) {
  EXPECT_EQ(fill("a;\n  $lines$\nb;\n", {{"lines", ""}}), "a;\nb;\n");
}

TEST(Fill, drops_the_first_line_break_of_a_raw_string) { EXPECT_EQ(fill("\na;", {}), "a;"); }

TEST(Fill, throws_for_a_name_that_is_not_there) { EXPECT_THROW(fill("$name$", {}), std::logic_error); }

TEST(Identifier, is_a_word_of_cpp_that_is_no_keyword) {
  EXPECT_EQ(identifier("linear_0.weight"), "linear_0_weight");
  EXPECT_EQ(identifier("class"), "class_");
  for (const char* word : {"compl", "nullptr", "requires", "static_cast", "xor_eq"})
    EXPECT_EQ(identifier(word), word + std::string("_"));
  EXPECT_EQ(identifier("02_skip"), "_02_skip");
}

TEST(Names, are_given_once) {
  Names names;
  EXPECT_EQ(names.unique("x"), "x");
  EXPECT_EQ(names.unique("x"), "x_2");
  EXPECT_EQ(names.unique("x_2"), "x_2_2");
  EXPECT_EQ(names.unique("for"), "for_");
}

TEST(Mentions, whole_words_that_are_no_members) {
  EXPECT_TRUE(mentions("f(w, t)", "w"));
  EXPECT_TRUE(mentions("w[3]", "w"));
  EXPECT_FALSE(mentions("t.w + weight", "w"));
  EXPECT_FALSE(mentions("w_2 = aw", "w"));
}

TEST(Mentions, not_in_a_comment) {
  EXPECT_FALSE(mentions("f();  // count.nn:3", "count"));
  EXPECT_TRUE(mentions("f();  // count.nn:3\ng(count);", "count"));
}

TEST(Literal, is_the_shortest_that_reads_back) {
  EXPECT_EQ(float_literal(0.1), "0.1f");
  EXPECT_EQ(float_literal(1), "1.0f");
  EXPECT_EQ(float_literal(1.0 / 3), "0.33333334f");
  EXPECT_EQ(double_literal(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(float_literal(1e-30), "1e-30f");
}

TEST(Literal, of_what_is_no_number) {
  EXPECT_EQ(float_literal(std::nan("")), "nn::kNaN");
  EXPECT_EQ(float_literal(-std::numeric_limits<double>::infinity()), "-nn::kInfinity");
  EXPECT_EQ(float_literal(1e300), "nn::kInfinity");
}

}  // namespace
}  // namespace nnc::emit
