// What other languages and systems write, and the hint that it gets.
#include <gtest/gtest.h>

#include "parse/text.h"

namespace nnc::test {
namespace {

struct Habit {
  const char* text;
  const char* hint;
};

/// The hint of the first complaint.
std::string hint_of(const std::string& text) {
  std::string all = complaints(text);
  size_t at = all.find("hint: ");
  if (at == std::string::npos) return all;
  return all.substr(at + 6, all.find('\n', at) - at - 6);
}

class Item : public testing::TestWithParam<Habit> {};
class Member : public testing::TestWithParam<Habit> {};
class Statement : public testing::TestWithParam<Habit> {};

TEST_P(Item, has_a_hint) { EXPECT_EQ(hint_of(GetParam().text), GetParam().hint) << GetParam().text; }

TEST_P(Member, has_a_hint) {
  std::string text = std::string("model M {\n  input x: f32\n  ") + GetParam().text + "\n  output y = x\n}\n";
  EXPECT_EQ(hint_of(text), GetParam().hint) << GetParam().text;
}

TEST_P(Statement, has_a_hint) {
  std::string text = std::string("layer f(x: [n]) -> y: [n] {\n  ") + GetParam().text + "\n  y[i] = x[i]\n}\n";
  EXPECT_EQ(hint_of(text), GetParam().hint) << GetParam().text;
}

constexpr const char* kChoice = "a choice is written `select(condition, a, b)`";
constexpr const char* kArrow = "the arrow is `->`";
constexpr const char* kAlone = "a function stands by its own name: `f(x)`, or in a flow: `x -> f`";
constexpr const char* kSlice = "elements of the first axis are `x[0..3]`; of another, `let y[i: 4] = x[i, 0]`";
constexpr const char* kDigits = "a number has digits before its point and behind it, and no letters: `0.5`, `1000`";
constexpr const char* kLetters = "a name has letters from a to z, digits and `_`, and begins with none of the digits";
constexpr const char* kLet = "a value is declared by `let h = …`";
constexpr const char* kLayer = "a layer is declared as `layer name(x: [n]) -> y: [m] { … }`";
constexpr const char* kModel = "a network is declared as `model Name { … }`";
constexpr const char* kWords = "the loss and the optimizer follow their words: `loss f(y)`, `optimizer g`";
constexpr const char* kImport = "another file is read by `import \"layers.nn\"`";

INSTANTIATE_TEST_SUITE_P(
    Habits, Item,
    testing::Values(Habit{"def forward(x):", kLayer}, Habit{"fn f(x)", kLayer}, Habit{"func f(x)", kLayer},
                    Habit{"class Net {", kModel}, Habit{"struct Net {", kModel}, Habit{"network A {", kModel},
                    Habit{"from a import b", kImport}, Habit{"import torch", kImport},
                    Habit{"import “a.nn”", "a text stands in straight quotes: `\"layers.nn\"`"},
                    Habit{"import 'a.nn'", "a text stands in double quotes"},
                    Habit{"width = 64", "a number with a name is `const width = 64`"},
                    Habit{"const n: int = 64", "a constant has the type of its value: `const width = 64`"},
                    Habit{"const n = 1_000", kDigits}, Habit{"const n = 0xff", kDigits},
                    Habit{"const n = 0.5f", kDigits}, Habit{"/* note */ const a = 1", "a comment begins with `//`"},
                    Habit{"model A(x: [3]) { output y = x }",
                          "inputs are members: `model Name { input x: f32[3] … }`"}));

INSTANTIATE_TEST_SUITE_P(
    Habits, Member,
    testing::Values(
        Habit{"input 3d: f32", kLetters}, Habit{"input my-input: f32", kLetters}, Habit{"input α: f32", kLetters},
        Habit{"input z: f32(3)", "a shape stands in brackets: `f32[3]`"},
        Habit{"input z: f32[?, 3]", "a model describes one sample: the size of a batch is not said"},
        Habit{"input z: f32,", "nothing stands between statements"},
        Habit{"let z = x;", "nothing stands between statements"}, Habit{"let z = nn.Linear(3)", kAlone},
        Habit{"let z = x.mean()", kAlone}, Habit{"let z = x -> nn.Linear(3)", kAlone},
        Habit{"let z = f(4)(x)", "what goes in stands in front: `x -> f(4)`"}, Habit{"let z = x => f", kArrow},
        Habit{"let z = x |> f", kArrow}, Habit{"let z = x → f", kArrow},
        Habit{"let z = x - > f", "the arrow `->` is one word"}, Habit{"let z = x if a else b", kChoice},
        Habit{"let z = if a { b } else { c }", kChoice}, Habit{"let z = a ? b : c", kChoice},
        Habit{"let z = x[:, 0]", kSlice}, Habit{"let z = x[0:2]", kSlice}, Habit{"let z = x[..., 0]", kSlice},
        Habit{"let z = x -> f(features: 3)", "an argument is given as `features = 3`"},
        Habit{"let z = x -> f(init = \"zeros\")", "a name stands without quotes"},
        Habit{"let (a, b) = f(x)", "several results have names in a row: `let a, b = …`"},
        Habit{"let h[i] = x[i]", "an index has a range: `let h[i: 3] = …`"},
        Habit{"output z[i: 3] = x[i]", "a value by its elements is a `let`, which an output gives: `let h[i: 3] = …`"},
        Habit{"block b { f }", "a block is stages: `block trunk = f(64) -> g`"}, Habit{"loss = f(x)", kWords},
        Habit{"loss: f(x)", kWords}, Habit{"optimizer = f", kWords}, Habit{"optimizer: f", kWords},
        Habit{"optimizer f g", "stages follow one another by `->`"},
        Habit{"optimizer f - g", "stages follow one another by `->`"},
        Habit{"block b = f - g", "stages follow one another by `->`"},
        Habit{"optimizer f rate = 1e-3", "an argument stands in parentheses: `f(rate = 1e-3)`"},
        Habit{"let z = f(x)\n  h = g(z)", kLet}, Habit{"let z = 3x", "a product is written `3 * x`"},
        Habit{"let z = 2 * π", "write `pi`"}, Habit{"let z = [x; x]", "what stands in brackets is divided by `,`"},
        Habit{"z = f(x)", kLet}, Habit{"z[i] = f(x)", kLet}, Habit{"self.z = f(x)", kLet}, Habit{"var z = f(x)", kLet},
        Habit{"auto z = f(x)", kLet},
        Habit{"param w: [3] = 0", "a parameter belongs in a layer: `layer name(x: [n]) -> y: [m] { param … }`"},
        Habit{"state h: [3] = 0", "a state is an `input`, and the next one an `output`"},
        Habit{"while a { let b = x }", "what repeats is an index, `let y[i: 3] = …`, or stages: `repeat 3 { … }`"}));

INSTANTIATE_TEST_SUITE_P(
    Habits, Statement,
    testing::Values(
        Habit{"let z = x ** 2", "a power is written `x^2`"}, Habit{"let z = x²", "a power is written `x^2`"},
        Habit{"let z = a % b", "the remainder is `a mod b`"}, Habit{"let z = a && b", "write `and`"},
        Habit{"let z = a || b", "write `or`"}, Habit{"let z = !a", "write `not`"}, Habit{"let z = a ≤ b", "write `<=`"},
        Habit{"let z = a ≥ b", "write `>=`"}, Habit{"let z = a ≠ b", "write `!=`"},
        Habit{"let z = a × b", "a product is written `a * b`"}, Habit{"let z = a · b", "a product is written `a * b`"},
        Habit{"let z = .5", "a number begins with a digit: `0.5`"}, Habit{"let z = 5. * a", kDigits},
        Habit{"y = w @ x", "a product is an equation: `let y[i: m] = sum[j: n](w[i, j] * x[j])`"},
        Habit{"# note", "a comment begins with `//`"}, Habit{"return x", "a result has an equation: `y[i] = …`"},
        Habit{"for i in 3 { let z = x }", "what repeats is an index, `let y[i: 3] = …`, or stages: `repeat 3 { … }`"},
        Habit{"var z = 3", kLet}, Habit{"self.z = 3", kLet},
        Habit{"weight -= rate", "a new value is written `weight := …`"},
        Habit{"weight += rate", "a new value is written `weight := …`"},
        Habit{"weight *= rate", "a new value is written `weight := …`"}));

TEST(Habits, have_no_hint_where_there_is_none) {
  EXPECT_EQ(complaints("model M {\n  precision\n  output y = x\n}").find("let h"), std::string::npos);
  EXPECT_EQ(complaints("const a 3"), "1:9: expected `=`, but this is `3`\n");
  EXPECT_EQ(complaints("const a = 1 €"), "1:13: `€` has no meaning in this language\n");
}

}  // namespace
}  // namespace nnc::test
