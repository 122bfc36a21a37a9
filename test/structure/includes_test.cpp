// Includes point down: which folder may read which, and who may know which library.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "structure/source_files.h"

namespace nnc::test {
namespace {

/// What each folder of the compiler may include besides its own files.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"support", {}},
    {"ast", {"support"}},
    {"parse", {"ast", "support"}},
    {"scalar", {"support"}},
    {"sema", {"ast", "scalar", "support"}},
    {"ir", {"scalar", "support"}},
    {"autodiff", {"ir", "scalar", "support"}},
    {"lower", {"sema", "autodiff", "ir", "scalar", "support"}},
    {"rewrite", {"ir", "scalar", "support"}},
    {"passes", {"rewrite", "ir", "scalar", "support"}},
    {"kernel", {"ir", "scalar", "support"}},
    {"emit", {"kernel", "sema", "scalar", "support"}},
    {"verify", {"emit", "ir", "sema", "support", "nn"}},
    {"report", {"emit", "kernel", "passes", "ir", "sema", "scalar", "support"}},
    {"driver",
     {"report", "verify", "emit", "kernel", "passes", "lower", "autodiff", "ir", "sema", "scalar", "parse", "ast",
      "support", "stdlib", "nn"}},
};

/// Headers of libraries, and the only folder that may include them.
const std::vector<std::pair<std::regex, std::string>> kOwned = {
    {std::regex("antlr4.*|Nn(Lexer|Parser).*"), "compiler/parse/"},
    {std::regex("(clang|llvm)/.*"), "compiler/clang/"},
    {std::regex("CLI/.*"), "compiler/driver/"},
};

struct Include {
  std::string from;
  std::string header;
};

std::vector<Include> includes(const std::string& folder) {
  static const std::regex line("#include [<\"]([^>\"]+)[>\"]");
  std::vector<Include> all;
  for (const SourceFile& file : source_files(folder, {".h", ".cpp", ".cuh", ".cu"})) {
    const std::string text = without_raw_strings(without_comments(file.text));
    for (std::sregex_iterator at(text.begin(), text.end(), line), end; at != end; ++at) {
      all.push_back({file.path, (*at)[1]});
    }
  }
  return all;
}

/// "compiler/ir/ir.h" → "ir"; "stdlib/stdlib.h" → "stdlib"
std::string folder_of(const std::string& path) {
  const std::string rest = path.rfind("compiler/", 0) == 0 ? path.substr(9) : path;
  return rest.substr(0, rest.find('/'));
}

bool is_ours(const std::string& header) {
  return header.rfind("compiler/", 0) == 0 || header.rfind("stdlib/", 0) == 0 || header.rfind("nn/", 0) == 0;
}

TEST(Includes, each_stage_reads_only_the_ones_below) {
  for (const Include& include : includes("compiler")) {
    if (!is_ours(include.header)) continue;
    const std::string from = folder_of(include.from), to = folder_of(include.header);
    ASSERT_TRUE(kMayInclude.contains(from)) << "a folder without a rule: " << from;
    EXPECT_TRUE(from == to || kMayInclude.at(from).contains(to)) << include.from << " includes " << include.header;
  }
}

TEST(Includes, no_target_knows_the_other) {
  for (const Include& include : includes("compiler/emit/cpp")) {
    EXPECT_EQ(include.header.find("emit/cuda/"), std::string::npos) << include.from;
  }
  for (const Include& include : includes("compiler/emit/cuda")) {
    EXPECT_EQ(include.header.find("emit/cpp/"), std::string::npos) << include.from;
  }
}

TEST(Includes, the_runtime_knows_nothing_of_the_compiler) {
  for (const Include& include : includes("runtime")) {
    EXPECT_EQ(include.header.find("compiler/"), std::string::npos) << include.from;
    EXPECT_EQ(include.header.find("stdlib/"), std::string::npos) << include.from;
  }
}

TEST(Includes, a_library_is_known_in_one_folder) {
  for (const Include& include : includes("compiler")) {
    for (const auto& [headers, owner] : kOwned) {
      if (!std::regex_match(include.header, headers)) continue;
      EXPECT_EQ(include.from.rfind(owner, 0), 0u) << include.from << " includes " << include.header;
    }
  }
}

}  // namespace
}  // namespace nnc::test
