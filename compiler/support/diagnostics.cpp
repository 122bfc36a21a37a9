#include "compiler/support/diagnostics.h"

#include <algorithm>

namespace nnc {
namespace {

std::string place(Span span) {
  if (!span.source) return "nnc: ";
  Position at = position(*span.source, span.begin);
  return span.source->name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
}

bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The source line under its number, then `^~~~` under the part of the range that lies in it. Long lines are shown
/// around the range.
std::string excerpt(Span span) {
  constexpr size_t kBefore = 80, kShown = 160;
  Position at = position(*span.source, span.begin);
  std::string_view line = line_at(*span.source, span.begin);
  size_t column = static_cast<size_t>(span.begin) - static_cast<size_t>(line.data() - span.source->text.data());
  column = std::min(column, line.size());
  size_t length = std::min<size_t>(span.end > span.begin ? span.end - span.begin : 1, line.size() - column);
  size_t from = column > kBefore ? column - kBefore : 0;
  while (from > 0 && continues_code_point(line[from])) --from;
  size_t to = std::min(line.size(), from + kShown);
  while (to < line.size() && continues_code_point(line[to])) ++to;
  length = std::min(length, to > column ? to - column : 0);

  std::string number = std::to_string(at.line), mark;
  for (char c : line.substr(from, column - from)) {
    if (!continues_code_point(c)) mark += c == '\t' ? '\t' : ' ';
  }
  mark += '^';
  auto covered = line.substr(column, length);
  auto points = std::count_if(covered.begin(), covered.end(), [](char c) { return !continues_code_point(c); });
  if (points > 1) mark.append(static_cast<size_t>(points - 1), '~');
  return "  " + number + " | " + std::string(line.substr(from, to - from)) + "\n  " + std::string(number.size(), ' ') +
         " | " + mark + "\n";
}

}  // namespace

const char* name(DiagnosticKind kind) {
  static constexpr const char* kNames[] = {
#define NNC_DIAGNOSTIC(name) #name,
#include "compiler/support/diagnostic_kinds.def"
#undef NNC_DIAGNOSTIC
  };
  return kNames[static_cast<size_t>(kind)];
}

std::string render(const Diagnostic& diagnostic) {
  std::string text = place(diagnostic.span) + (diagnostic.severity == Severity::error ? "error: " : "warning: ") +
                     diagnostic.text + " [" + name(diagnostic.kind) + "]\n";
  if (diagnostic.span.source) text += excerpt(diagnostic.span);
  for (const auto& note : diagnostic.notes) {
    text += "  " + place(note.span) + "note: " + note.text + "\n";
    if (note.span.source) text += excerpt(note.span);
  }
  if (!diagnostic.hint_text.empty()) text += "  hint: " + diagnostic.hint_text + "\n";
  return text;
}

}  // namespace nnc
