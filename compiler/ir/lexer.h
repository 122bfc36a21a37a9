// IR text in tokens, a line at a time.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/support/source.h"

namespace nnc::ir {

struct Token {
  enum class Kind : uint8_t { word, number, symbol, end } kind;
  std::string_view text;
  Span span;
};

/// Words may hold dots (`linear_0.weight`), numbers a mark of their type (`1u`, `1i`). Spaces and comments are skipped.
class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text) {}

  /// The tokens up to the next line break outside brackets, with an `end` token last.
  std::vector<Token> line();
  bool at_end() const { return at_ >= text_.size(); }

 private:
  Token token();
  Token word(size_t begin);
  void skip_number();
  bool skip(std::string_view symbol);
  bool is_at(size_t place, bool (*is_one)(char)) const { return place < text_.size() && is_one(text_[place]); }
  Token make(Token::Kind kind, size_t begin) const;

  const Source& source_;
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace nnc::ir
