#include "compiler/emit/wrap.h"

#include <algorithm>
#include <optional>

namespace nnc::emit {

namespace {

constexpr size_t kContinuation = 4;
constexpr size_t kShortest = 40;  // a break further left would leave too little on the line

/// Where a line can be broken: the first column of what moves to the next line.
struct Break {
  size_t at;
  int depth;  // open brackets
};

bool starts_with(std::string_view text, std::string_view word) { return text.substr(0, word.size()) == word; }

/// Where the `//` of a line begins, outside of strings; its length where there is none.
size_t comment_of(std::string_view line) {
  bool is_quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && is_quoted)
      ++i;
    else if (line[i] == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && starts_with(line.substr(i), "//"))
      return i;
  }
  return line.size();
}

/// The best break of code at a column of at most `limit`.
std::optional<Break> best_break(std::string_view line, size_t limit) {
  std::optional<Break> best;
  int depth = 0;
  bool is_quoted = false;
  size_t first = std::min(line.find_first_not_of(' '), line.size());
  auto offer = [&](size_t at) {
    if (at <= first + kShortest || at >= line.size()) return;
    if (!best || depth <= best->depth) best = {at, depth};
  };
  for (size_t i = first; i < std::min(line.size(), limit + 1); ++i) {
    char c = line[i];
    if (c == '\\' && is_quoted) {
      ++i;
      continue;
    }
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c != ' ') continue;
    char before = line[i - 1];
    bool is_operator = std::string_view("+-*?:&|=").find(before) != std::string_view::npos &&
                       (line[i - 2] == ' ' || line[i - 2] == before);
    if (before == ',' || before == ';' || is_operator) offer(i + 1);
  }
  return best;
}

void wrap_comment(std::string_view line, size_t mark, std::string& result) {
  size_t text = std::min(line.find_first_not_of("/ ", mark), line.size());
  std::string prefix(line.substr(0, line.find_first_not_of('/', mark)));
  size_t column = prefix.size();
  result += prefix;
  for (std::string_view rest = line.substr(text); !rest.empty();) {
    std::string_view word = rest.substr(0, rest.find(' '));
    if (column > prefix.size() && column + 1 + word.size() > kPageWidth) {
      result += '\n';
      result += prefix;
      column = prefix.size();
    }
    result += ' ';
    result += word;
    column += 1 + word.size();
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  result += '\n';
}

/// `continuation`: the column where what is broken off goes on.
void wrap_line(std::string_view line, size_t continuation, std::string& result) {
  size_t first = std::min(line.find_first_not_of(' '), line.size()), comment = comment_of(line);
  bool fits = line.size() <= kPageWidth || starts_with(line, "#");
  if (!fits && comment == first) return wrap_comment(line, first, result);
  const std::optional<Break> found = fits ? std::nullopt : best_break(line.substr(0, comment), kPageWidth);
  if (!found) {
    result.append(line).append("\n");
    return;
  }
  result.append(line.substr(0, found->at - 1)).append("\n");
  wrap_line(std::string(continuation, ' ').append(line.substr(found->at)), continuation, result);
}

}  // namespace

std::string wrapped(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 16);
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    wrap_line(line, std::min(line.find_first_not_of(' '), line.size()) + kContinuation, result);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace nnc::emit
