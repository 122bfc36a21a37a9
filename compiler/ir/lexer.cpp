// Line breaks inside brackets are spaces.
#include "compiler/ir/lexer.h"

#include <algorithm>
#include <cctype>

namespace nnc::ir {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)); }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }
bool is_word_start(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool is_word_part(char c) { return is_word_start(c) || is_digit(c); }
bool is_dot(char c) { return c == '.'; }

}  // namespace

std::vector<Token> Lexer::line() {
  std::vector<Token> tokens;
  for (int depth = 0; at_ < text_.size();) {
    if (text_[at_] == '\n' && depth <= 0) break;
    if (is_space(text_[at_])) {
      ++at_;
    } else if (text_.substr(at_, 2) == "//") {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      tokens.push_back(token());
      std::string_view read = tokens.back().text;
      depth += read == "(" || read == "[" ? 1 : read == ")" || read == "]" ? -1 : 0;
    }
  }
  tokens.push_back(make(Token::Kind::end, at_));
  if (at_ < text_.size()) ++at_;
  return tokens;
}

Token Lexer::token() {
  size_t begin = at_;
  if (is_word_start(text_[at_])) return word(begin);
  if (is_digit(text_[at_])) {
    skip_number();
    return make(Token::Kind::number, begin);
  }
  for (std::string_view symbol : {"+=", "*=", ":=", "==", "!=", "<=", ">="}) {
    if (skip(symbol)) return make(Token::Kind::symbol, begin);
  }
  ++at_;
  return make(Token::Kind::symbol, begin);
}

Token Lexer::word(size_t begin) {
  bool is_combine = text_.substr(begin, 4) == "max=" && text_.substr(begin, 5) != "max==";
  if (is_combine && skip("max=")) return make(Token::Kind::symbol, begin);
  do {
    ++at_;
    while (is_at(at_, is_word_part)) ++at_;
  } while (is_at(at_, is_dot) && is_at(at_ + 1, is_word_part));
  return make(Token::Kind::word, begin);
}

void Lexer::skip_number() {
  auto skip_digits = [&] {
    while (is_at(at_, is_digit)) ++at_;
  };
  skip_digits();
  if (skip(".")) skip_digits();
  if (skip("e")) {
    if (!skip("+")) skip("-");
    skip_digits();
  }
  if (!skip("u")) skip("i");
}

bool Lexer::skip(std::string_view symbol) {
  bool is_there = text_.substr(at_, symbol.size()) == symbol;
  if (is_there) at_ += symbol.size();
  return is_there;
}

Token Lexer::make(Token::Kind kind, size_t begin) const {
  Span span{&source_, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
  return {kind, text_.substr(begin, at_ - begin), span};
}

}  // namespace nnc::ir
