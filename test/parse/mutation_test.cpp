// Broken texts: whatever they are, parsing ends, and ends in a file or in complaints with places in the text.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "compiler/parse/parse.h"
#include "parse/mutated.h"
#include "parse/text.h"

namespace nnc::test {
namespace {

void expect_an_answer(const std::string& text) {
  Source source{"test.nn", text};
  Diagnostics diagnostics;
  auto file = parse::parse(source, diagnostics);
  ASSERT_EQ(file.has_value(), diagnostics.ok()) << text;
  for (const auto& diagnostic : diagnostics.all()) {
    ASSERT_LE(diagnostic.span.begin, diagnostic.span.end) << text;
    ASSERT_LE(diagnostic.span.end, text.size()) << text;
    for (const char* phrase : {"mismatched", "extraneous", "viable", "<EOF>", "missing ", "{'", "expected ,"}) {
      ASSERT_EQ(diagnostic.text.find(phrase), std::string::npos) << diagnostic.text;
    }
    ASSERT_FALSE(render(diagnostic).empty());
  }
  if (file) { ASSERT_FALSE(ast::print(*file).empty()); }
}

TEST(Mutation, of_models) {
  std::mt19937 random(1);
  for (const auto& entry : std::filesystem::directory_iterator("parse/models")) {
    std::string text = file_text(entry.path());
    for (int i = 0; i < 300; ++i) expect_an_answer(mutated_bytes(text, random));
  }
}

TEST(Mutation, cut_off_anywhere) {
  std::string text = file_text("parse/models/04_custom_layer.nn");
  for (size_t length = 0; length < text.size(); ++length) expect_an_answer(text.substr(0, length));
}

TEST(Mutation, one_token_left_out_is_one_mistake) {
  std::string text = file_text("parse/models/04_custom_layer.nn");
  for (size_t at = 0; at < text.size(); ++at) {
    if (std::string("()[]{}").find(text[at]) == std::string::npos) continue;
    std::string broken = text;
    broken[at] = ' ';
    EXPECT_LE(kinds(broken).size(), 2u) << broken << complaints(broken);
  }
}

}  // namespace
}  // namespace nnc::test
