// The compiler knows no name of the library: what is written in .nn is text to it.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "structure/source_files.h"

namespace nnc::test {
namespace {

/// Names that are words of the compiler's own too, and what they mean there.
const std::map<std::string, std::string> kOtherMeaning = {
    {"constant", "an expression without variables"},
    {"dot", "the character"},
    {"mean", "to intend"},
    {"uniform", "the same for all samples"},
};

std::set<std::string> words(const std::string& text) {
  static const std::regex word("[A-Za-z_][A-Za-z_0-9]*");
  return {std::sregex_token_iterator(text.begin(), text.end(), word), std::sregex_token_iterator()};
}

std::set<std::string> library_names() {
  static const std::regex declaration(
      "(^|\n)(function|activation|layer|encoding|loss|optimizer|init) +([a-zA-Z_0-9]+)");
  std::set<std::string> names;
  for (const SourceFile& file : source_files("stdlib", {".nn"})) {
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), declaration), end; at != end; ++at) {
      names.insert((*at)[3]);
    }
  }
  return names;
}

TEST(LibraryNames, the_library_has_some) { EXPECT_GE(library_names().size(), 10u); }

TEST(LibraryNames, none_stands_in_the_compiler) {
  const std::set<std::string> names = library_names();
  for (const SourceFile& file : source_files("compiler", {".h", ".cpp", ".def"})) {
    for (const std::string& word : words(without_comments(file.text))) {
      EXPECT_FALSE(names.contains(word) && !kOtherMeaning.contains(word)) << file.path << " says `" << word << "`";
    }
  }
}

}  // namespace
}  // namespace nnc::test
