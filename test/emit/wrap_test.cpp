// Long lines: where they are broken, and where not.
#include "compiler/emit/wrap.h"

#include <gtest/gtest.h>

namespace nnc::emit {
namespace {

std::string repeated(const std::string& piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(Wrap, LeavesLinesThatFit) {
  std::string text = "int a;\n\n  int b;  // short\n";
  EXPECT_EQ(wrapped(text), text);
}

TEST(Wrap, BreaksArgumentsBehindACommaFourColumnsFurtherIn) {
  std::string line = "  call(" + repeated("argument, ", 14) + "last);\n";
  std::string expected =
      "  call(" + repeated("argument, ", 10) + "argument,\n      " + repeated("argument, ", 3) + "last);\n";
  EXPECT_EQ(wrapped(line), expected);
}

TEST(Wrap, GoesOnInTheSameColumnForAThirdLine) {
  std::string text = wrapped("f(" + repeated("argument, ", 30) + "last);\n");
  EXPECT_EQ(text.find("\n    argument"), text.rfind("\n    argument", text.find('\n') + 1));
  EXPECT_EQ(text.find("\n     "), std::string::npos);
}

TEST(Wrap, PrefersThePlaceWithTheFewestOpenBrackets) {
  std::string first = "value = " + repeated("a", 50) + " + f(", inner = repeated("b, ", 25) + "c);";
  EXPECT_EQ(wrapped(first + inner + "\n"), "value = " + repeated("a", 50) + " +\n    f(" + inner + "\n");
}

TEST(Wrap, BreaksNeitherTextNorWhatHasNoPlace) {
  std::string text = "print(\"" + repeated("a, ", 60) + "\");\n";
  EXPECT_EQ(wrapped(text), text);
  std::string name = repeated("name", 40) + ";\n";
  EXPECT_EQ(wrapped(name), name);
}

TEST(Wrap, BreaksCommentsBetweenWords) {
  std::string text = wrapped("  /// " + repeated("word ", 30) + "end\n");
  EXPECT_EQ(text, "  /// " + repeated("word ", 22) + "word\n  /// " + repeated("word ", 7) + "end\n");
}

}  // namespace
}  // namespace nnc::emit
