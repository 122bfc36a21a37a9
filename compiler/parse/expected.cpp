#include "compiler/parse/expected.h"

#include "NnParser.h"
#include "compiler/support/closest_name.h"

namespace nnc::parse {
namespace {

using grammar::NnParser;

TokenSet from_to(size_t first, size_t last) {
  TokenSet set;
  for (size_t i = first; i <= last; ++i) set.set(i);
  return set;
}

TokenSet of(std::initializer_list<size_t> types) {
  TokenSet set;
  for (size_t type : types) set.set(type);
  return set;
}

/// A set of tokens with a name of its own: known by some that it has and some that it has not.
struct Phrase {
  TokenSet has;
  TokenSet lacks;
  TokenSet covers;
  const char* words;
  bool starts_line = false;
};

/// The phrases, tried in this order; each takes away what it covers.
const std::vector<Phrase>& phrases() {
  using P = NnParser;
  static const TokenSet kNames = from_to(P::IMPORT, P::MIN) | of({P::NAME});
  static const TokenSet kOperators = from_to(P::PLUS, P::AT_LEAST) | from_to(P::AND, P::MOD);
  static const TokenSet kNumber = of({P::INTEGER, P::DECIMAL});
  static const TokenSet kExpression =
      kNames | kNumber | of({P::OPEN, P::OPEN_INDEX, P::PLUS, P::MINUS, P::NOT, P::ORDERED});
  static const std::vector<Phrase> kPhrases = {
      {of({P::IMPORT, P::MODEL}), of({P::NAME}), from_to(P::IMPORT, P::INIT),
       "an item (`import`, `const`, `model`, `layer`, `activation`, …)", true},
      {of({P::LET, P::INPUT}), of({P::NAME}),
       of({P::LET, P::INPUT, P::OUTPUT, P::BLOCK, P::LOSS, P::OPTIMIZER, P::PRECISION}),
       "a member (`input`, `output`, `let`, `block`, `loss`, `optimizer`, `precision`)", true},
      {of({P::LET, P::NAME}), {}, kNames | of({P::LET}), "a statement (`let`, `param`, `state`, `y[i] = …`)", true},
      {of({P::INTEGER, P::NAME}), {}, kExpression, "an expression"},
      {of({P::REPEAT, P::NAME}), {}, kNames | of({P::REPEAT}), "a layer or a function"},
      {of({P::OPEN_INDEX, P::NAME}), {}, kNames | of({P::OPEN_INDEX}), "a type such as `f32[3]`"},
      {of({P::NAME}), {}, kNames, "a name"},
      {of({P::TIMES, P::PLUS}), {}, kOperators | of({P::OPEN, P::OPEN_INDEX, P::DOT}), "an operator"},
      {of({P::STRING}), {}, of({P::STRING}), "a text in quotes"},
      {of({0}), {}, of({0}), "the end of the file", true},
  };
  return kPhrases;
}

/// "`->`"
std::string quoted(const antlr4::dfa::Vocabulary& vocabulary, size_t type) {
  std::string literal = vocabulary.getLiteralName(type);  // "'->'"
  return literal.size() < 3 ? "" : "`" + literal.substr(1, literal.size() - 2) + "`";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace

std::string in_words(TokenSet expected, bool on_new_line, const antlr4::dfa::Vocabulary& vocabulary) {
  std::vector<std::string> going_on, starting;
  for (const Phrase& phrase : phrases()) {
    if ((expected & phrase.has) != phrase.has || (expected & phrase.lacks).any()) continue;
    expected &= ~phrase.covers;
    (phrase.starts_line ? starting : going_on).push_back(phrase.words);
  }
  for (size_t type = 1; type < expected.size(); ++type) {
    if (expected.test(type)) (type == NnParser::END_BODY ? starting : going_on).push_back(quoted(vocabulary, type));
  }
  if (on_new_line && !starting.empty()) return joined(starting);
  going_on.insert(going_on.end(), starting.begin(), starting.end());
  return joined(going_on);
}

std::string word_meant(const std::string& text, const TokenSet& expected, const antlr4::dfa::Vocabulary& vocabulary) {
  if (text.size() < 3 || expected.test(NnParser::NAME)) return {};
  std::vector<std::string> words;
  for (size_t type = NnParser::IMPORT; type <= NnParser::MOD; ++type) {
    const std::string word = expected.test(type) ? quoted(vocabulary, type) : "";
    if (!word.empty()) words.push_back(word.substr(1, word.size() - 2));
  }
  const std::string meant = closest_name(text, words);
  return meant.empty() ? "" : "`" + meant + "`";
}

}  // namespace nnc::parse
