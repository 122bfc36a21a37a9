#include "structure/source_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace nnc::test {
namespace fs = std::filesystem;

std::vector<SourceFile> source_files(const std::string& folder, const std::vector<std::string>& suffixes) {
  const fs::path root = fs::current_path().parent_path();  // tests run in test/
  std::vector<SourceFile> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
    const std::string suffix = entry.path().extension().string();
    if (!entry.is_regular_file() || std::find(suffixes.begin(), suffixes.end(), suffix) == suffixes.end()) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files.push_back({entry.path().lexically_relative(root).string(), {std::istreambuf_iterator<char>(stream), {}}});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

std::string without_comments(const std::string& text) {
  enum { code, line_comment, block_comment, string, character } state = code;
  std::string out = text;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i], next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (state == code) {
      if (c == '/' && next == '/') state = line_comment;
      if (c == '/' && next == '*') state = block_comment;
      if (c == '"') state = string;
      if (c == '\'' && (i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1])))) state = character;
    } else if (state == string || state == character) {
      if (c == '\\') ++i;
      if (c == (state == string ? '"' : '\'')) state = code;
    } else if (state == line_comment && c == '\n') {
      state = code;
    } else if (state == block_comment && c == '*' && next == '/') {
      out[i] = out[i + 1] = ' ';
      ++i;
      state = code;
    }
    if ((state == line_comment || state == block_comment) && c != '\n') out[i] = ' ';
  }
  return out;
}

std::string without_raw_strings(const std::string& text) {
  std::string out;
  for (size_t at = 0;;) {
    const size_t begin = text.find("R\"", at);
    const size_t open = begin == std::string::npos ? begin : text.find('(', begin);
    if (open == std::string::npos) return out + text.substr(at);
    const std::string end = ")" + text.substr(begin + 2, open - begin - 2) + "\"";
    const size_t close = text.find(end, open);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open + 1 - at);
    at = close;
  }
}

}  // namespace nnc::test
