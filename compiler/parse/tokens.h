// The lexer's tokens: their places, what they look like in a message, and where members and items start.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "antlr4-runtime.h"
#include "compiler/support/source.h"

namespace nnc::parse {

Span span_of(const Source& source, const antlr4::Token& token);

/// From the first byte of `first` to the last of `last`.
Span span_of(const Source& source, const antlr4::Token& first, const antlr4::Token& last);

/// Whether `token` is the first of its line.
bool is_first_on_line(const Source& source, const antlr4::Token& token);

/// The things that errors are reported once for, and that reading starts again at.
enum class Unit { item, member, statement };

/// Which brackets of a file belong together, whatever their kinds: found once.
class Brackets {
 public:
  explicit Brackets(antlr4::BufferedTokenStream& tokens);

  /// The innermost bracket before `index` that is open there.
  std::optional<size_t> around(size_t index) const { return around_[std::min(index, around_.size() - 1)]; }
  /// What closes the bracket at `index`; nothing where none does, and where no bracket opens there.
  std::optional<size_t> close_of(size_t index) const { return close_[std::min(index, close_.size() - 1)]; }

 private:
  std::vector<std::optional<size_t>> around_, close_;
};

/// The tokens of a file as a list, with the questions that recovery asks.
class TokenList {
 public:
  TokenList(const Source& source, antlr4::BufferedTokenStream& tokens, const Brackets& brackets)
      : source_(source), tokens_(tokens), brackets_(brackets) {}

  antlr4::Token& operator[](size_t index) const { return *tokens_.get(std::min(index, tokens_.size() - 1)); }
  size_t type(size_t index) const { return (*this)[index].getType(); }
  std::string_view text(size_t index) const { return span_of(source_, (*this)[index]).text(); }
  bool is_first_on_line(size_t index) const { return parse::is_first_on_line(source_, (*this)[index]); }
  /// Whether nothing stands between the token at `index` and the next.
  bool touch(size_t index) const { return (*this)[index].getStopIndex() + 1 == (*this)[index + 1].getStartIndex(); }

  /// Whether what stands at `index` can only be the start of an item (member, statement): a word of the language
  /// and what follows it.
  bool starts(Unit unit, size_t index) const;

  /// The place to go on after an error at `error`, in a unit that begins at `begin`: the next unit of the kind, the
  /// bracket that closes its surroundings, an item where a bracket is missing, or the end of the file.
  size_t next(Unit unit, size_t begin, size_t error) const;

  /// The innermost bracket before `index` that is open there, or `index` itself if there is none.
  size_t open_bracket(size_t index) const { return brackets_.around(index).value_or(index); }

 private:
  bool starts_item(size_t index) const;
  bool starts_member(size_t index) const;
  bool starts_statement(size_t index) const;
  size_t after_brackets(size_t index) const;
  size_t after_body(size_t index) const;

  const Source& source_;
  antlr4::BufferedTokenStream& tokens_;
  const Brackets& brackets_;
};

/// A word that may be a name: one of the language's own, too.
bool is_name(size_t type);
/// Brackets of every kind.
bool opens(size_t type);
bool closes(size_t type);

}  // namespace nnc::parse
