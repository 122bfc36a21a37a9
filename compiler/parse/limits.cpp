#include "compiler/parse/limits.h"

#include <algorithm>

#include "NnLexer.h"
#include "compiler/parse/tokens.h"

namespace nnc::parse {
namespace {

using grammar::NnLexer;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// The bytes of the code point at the front of `text`, 0 if it is malformed: cut off, overlong, a surrogate, beyond
/// U+10FFFF. Table 3-7 of the Unicode standard.
size_t code_point_length(std::string_view text) {
  struct Form {
    int first, last, second_first, second_last;
    size_t length;
  };
  static constexpr Form kForms[] = {
      {0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
      {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
      {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
  };
  auto byte = [&](size_t i) { return static_cast<int>(static_cast<unsigned char>(text[i])); };
  auto within = [](int b, int first, int last) { return first <= b && b <= last; };
  for (const Form& form : kForms) {
    if (!within(byte(0), form.first, form.last)) continue;
    if (form.length > text.size()) return 0;
    for (size_t i = 1; i < form.length; ++i) {
      if (!within(byte(i), i == 1 ? form.second_first : 0x80, i == 1 ? form.second_last : 0xBF)) return 0;
    }
    return form.length;
  }
  return 0;
}

bool deepens(size_t type) {
  return (NnLexer::PLUS <= type && type <= NnLexer::AT_LEAST) || (NnLexer::AND <= type && type <= NnLexer::MOD) ||
         type == NnLexer::DOT || type == NnLexer::OPEN_INDEX;
}
bool separates(size_t type) {
  return type == NnLexer::COMMA || type == NnLexer::ASSIGN || type == NnLexer::UPDATE || type == NnLexer::COLON;
}

}  // namespace

bool is_readable_text(const Source& source, Diagnostics& diagnostics) {
  std::string_view text = source.text;
  if (text.size() > kMostBytes) {
    diagnostics.error(DiagnosticKind::FileTooLarge, {&source, 0, 0},
                      "this file has " + std::to_string(text.size()) + " bytes, more than the " +
                          std::to_string(kMostBytes) + " that are read");
    return false;
  }
  for (size_t at = 0; at < text.size();) {
    size_t length = code_point_length(text.substr(at));
    if (length == 0) {
      auto begin = static_cast<uint32_t>(at);
      diagnostics.error(DiagnosticKind::InvalidUtf8, {&source, begin, begin + 1}, "this byte is not UTF-8 text")
          .hint("save the file as UTF-8");
      return false;
    }
    at += length;
  }
  return true;
}

std::string with_byte_offsets(std::string_view text) {
  std::string ascii(text);
  if (text.substr(0, 3) == "\xEF\xBB\xBF") ascii.replace(0, 3, "   ");
  std::replace_if(ascii.begin(), ascii.end(), [](char c) { return !is_ascii(c); }, '\x7F');
  return ascii;
}

bool is_shallow(const Source& source, antlr4::BufferedTokenStream& tokens, Diagnostics& diagnostics) {
  std::vector<int> operators = {0};  // in each open bracket, since the last comma
  int in_all = 0;
  for (antlr4::Token* token : tokens.getTokens()) {
    size_t type = token->getType();
    if (deepens(type)) ++operators.back(), ++in_all;
    if (opens(type)) {
      operators.push_back(0);
    } else if (closes(type)) {
      in_all -= operators.back();
      operators.pop_back();
      if (operators.empty()) operators.push_back(0);
    } else if (separates(type)) {
      in_all -= operators.back();
      operators.back() = 0;
    }
    std::string text;
    if (operators.size() > kMostBrackets) text = std::to_string(kMostBrackets) + " brackets";
    if (in_all > kMostOperators) text = std::to_string(kMostOperators) + " operators";
    if (!text.empty()) {
      diagnostics
          .error(DiagnosticKind::NestingTooDeep, span_of(source, *token), "more than " + text + " in one another")
          .hint("give the inner parts names with `let`");
      return false;
    }
  }
  return true;
}

}  // namespace nnc::parse
