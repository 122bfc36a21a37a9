// Texts that no parser should be given: a message each, and no crash.
#include "compiler/parse/limits.h"

#include <gtest/gtest.h>

#include "parse/text.h"

namespace nnc::test {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

using Kinds = std::vector<DiagnosticKind>;

TEST(Limits, brackets_nest_two_hundred_deep) {
  auto nested = [](int depth) { return "const a = " + repeated("(", depth) + "1" + repeated(")", depth); };
  EXPECT_EQ(complaints(nested(parse::kMostBrackets - 1)), "");
  EXPECT_EQ(complaints(nested(50000)),
            "1:210: more than 200 brackets in one another\nhint: give the inner parts names with `let`\n");
}

TEST(Limits, every_bracket_counts) {
  for (const char* open : {"(", "[", "{", "f(", "x[", "x -> repeat 2 { "}) {
    EXPECT_EQ(kinds("const a = " + repeated(open, 50000)), Kinds{DiagnosticKind::NestingTooDeep}) << open;
  }
}

TEST(Limits, operators_nest_a_thousand_deep) {
  for (const char* part : {"-", "not ", "a + ", "a ^ ", "a -> f * ", "a xor "}) {
    EXPECT_EQ(kinds("const a = " + repeated(part, 50000) + "b"), Kinds{DiagnosticKind::NestingTooDeep}) << part;
  }
  EXPECT_EQ(kinds("const a = b" + repeated("[0]", 50000)), Kinds{DiagnosticKind::NestingTooDeep});
  EXPECT_EQ(kinds("const a = b" + repeated(".c", 50000)), Kinds{DiagnosticKind::NestingTooDeep});
  EXPECT_EQ(complaints("const a = " + repeated("-", 999) + "b"), "");
  EXPECT_EQ(complaints("const a = b" + repeated(" ^ b", 999)), "");
}

TEST(Limits, long_lists_and_long_flows_are_not_deep) {
  EXPECT_EQ(complaints("const a = [" + repeated("-1, ", 20000) + "0]"), "");
  EXPECT_EQ(complaints("layer f(x) = x" + repeated(" -> g", 20000)), "");
}

TEST(Limits, text_must_be_utf8) {
  EXPECT_EQ(complaints("const a = 1 // \xC3("), "1:16: this byte is not UTF-8 text\nhint: save the file as UTF-8\n");
  for (const char* bytes :
       {"\x80", "\xFF", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    EXPECT_EQ(kinds(std::string("// ") + bytes), Kinds{DiagnosticKind::InvalidUtf8});
  }
  EXPECT_EQ(complaints("// é € \xF0\x9F\x99\x82 \xEF\xBF\xBF"), "");
}

TEST(Limits, a_file_has_at_most_sixteen_megabytes) {
  EXPECT_EQ(kinds(std::string(parse::kMostBytes + 1, ' ')), Kinds{DiagnosticKind::FileTooLarge});
}

TEST(Limits, places_count_code_points_behind_other_letters) {
  EXPECT_EQ(complaints("// é\nconst a = \"é\" ü"),
            "2:11: expected an expression, but this is `\"é\"`\nhint: a name stands without quotes\n");
  EXPECT_EQ(complaints("import \"é\" €"), "1:12: `€` has no meaning in this language\n");
}

}  // namespace
}  // namespace nnc::test
