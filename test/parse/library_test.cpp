// The library as text: it parses, and each name is found where it is declared.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "parse/text.h"
#include "stdlib/stdlib.h"

namespace nnc::test {
namespace {

TEST(Library, parses) {
  for (const auto& file : stdlib::files()) {
    EXPECT_EQ(complaints(std::string(file.text)), "") << file.name << "\n" << file.text;
  }
}

TEST(Library, declares_each_name_once) {
  auto names = stdlib::names();
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
}

TEST(Library, finds_a_name_in_the_text_that_declares_it) {
  ASSERT_EQ(stdlib::names().size(), stdlib::files().size());
  for (std::string_view name : stdlib::names()) {
    const stdlib::LibraryFile* file = stdlib::file_of(name);
    ASSERT_TRUE(file) << name;
    std::istringstream words{std::string(file->text)};
    std::string kind, declared;
    words >> kind >> declared;
    EXPECT_EQ(declared.substr(0, declared.find('(')), name);
  }
  EXPECT_EQ(stdlib::file_of("no_such_name"), nullptr);
  EXPECT_EQ(stdlib::file_of(""), nullptr);
}

TEST(Library, texts_keep_the_lines_of_their_files) {
  for (std::string_view name : stdlib::names()) {
    const stdlib::LibraryFile& file = *stdlib::file_of(name);
    size_t begin = file.text.find_first_not_of('\n');
    std::istringstream lines(file_text(std::string("../stdlib/") + file.name));
    std::string line;
    for (size_t i = 0; i <= begin; ++i) std::getline(lines, line);
    EXPECT_EQ(line, file.text.substr(begin, line.size())) << file.name;
  }
}

}  // namespace
}  // namespace nnc::test
