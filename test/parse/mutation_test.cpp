// Broken texts: whatever they are, parsing ends, and ends in a file or in complaints with places in the text.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "compiler/parse/parse.h"
#include "parse/text.h"

namespace nnc::test {
namespace {

/// Some bytes changed, left out, doubled, or a piece moved.
std::string mutated(std::string text, std::mt19937& random) {
  auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  const std::string kBytes =
      "()[]{}=:,.-><*^+\"/ \nax0\0\x80\xC3;"
      "let";
  for (size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
    size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text[at] = kBytes[below(kBytes.size())];
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        text.insert(at, 1, kBytes[below(kBytes.size())]);
        break;
      default:
        text.insert(below(text.size()), text.substr(at, below(20)));
        break;
    }
  }
  return text;
}

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
    for (int i = 0; i < 300; ++i) expect_an_answer(mutated(text, random));
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
