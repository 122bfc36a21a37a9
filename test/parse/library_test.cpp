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

std::string kind_of(const stdlib::LibraryFile& file) {
  std::istringstream words{std::string(file.text)};
  std::string kind;
  words >> kind;
  return kind;
}

TEST(Library, declares_each_name_of_a_kind_once) {
  std::set<std::string> declared;
  for (size_t i = 0; i < stdlib::names().size(); ++i) {
    const stdlib::LibraryFile& file = stdlib::files()[i];
    EXPECT_TRUE(declared.insert(kind_of(file) + " " + std::string(stdlib::names()[i])).second) << file.text;
    EXPECT_EQ(stdlib::file_of(stdlib::names()[i], kind_of(file)), &file);
  }
  EXPECT_EQ(kind_of(*stdlib::file_of("identity")), "activation");
  EXPECT_EQ(kind_of(*stdlib::file_of("identity", "init")), "init");
  EXPECT_EQ(stdlib::file_of("identity", "loss"), nullptr);
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
