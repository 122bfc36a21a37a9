// The compiler knows no name of the library: what is written in .nn is text to it.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "structure/source_files.h"

namespace nnc::test {
namespace {

/// A name that is a word of some folder or file of the compiler too, and what it means there.
struct OtherMeaning {
  std::string name;
  std::string where;
  std::string meaning;
};
const std::vector<OtherMeaning> kOtherMeanings = {
    {"accumulate", "compiler/", "to add up"},
    {"constant", "compiler/", "an expression without variables"},
    {"dot", "compiler/", "the character"},
    {"linear", "compiler/sema/binding.cpp", "a · u + b"},
    {"mean", "compiler/", "to intend"},
    {"normal", "compiler/", "a distribution of the runtime's"},
    {"uniform", "compiler/", "the same for all samples; a distribution of the runtime's"},
};

bool has_other_meaning(const std::string& name, const std::string& path) {
  return std::any_of(kOtherMeanings.begin(), kOtherMeanings.end(),
                     [&](const OtherMeaning& other) { return other.name == name && path.rfind(other.where, 0) == 0; });
}

std::set<std::string> words(const std::string& text) {
  static const std::regex word("[A-Za-z_][A-Za-z_0-9]*");
  return {std::sregex_token_iterator(text.begin(), text.end(), word), std::sregex_token_iterator()};
}

/// What the library has; not the names that it refuses, with what to write instead.
std::set<std::string> library_names() {
  static const std::regex declaration(
      "(^|\n)(function|activation|layer|encoding|loss|optimizer|init) +([a-zA-Z_0-9]+)(?! +refused|[a-zA-Z_0-9])");
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
      EXPECT_TRUE(!names.contains(word) || has_other_meaning(word, file.path)) << file.path << " says `" << word << "`";
    }
  }
}

}  // namespace
}  // namespace nnc::test
