#include "compiler/parse/tokens.h"

#include "NnLexer.h"

namespace nnc::parse {

using grammar::NnLexer;

bool opens(size_t type) { return type == NnLexer::OPEN || type == NnLexer::OPEN_INDEX || type == NnLexer::OPEN_BODY; }
bool closes(size_t type) { return type == NnLexer::CLOSE || type == NnLexer::END_INDEX || type == NnLexer::END_BODY; }

bool is_name(size_t type) { return type == NnLexer::NAME || (NnLexer::IMPORT <= type && type <= NnLexer::MIN); }

Span span_of(const Source& source, const antlr4::Token& token) { return span_of(source, token, token); }

Span span_of(const Source& source, const antlr4::Token& first, const antlr4::Token& last) {
  size_t begin = std::min(first.getStartIndex(), source.text.size());
  size_t end = last.getType() == antlr4::Token::EOF ? begin : last.getStopIndex() + 1;
  return {&source, static_cast<uint32_t>(begin), static_cast<uint32_t>(std::max(begin, end))};
}

bool is_first_on_line(const Source& source, const antlr4::Token& token) {
  size_t begin = std::min(token.getStartIndex(), source.text.size());
  size_t before = source.text.find_last_not_of(" \t", begin == 0 ? 0 : begin - 1);
  return begin == 0 || before == std::string::npos || source.text[before] == '\n' || source.text[before] == '\r';
}

Brackets::Brackets(antlr4::BufferedTokenStream& tokens) : around_(tokens.size()), close_(tokens.size()) {
  std::vector<size_t> open;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!open.empty()) around_[i] = open.back();
    const size_t type = tokens.get(i)->getType();
    if (opens(type)) open.push_back(i);
    if (!closes(type) || open.empty()) continue;
    close_[open.back()] = i;
    open.pop_back();
  }
}

/// Behind the brackets that open at `index`; the end of the file where they are not closed.
size_t TokenList::after_brackets(size_t index) const {
  if (!opens(type(index))) return index;
  const auto close = brackets_.close_of(index);
  return close ? *close + 1 : tokens_.size() - 1;
}

bool TokenList::starts_item(size_t index) const {
  switch (size_t word = type(index); word) {
    case NnLexer::IMPORT:
      return type(index + 1) == NnLexer::STRING;
    case NnLexer::CONST:
      return is_name(type(index + 1)) && type(index + 2) == NnLexer::ASSIGN;
    case NnLexer::MODEL:
      return is_name(type(index + 1)) && type(index + 2) == NnLexer::OPEN_BODY;
    default: {
      if (word < NnLexer::FUNCTION || word > NnLexer::INIT || !is_name(type(index + 1))) return false;
      size_t after = type(after_brackets(index + 2));
      bool is_member_too = word == NnLexer::LOSS || word == NnLexer::OPTIMIZER;
      return after == NnLexer::ASSIGN || after == NnLexer::OPEN_BODY || (after == NnLexer::ARROW && !is_member_too);
    }
  }
}

bool TokenList::starts_member(size_t index) const {
  switch (type(index)) {
    case NnLexer::LET:
      return true;
    case NnLexer::INPUT:
    case NnLexer::OUTPUT:
    case NnLexer::BLOCK:
    case NnLexer::PRECISION:
      return is_name(type(index + 1));  // elsewhere no two names stand together
    case NnLexer::LOSS:
    case NnLexer::OPTIMIZER:
      return is_first_on_line(index) || is_name(type(index + 1));
    default:
      return false;
  }
}

bool TokenList::starts_statement(size_t index) const {
  switch (type(index)) {
    case NnLexer::LET:
      return true;
    case NnLexer::SKIP_IF:
      return type(index + 1) == NnLexer::IF;
    case NnLexer::USE:
      return is_name(type(index + 1)) && type(index + 2) == NnLexer::IF;
    case NnLexer::REFUSED:
      return type(index + 1) == NnLexer::STRING;
    case NnLexer::PARAM:
    case NnLexer::STATE:
      return is_name(type(index + 1));
    default:
      return false;
  }
}

bool TokenList::starts(Unit unit, size_t index) const {
  if (starts_item(index)) return true;
  switch (unit) {
    case Unit::item:
      return false;
    case Unit::member:
      return starts_member(index);
    case Unit::statement:
      return starts_statement(index);
  }
  return false;
}

/// Behind the body that opens at `index`, in a mistake such as `for i in range(3) { … }`; `index` where none does, and
/// where its bracket or that around it is missing, so that it is not known what the body holds.
size_t TokenList::after_body(size_t index) const {
  const auto close = brackets_.close_of(index), around = brackets_.around(index);
  const bool is_whole = close && type(*close) == NnLexer::END_BODY && (!around || brackets_.close_of(*around));
  return is_whole ? *close + 1 : index;
}

size_t TokenList::next(Unit unit, size_t begin, size_t error) const {
  // `loss l2(y) + optimizer adam(…)`: the word before the mistake was taken for a name.
  if (error > begin + 1 && is_first_on_line(error - 1) && starts(unit, error - 1)) return error - 1;
  int bodies = 0, brackets = 0;  // open since `begin`
  for (size_t i = begin;; ++i) {
    size_t what = type(i);
    if (what == antlr4::Token::EOF) return i;
    if (i >= error) {
      if (starts(unit, i)) return i;
      // An equation has no word in front; a named argument on a line of its own looks like one.
      if (unit == Unit::statement && is_name(what) && is_first_on_line(i) && (brackets <= 0 || i == error)) {
        size_t after = type(type(i + 1) == NnLexer::OPEN_INDEX ? after_brackets(i + 1) : i + 1);
        if (after == NnLexer::ASSIGN || after == NnLexer::UPDATE) return i;
      }
      if (what == NnLexer::END_BODY && bodies <= 0 && unit != Unit::item) return i;
      const size_t after_all = i > error ? after_body(i) : i;
      if (after_all != i) {
        i = after_all - 1;
        continue;
      }
    }
    if (what == NnLexer::OPEN_BODY) ++bodies;
    if (what == NnLexer::END_BODY) --bodies;
    if (what == NnLexer::OPEN || what == NnLexer::OPEN_INDEX) ++brackets;
    if (what == NnLexer::CLOSE || what == NnLexer::END_INDEX) --brackets;
  }
}

}  // namespace nnc::parse
