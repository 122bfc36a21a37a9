#include "compiler/support/source.h"

#include <algorithm>

namespace nnc {

Position position(const Source& source, uint32_t offset) {
  std::string_view before = std::string_view(source.text).substr(0, offset);
  size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  std::string_view line = before.substr(line_start);
  return {1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          1 + static_cast<int>(std::count_if(line.begin(), line.end(), [&](char c) { return !continues(c); }))};
}

std::string_view line_at(const Source& source, uint32_t offset) {
  std::string_view text = source.text;
  offset = std::min(offset, static_cast<uint32_t>(text.size()));
  size_t begin = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  size_t end = text.find_first_of("\r\n", begin);
  return text.substr(begin, end == std::string_view::npos ? end : end - begin);
}

std::string file_and_line(Span span) {
  if (!span.source) return "";
  std::string file = span.source->name.substr(span.source->name.find_last_of("/\\") + 1);
  return file + ":" + std::to_string(position(*span.source, span.begin).line);
}

}  // namespace nnc
