// The repository's files, as tests read them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nnc::test {

struct SourceFile {
  std::string path;  // from the repository's root: "compiler/ir/ir.h"
  std::string text;
};

/// The files below a folder of the repository with one of these suffixes (".h"), sorted.
std::vector<SourceFile> source_files(const std::string& folder, const std::vector<std::string>& suffixes);

/// C++ text with a blank for each character of a comment.
std::string without_comments(const std::string& text);

/// C++ text without the insides of its raw strings, which are templates of other files.
std::string without_raw_strings(const std::string& text);

}  // namespace nnc::test
