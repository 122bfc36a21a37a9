// The words of the language are names wherever a name is wanted.
#include <gtest/gtest.h>

#include "parse/text.h"

namespace nnc::test {
namespace {

const char* const kWords[] = {"import", "const",     "model", "function", "activation", "layer",   "encoding",
                              "loss",   "optimizer", "init",  "input",    "output",     "block",   "precision",
                              "for",    "param",     "state", "skip",     "use",        "ordered", "as",
                              "sum",    "prod",      "max",   "min",      "step",       "weight",  "target"};

class Keywords : public testing::TestWithParam<const char*> {
 protected:
  /// `text` with the word for each `$`.
  std::string with_word(const std::string& text) const {
    std::string result;
    for (char c : text) result += c == '$' ? std::string(GetParam()) : std::string(1, c);
    return result;
  }
};

TEST_P(Keywords, name_inputs_lets_outputs_and_blocks) {
  EXPECT_EQ(complaints(with_word(R"(
model $ {
  input $: f32
  let $ = $ + 1
  block $ = linear -> $
  output $ = concat($, $) -> linear -> $($)
  loss $
  loss - $
  optimizer $ for $, $.$
  precision $
})")),
            "");
}

TEST_P(Keywords, name_formals_parameters_states_and_indices) {
  EXPECT_EQ(complaints(with_word(R"(
const $ = 1
layer $($: [$], a: $ = $) -> $: [$] {
  param $: [$] = $ if $
  state $ = 0, $: [] = $
  let $[$: $, ordered $: 1..$] = $[$] + $($ = $) + a.$
  $[$, $: $] = sum[$: $]($)
  $ = $[0..$] + $
  $ := $ * $
  skip if $
  use $ if $
})")),
            "");
}

TEST_P(Keywords, are_operands) {
  EXPECT_EQ(grouped(with_word("$ * $ + $[$] ^ $.$")), with_word("(($ * $) + (($[$]) ^ ($.$)))"));
}

INSTANTIATE_TEST_SUITE_P(AllWords, Keywords, testing::ValuesIn(kWords),
                         [](const auto& test) { return std::string(test.param); });

class ReservedWords : public testing::TestWithParam<const char*> {};

TEST_P(ReservedWords, cannot_be_names_and_say_so) {
  EXPECT_EQ(complaints("const " + std::string(GetParam()) + " = 1"),
            "1:7: expected a name, but this is `" + std::string(GetParam()) +
                "`\nhint: `and`, `or`, `xor`, `not`, `mod`, `if`, `let` and `repeat` cannot be names\n");
}

INSTANTIATE_TEST_SUITE_P(AllWords, ReservedWords,
                         testing::Values("and", "or", "xor", "not", "mod", "if", "let", "repeat"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace nnc::test
