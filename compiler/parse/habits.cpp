#include "compiler/parse/habits.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "NnParser.h"

namespace nnc::parse {
namespace {

using grammar::NnParser;

/// What the parser wanted there: an item, a member (`line`: where one begins a line), a member or a statement, …; or
/// the brackets around it, `[` or `(`.
enum class Where { anywhere, item, member, line, unit, name, expression, index, call };

/// The token of the mistake between its neighbours, blanks between them: none of them wanted, or `<name>`, `<text>`,
/// `<number>` (which touches the next token).
struct Habit {
  Where where;
  const char *before, *seen, *after, *hint;
};

constexpr const char* kChoice = "a choice is written `select(condition, a, b)`";
constexpr const char* kArrow = "the arrow is `->`";
constexpr const char* kPower = "a power is written `x^2`";
constexpr const char* kComment = "a comment begins with `//`";
constexpr const char* kRepeated = "what repeats is an index, `let y[i: 3] = …`, or stages: `repeat 3 { … }`";
constexpr const char* kLayer = "a layer is declared as `layer name(x: [n]) -> y: [m] { … }`";
constexpr const char* kModel = "a network is declared as `model Name { … }`";
constexpr const char* kLet = "a value is declared by `let h = …`";
constexpr const char* kUpdate = "a new value is written `weight := …`";
constexpr const char* kSlice = "elements of the first axis are `x[0..3]`; of another, `let y[i: 4] = x[i, 0]`";
constexpr const char* kDigits = "a number has digits before its point and behind it, and no letters: `0.5`, `1000`";
constexpr const char* kLetters = "a name has letters from a to z, digits and `_`, and begins with none of the digits";
constexpr const char* kImport = "another file is read by `import \"layers.nn\"`";
constexpr const char* kQuotes = "a name stands without quotes";
constexpr const char* kWords = "the loss and the optimizer follow their words: `loss f(y)`, `optimizer g`";
constexpr const char* kStages = "stages follow one another by `->`";
constexpr const char* kAlone = "a function stands by its own name: `f(x)`, or in a flow: `x -> f`";

constexpr Habit kHabits[] = {
    {Where::anywhere, "*", "*", "", kPower},
    {Where::index, "", ";", "", "what stands in brackets is divided by `,`"},
    {Where::call, "", ";", "", "what stands in brackets is divided by `,`"},
    {Where::anywhere, "", ";", "", "nothing stands between statements"},
    {Where::unit, "", ",", "", "nothing stands between statements"},
    {Where::anywhere, "", "%", "", "the remainder is `a mod b`"},
    {Where::anywhere, "", "&", "", "write `and`"},
    {Where::anywhere, "", "|", ">", kArrow},
    {Where::anywhere, "", "|", "", "write `or`"},
    {Where::anywhere, "", "!", "", "write `not`"},
    {Where::expression, "", "@", "", "a product is an equation: `let y[i: m] = sum[j: n](w[i, j] * x[j])`"},
    {Where::anywhere, "[", "?", "", "a model describes one sample: the size of a batch is not said"},
    {Where::anywhere, "", "?", "", kChoice},
    {Where::anywhere, "", "#", "", kComment},
    {Where::anywhere, "/", "*", "", kComment},
    {Where::anywhere, "", "/", "*", kComment},
    {Where::expression, "", "'", "", kQuotes},
    {Where::expression, "", "“", "", kQuotes},
    {Where::anywhere, "", "'", "", "a text stands in double quotes"},
    {Where::anywhere, "", "“", "", "a text stands in straight quotes: `\"layers.nn\"`"},
    {Where::anywhere, "-", ">", "", "the arrow `->` is one word"},
    {Where::anywhere, "", "=", ">", kArrow},
    {Where::anywhere, "", "→", "", kArrow},
    {Where::anywhere, "", "×", "", "a product is written `a * b`"},
    {Where::anywhere, "", "·", "", "a product is written `a * b`"},
    {Where::anywhere, "", "÷", "", "a quotient is written `a / b`"},
    {Where::anywhere, "", "π", "", "write `pi`"},
    {Where::anywhere, "", "²", "", kPower},
    {Where::anywhere, "", "≤", "", "write `<=`"},
    {Where::anywhere, "", "≥", "", "write `>=`"},
    {Where::anywhere, "", "≠", "", "write `!=`"},
    {Where::index, "..", ".", "", kSlice},
    {Where::anywhere, "[", ":", "", kSlice},
    {Where::anywhere, "[ <number>", ":", "", kSlice},
    {Where::anywhere, "[ <name>", ":", "", kSlice},
    {Where::call, "<name>", ":", "", "an argument is given as `features = 3`"},
    {Where::anywhere, "", ".", "<number>", "a number begins with a digit: `0.5`"},
    {Where::anywhere, "<number>", "f", "", kDigits},
    {Where::anywhere, "<number>", "e", "", kDigits},
    {Where::anywhere, "0", "<name>", "", kDigits},
    {Where::anywhere, "<number>", "_000", "", kDigits},
    {Where::anywhere, "<number>", "<name>", "", "a product is written `3 * x`"},
    {Where::anywhere, "<number> .", "", "", kDigits},
    {Where::name, "", "<number>", "<name>", kLetters},
    {Where::name, "", "<text>", "", kQuotes},
    {Where::expression, "", "<text>", "", kQuotes},
    {Where::anywhere, "loss", "=", "", kWords},
    {Where::anywhere, "loss", ":", "", kWords},
    {Where::anywhere, "optimizer", "=", "", kWords},
    {Where::anywhere, "optimizer", ":", "", kWords},
    {Where::anywhere, ". <name>", "(", "", kAlone},
    {Where::anywhere, "<name>", ".", "<name> (", kAlone},
    {Where::anywhere, ")", "(", "", "what goes in stands in front: `x -> f(4)`"},
    {Where::anywhere, ": <name>", "(", "", "a shape stands in brackets: `f32[3]`"},
    {Where::anywhere, "model <name>", "(", "", "inputs are members: `model Name { input x: f32[3] … }`"},
    {Where::anywhere, "block <name>", "{", "", "a block is stages: `block trunk = f(64) -> g`"},
    {Where::anywhere, "const <name>", ":", "", "a constant has the type of its value: `const width = 64`"},
    {Where::anywhere, "output <name>", "[", "",
     "a value by its elements is a `let`, which an output gives: `let h[i: 3] = …`"},
    {Where::anywhere, "let <name> [ <name>", "]", "", "an index has a range: `let h[i: 3] = …`"},
    {Where::anywhere, "import", "<name>", "", kImport},
    {Where::item, "", "from", "", kImport},
    {Where::item, "", "def", "", kLayer},
    {Where::item, "", "fn", "", kLayer},
    {Where::item, "", "func", "", kLayer},
    {Where::item, "", "struct", "", kModel},
    {Where::item, "", "class", "", kModel},
    {Where::item, "", "network", "", kModel},
    {Where::item, "", "<name>", "=", "a number with a name is `const width = 64`"},
    {Where::unit, "", "for", "", kRepeated},
    {Where::unit, "", "while", "", kRepeated},
    {Where::expression, "", "if", "", kChoice},
    {Where::unit, "", "if", "", kChoice},
    {Where::anywhere, "", "else", "", kChoice},
    {Where::member, "", "param", "", "a parameter belongs in a layer: `layer name(x: [n]) -> y: [m] { param … }`"},
    {Where::member, "", "state", "", "a state is an `input`, and the next one an `output`"},
    {Where::unit, "", "self", "", kLet},
    {Where::unit, "", "var", "", kLet},
    {Where::unit, "", "auto", "", kLet},
    {Where::line, "", "<name>", "=", kLet},
    {Where::line, "", "<name>", "[", kLet},
    {Where::anywhere, "optimizer <name>", "<name>", "=", "an argument stands in parentheses: `f(rate = 1e-3)`"},
    {Where::anywhere, "optimizer <name>", "<name>", "", kStages},
    {Where::anywhere, "optimizer <name>", "-", "", kStages},
    {Where::anywhere, "block <name> = <name>", "-", "", kStages},
    {Where::anywhere, ")", "<name>", "=", "an argument stands in parentheses: `f(rate = 1e-3)`"},
    {Where::anywhere, "return", "", "", "a result has an equation: `y[i] = …`"},
    {Where::anywhere, "let", "(", "", "several results have names in a row: `let a, b = …`"},
    {Where::anywhere, "let <name>", "-", "", kLetters},
    {Where::anywhere, "input <name>", "-", "", kLetters},
    {Where::anywhere, "output <name>", "-", "", kLetters},
    {Where::anywhere, "weight", "-", "=", kUpdate},
    {Where::anywhere, "weight", "+", "=", kUpdate},
    {Where::anywhere, "weight", "*", "=", kUpdate},
};

bool stands(Where where, const TokenList& tokens, size_t mistake, const TokenSet& expected) {
  const bool takes_name = expected.test(NnParser::NAME), takes_number = expected.test(NnParser::INTEGER);
  switch (where) {
    case Where::anywhere:
      return true;
    case Where::item:
      return expected.test(NnParser::MODEL) && !takes_name;
    case Where::member:
      return expected.test(NnParser::INPUT) && expected.test(NnParser::LET);
    case Where::line:
      return expected.test(NnParser::INPUT) && expected.test(NnParser::LET) && tokens.is_first_on_line(mistake);
    case Where::unit:
      return expected.test(NnParser::LET);
    case Where::name:
      return takes_name && !takes_number;
    case Where::expression:
      return takes_number || expected.test(NnParser::TIMES);
    case Where::index:
      return tokens.type(tokens.open_bracket(mistake)) == NnParser::OPEN_INDEX;
    case Where::call:
      return tokens.type(tokens.open_bracket(mistake)) == NnParser::OPEN;
  }
  return false;
}

bool is_word(std::string_view wanted, const TokenList& tokens, size_t index) {
  const size_t type = tokens.type(index);
  if (wanted == "<name>") return is_name(type);
  if (wanted == "<number>") return type == NnParser::INTEGER || type == NnParser::DECIMAL;
  if (wanted == "<text>") return type == NnParser::STRING;
  return tokens.text(index) == wanted;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    all.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

bool fits(const Habit& row, const TokenList& tokens, size_t mistake, const TokenSet& expected) {
  if (*row.seen != 0 && !is_word(row.seen, tokens, mistake)) return false;
  if (row.seen == std::string_view("<number>") && !tokens.touch(mistake)) return false;
  const auto before = words(row.before), after = words(row.after);
  if (before.size() > mistake) return false;
  for (size_t k = 0; k < before.size(); ++k) {
    const size_t index = mistake - before.size() + k;
    if (!is_word(before[k], tokens, index)) return false;
    if (before[k] == "<number>" && !tokens.touch(index)) return false;
  }
  for (size_t k = 0; k < after.size(); ++k) {
    if (!is_word(after[k], tokens, mistake + 1 + k)) return false;
  }
  return stands(row.where, tokens, mistake, expected);
}

}  // namespace

std::string habit(const TokenList& tokens, size_t mistake, const TokenSet& expected) {
  for (const Habit& row : kHabits) {
    if (fits(row, tokens, mistake, expected)) return row.hint;
  }
  const std::string_view seen = tokens.text(mistake);
  const int lead = seen.empty() ? 0 : static_cast<unsigned char>(seen[0]);
  const bool is_letter = lead >= 0xC3 && lead <= 0xD4;  // UTF-8 of Latin, Greek and Cyrillic
  return is_letter ? kLetters : "";
}

}  // namespace nnc::parse
