// Every kind of message is provoked by a test.
#include <gtest/gtest.h>

#include <string>

#include "structure/source_files.h"

namespace nnc::test {
namespace {

constexpr const char* kKinds[] = {
#define NNC_DIAGNOSTIC(name) #name,
#include "compiler/support/diagnostic_kinds.def"
#undef NNC_DIAGNOSTIC
};

TEST(Messages, each_kind_stands_in_a_tests_expectation) {
  std::string tests;
  for (const SourceFile& file : source_files("test", {".nn", ".ir", ".test", ".cpp"})) tests += file.text;
  for (const std::string kind : kKinds) {
    const bool in_text = tests.find("[" + kind + "]") != std::string::npos;
    const bool in_code = tests.find("DiagnosticKind::" + kind) != std::string::npos;
    EXPECT_TRUE(in_text || in_code) << "no test provokes " << kind;
  }
}

TEST(Messages, the_list_of_kinds_is_sorted) {
  for (size_t i = 1; i < std::size(kKinds); ++i) EXPECT_LT(std::string(kKinds[i - 1]), kKinds[i]);
}

}  // namespace
}  // namespace nnc::test
