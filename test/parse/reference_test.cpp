// The examples of the language reference are true.
#include <gtest/gtest.h>

#include <sstream>

#include "parse/text.h"

namespace nnc::test {
namespace {

struct Example {
  std::string kind;  // what stands behind the fence
  std::string text;
  int line = 0;
};

/// The fenced blocks of grammar/README.md that hold text of the language.
std::vector<Example> examples() {
  std::istringstream lines(file_text("../grammar/README.md"));
  std::vector<Example> found;
  std::string line;
  bool inside = false;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.rfind("```", 0) == 0) {
      inside = !inside;
      if (inside) found.push_back({line.substr(3), "", number});
    } else if (inside) {
      found.back().text += line + "\n";
    }
  }
  return found;
}

/// The example as a file: a piece gets the surroundings that it needs.
std::string as_file(const Example& example) {
  if (example.kind == "nn member") return "model M {\n" + example.text + "}";
  if (example.kind == "nn statement") return "layer f(x: [n]) -> y: [n] {\n" + example.text + "}";
  if (example.kind == "nn expression") {
    std::istringstream lines(example.text);
    std::string file, line;
    while (std::getline(lines, line)) file += "activation f(x) = " + line + "\n";
    return file;
  }
  return example.text;
}

TEST(Reference, has_examples_of_each_kind) {
  for (const char* kind : {"nn", "nn member", "nn statement", "nn expression"}) {
    int count = 0;
    for (const Example& example : examples()) count += example.kind == kind;
    EXPECT_GE(count, 1) << kind;
  }
}

TEST(Reference, its_examples_parse) {
  for (const Example& example : examples()) {
    if (example.kind.rfind("nn", 0) != 0) continue;
    EXPECT_EQ(complaints(as_file(example)), "") << "grammar/README.md:" << example.line << "\n" << example.text;
  }
}

}  // namespace
}  // namespace nnc::test
