// What a file is given from outside: imports and constants.
#include <gtest/gtest.h>

#include "sema/checked_text.h"

namespace nnc::test {
namespace {

TEST(Imports, are_found_once_and_their_names_are_known) {
  Checked checked("import \"a.nn\"\nmodel M { input x: f32[3]  output y = x -> twice }",
                  {{"a.nn", "activation twice(x) = 2 * x"}});
  EXPECT_EQ(checked.summary(), "");
}

TEST(Imports, that_are_missing_are_said_to_be) {
  Checked checked("import \"a.nn\"\nmodel M { input x: f32  output y = x }");
  EXPECT_EQ(checked.summary(), "error [ImportNotFound] 1:8 cannot read `a.nn`\n");
}

TEST(Imports, of_the_file_itself_are_refused) {
  std::string text = "import \"model.nn\"\nmodel M { input x: f32  output y = x }";
  Checked checked(text, {{"model.nn", text}});
  EXPECT_EQ(checked.summary(), "error [ImportCycle] 1:8 this file imports itself\n");
}

TEST(Imports, in_a_circle_are_refused) {
  Checked checked("import \"a.nn\"\nmodel M { input x: f32  output y = x }",
                  {{"a.nn", "import \"b.nn\""}, {"b.nn", "import \"a.nn\""}});
  EXPECT_EQ(checked.summary(), "error [ImportCycle] 1:8 `a.nn` imports this file in turn\n");
}

TEST(Defines, take_the_place_of_constants) {
  Checked checked("const width = 64\nmodel M { input x: f32[3]  output y = x -> linear(width) }", {},
                  {{"width", "2 * 5"}});
  EXPECT_EQ(tensor(checked.program(), "y").shape, sema::Shape{10});
}

TEST(Defines, of_nothing_are_refused) {
  Checked checked("const width = 64\nmodel M { input x: f32  output y = x }", {}, {{"widht", "3"}});
  EXPECT_EQ(checked.summary(), "error [UnknownConstant] 1:1 `-D widht`: no constant has that name\n");
  EXPECT_EQ(checked.messages()[0].hint_text, "did you mean `width`?");
}

}  // namespace
}  // namespace nnc::test
