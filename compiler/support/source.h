// Texts and places in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace nnc {

/// A file's name, as messages show it, and its text. Spans point to it, so it never moves.
struct Source {
  std::string name;
  std::string text;
};

/// Owns every text of a compilation.
class Sources {
 public:
  const Source& add(std::string name, std::string text) {
    return sources_.emplace_back(std::move(name), std::move(text));
  }
  const std::deque<Source>& all() const { return sources_; }

 private:
  std::deque<Source> sources_;
};

/// The bytes [begin, end) of a source; a null source is a place outside every text, such as the command line.
struct Span {
  const Source* source = nullptr;
  uint32_t begin = 0;
  uint32_t end = 0;

  std::string_view text() const {
    return source ? std::string_view(source->text).substr(begin, end - begin) : std::string_view();
  }
};

/// The smallest span that covers both, which must be in one source.
inline Span cover(Span a, Span b) {
  if (!a.source) return b;
  if (!b.source) return a;
  return {a.source, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

/// A line and a column, both from 1; columns count UTF-8 code points.
struct Position {
  int line = 1;
  int column = 1;
};

Position position(const Source& source, uint32_t offset);

/// The line that holds `offset`, without its line break.
std::string_view line_at(const Source& source, uint32_t offset);

/// "image.nn:7", the file without its folders, for comments in generated code; empty without a source.
std::string file_and_line(Span span);

}  // namespace nnc
