#include "compiler/parse/error_strategy.h"

#include "NnParser.h"
#include "compiler/parse/habits.h"

namespace nnc::parse {
namespace {

using antlr4::RecognitionException;
using grammar::NnParser;

TokenSet as_set(const antlr4::misc::IntervalSet& intervals) {
  TokenSet set;
  for (ssize_t type : intervals.toList()) set.set(type < 0 ? 0 : static_cast<size_t>(type));
  return set;
}

bool contains(const antlr4::misc::IntervalSet& set, size_t type) { return set.contains(type); }

/// The tokens that could have stood at the mistake. A choice that looked ahead knows them from the grammar states it
/// had reached, any other from the one state it was in.
TokenSet expected_at(const RecognitionException& mistake) {
  auto* choice = dynamic_cast<const antlr4::NoViableAltException*>(&mistake);
  if (!choice || !choice->getDeadEndConfigs()) return as_set(mistake.getExpectedTokens());
  TokenSet set;
  for (const auto& config : choice->getDeadEndConfigs()->configs) {
    for (const auto* transition : config->state->transitions) {
      if (!transition->isEpsilon()) set |= as_set(transition->label());
    }
  }
  return set;
}

/// The unit that a rule is, and the unit that it is a list of.
std::optional<Unit> unit_of(size_t rule) {
  switch (rule) {
    case NnParser::RuleItem:
      return Unit::item;
    case NnParser::RuleMember:
      return Unit::member;
    case NnParser::RuleStatement:
      return Unit::statement;
    default:
      return std::nullopt;
  }
}
std::optional<Unit> listed_in(size_t rule) {
  switch (rule) {
    case NnParser::RuleFile:
      return Unit::item;
    case NnParser::RuleMembers:
      return Unit::member;
    case NnParser::RuleStatements:
      return Unit::statement;
    default:
      return std::nullopt;
  }
}

/// "`linear`", shortened.
std::string quoted(std::string_view text) {
  constexpr size_t kMost = 40;
  std::string shown(text.substr(0, text.find_first_of("\r\n")));
  if (shown.size() > kMost) shown = shown.substr(0, kMost) + "…";
  return "`" + shown + "`";
}

}  // namespace

TokenList ErrorStrategy::list(antlr4::Parser& parser) {
  auto& tokens = *static_cast<antlr4::BufferedTokenStream*>(parser.getTokenStream());
  if (!brackets_) brackets_.emplace(tokens);
  return {source_, tokens, *brackets_};
}

antlr4::Token* ErrorStrategy::recoverInline(antlr4::Parser* parser) { throw antlr4::InputMismatchException(parser); }

void ErrorStrategy::sync(antlr4::Parser* parser) {
  antlr4::misc::IntervalSet expected = parser->getExpectedTokens();
  if (contains(expected, parser->getTokenStream()->LA(1))) return;
  antlr4::InputMismatchException mistake(parser);
  std::optional<Unit> listed = listed_in(parser->getContext()->getRuleIndex());
  if (!listed) throw mistake;
  reportError(parser, mistake);
  size_t index = parser->getTokenStream()->index();
  resumed_at_ = list(*parser).next(*listed, index, index);
  is_told_ = false;
  parser->getTokenStream()->seek(*resumed_at_);
  if (!contains(expected, parser->getTokenStream()->LA(1))) throw antlr4::InputMismatchException(parser);
}

void ErrorStrategy::reportError(antlr4::Parser* parser, const RecognitionException& mistake) {
  if (is_told_) return;
  is_told_ = true;
  mistake_ = mistake.getOffendingToken()->getTokenIndex();
  if (mistake_ != resumed_at_) complain(*parser, mistake);
}

void ErrorStrategy::recover(antlr4::Parser* parser, std::exception_ptr mistake) {
  auto* context = static_cast<antlr4::ParserRuleContext*>(parser->getContext());
  size_t rule = context->getRuleIndex();
  std::optional<Unit> unit = unit_of(rule);
  if (!unit && rule != NnParser::RuleFile && rule != NnParser::RuleLone) std::rethrow_exception(mistake);
  if (unit) {
    resumed_at_ = list(*parser).next(*unit, context->start->getTokenIndex(), mistake_);
    parser->getTokenStream()->seek(*resumed_at_);
  }
  is_told_ = false;
}

void ErrorStrategy::complain(antlr4::Parser& parser, const RecognitionException& mistake) {
  TokenList tokens = list(parser);
  const antlr4::Token& seen = tokens[mistake_];
  const TokenSet expected = expected_at(mistake);
  Span span = span_of(source_, seen);
  if (seen.getType() == NnParser::UNENDED) {
    diagnostics_.error(DiagnosticKind::UnterminatedString, span, "this text has no closing `\"` on its line");
    return;
  }
  if (seen.getType() == NnParser::FOREIGN) {
    bool is_shown = span.text().size() > 1 || static_cast<unsigned char>(span.text()[0]) > ' ';
    auto& message = diagnostics_.error(DiagnosticKind::UnknownCharacter, span,
                                       is_shown ? quoted(span.text()) + " has no meaning in this language"
                                                : "a control character has no meaning here");
    message.hint(habit(tokens, mistake_, expected));
    return;
  }

  if (complain_of_flow(parser, expected) || complain_of_statement(parser, expected)) return;
  bool at_end = seen.getType() == antlr4::Token::EOF;
  bool on_new_line = at_end || is_first_on_line(source_, seen);
  std::string what = in_words(expected, on_new_line, parser.getVocabulary());
  if (at_end && mistake_ > 0) {
    span = span_of(source_, tokens[mistake_ - 1]);
    span.begin = span.end - 1;
  }
  auto& message = diagnostics_.error(
      DiagnosticKind::SyntaxError, span,
      "expected " + what + (at_end ? ", but the file ends here" : ", but this is " + quoted(span.text())));

  size_t open = tokens.open_bracket(mistake_);
  bool closes = open != mistake_ && expected.test(tokens.type(open) + 1);
  bool is_body = tokens.type(open) == NnParser::OPEN_BODY;
  bool could_go_on = is_body && !at_end && !tokens.starts(Unit::item, mistake_);
  Span opening = span_of(source_, tokens[open]);
  if (closes && !could_go_on && line_at(source_, opening.begin).data() != line_at(source_, span.begin).data()) {
    message.note(opening, "opened here");
  }
  std::string word;
  if (seen.getType() == NnParser::NAME) word = word_meant(std::string(span.text()), expected, parser.getVocabulary());
  const std::string known = habit(tokens, mistake_, expected);
  if (!word.empty() || !known.empty()) {
    message.hint(known.empty() ? "did you mean " + word + "?" : known);
  } else if (NnParser::LET <= seen.getType() && seen.getType() <= NnParser::MOD && expected.test(NnParser::NAME) &&
             !on_new_line) {
    message.hint("`and`, `or`, `xor`, `not`, `mod`, `if`, `let` and `repeat` cannot be names");
  }
}

bool ErrorStrategy::complain_of_flow(antlr4::Parser& parser, const TokenSet& expected) {
  TokenList tokens = list(parser);
  size_t type = tokens.type(mistake_);
  bool is_operator = (NnParser::PLUS <= type && type <= NnParser::AT_LEAST) ||
                     (NnParser::AND <= type && type <= NnParser::MOD && type != NnParser::NOT) ||
                     type == NnParser::OPEN_INDEX || type == NnParser::DOT;
  auto* context = parser.getContext();
  if (context->getRuleIndex() == NnParser::RuleStage) context = static_cast<decltype(context)>(context->parent);
  if (!is_operator || !expected.test(NnParser::ARROW) || context->getRuleIndex() != NnParser::RuleFlow) return false;

  const bool is_method = type == NnParser::DOT && tokens.type(mistake_ + 2) == NnParser::OPEN;
  if (is_method) return false;
  std::string_view flow = span_of(source_, *context->start, tokens[mistake_ - 1]).text();
  bool is_short = flow.size() <= 60 && flow.find('\n') == std::string_view::npos;
  Span span = span_of(source_, tokens[mistake_]);
  diagnostics_
      .error(DiagnosticKind::SyntaxError, span, quoted(span.text()) + " cannot follow a flow that has no parentheses")
      .hint("put the flow in parentheses: `(" + std::string(is_short ? flow : "x -> f") + ")`");
  return true;
}

bool ErrorStrategy::complain_of_statement(antlr4::Parser& parser, const TokenSet& expected) {
  auto* context = parser.getContext();
  const size_t first = context->start->getTokenIndex();
  if (context->getRuleIndex() != NnParser::RuleStatement || first + 1 != mistake_) return false;
  const TokenList tokens = list(parser);
  const bool is_item = tokens.starts(Unit::item, first);
  const size_t type = context->start->getType();
  if (type != NnParser::NAME && type != NnParser::FOR && !is_item) return false;
  Span span = span_of(source_, *context->start);
  std::string hint = habit(tokens, mistake_, expected);  // `return x`, and `for i in …`, whose first word is the habit
  if (hint.empty()) hint = habit(tokens, first, TokenSet().set(NnParser::LET).set(NnParser::PARAM));
  auto& message = diagnostics_
                      .error(DiagnosticKind::SyntaxError, span,
                             "expected a statement (`let`, `param`, `state`, `y[i] = …`)" +
                                 std::string(is_item ? " or `}`" : "") + ", but this is " + quoted(span.text()))
                      .hint(hint);
  if (is_item) message.note(span_of(source_, tokens[tokens.open_bracket(first)]), "opened here");
  return true;
}

}  // namespace nnc::parse
