// What a mistake is told as: at which token, in which words, and how often.
#include <gtest/gtest.h>

#include "parse/text.h"

namespace nnc::test {
namespace {

const std::string kMembers = "a member (`input`, `output`, `let`, `block`, `loss`, `optimizer`, `precision`)";
const std::string kStatements = "a statement (`let`, `param`, `state`, `y[i] = …`)";
const std::string kItems = "an item (`import`, `const`, `model`, `layer`, `activation`, …)";

std::string in_model(const std::string& member) {
  return complaints("model M {\n  input x: f32\n  " + member + "\n  output y = x\n}\nconst a = 1\n");
}
std::string in_layer(const std::string& statement) {
  return complaints("layer f(x: [n]) -> y: [n] {\n  " + statement + "\n  y[i] = x[i]\n}\nconst a = 1\n");
}

TEST(Messages, of_items) {
  EXPECT_EQ(complaints("lauer f(x) = x"), "1:1: expected " + kItems + " or the end of the file, but this is `lauer`\n" +
                                              "hint: did you mean `layer`?\n");
  EXPECT_EQ(complaints("const 3"), "1:7: expected a name, but this is `3`\n");
  EXPECT_EQ(complaints("const a 3"), "1:9: expected `=`, but this is `3`\n");
  EXPECT_EQ(complaints("const a ="), "1:9: expected an expression, but the file ends here\n");
  EXPECT_EQ(complaints("import layers"),
            "1:8: expected a text in quotes, but this is `layers`\n"
            "hint: another file is read by `import \"layers.nn\"`\n");
  EXPECT_EQ(complaints("model { }"), "1:7: expected a name, but this is `{`\n");
  EXPECT_EQ(complaints("layer f(x) y"), "1:12: expected `for`, `refused`, `->`, `=` or `{`, but this is `y`\n");
  EXPECT_EQ(complaints("layer f(x: ) = x"), "1:12: expected a type such as `f32[3]`, but this is `)`\n");
  EXPECT_EQ(complaints("layer f(x: [n] -> y: [n] { y = x }"), "1:16: expected `=`, `,` or `)`, but this is `->`\n");
  EXPECT_EQ(complaints("} const a = 1"), "1:1: expected " + kItems + " or the end of the file, but this is `}`\n");
}

TEST(Messages, of_members) {
  EXPECT_EQ(in_model("inpt z: f32"),
            "3:3: expected " + kMembers + " or `}`, but this is `inpt`\nhint: did you mean `input`?\n");
  EXPECT_EQ(in_model("input z f32"), "3:11: expected `:`, but this is `f32`\n");
  EXPECT_EQ(in_model("let z = x -> -> relu"), "3:16: expected a layer or a function, but this is `->`\n");
  EXPECT_EQ(in_model("let z = x -> 3"), "3:16: expected a layer or a function, but this is `3`\n");
  EXPECT_EQ(in_model("block b linear"), "3:11: expected `=`, but this is `linear`\n");
  EXPECT_EQ(in_model("let z = x -> repeat { relu }"), "3:23: expected an expression, but this is `{`\n");
  EXPECT_EQ(in_model("let z = x x"), "3:13: expected an operator, `->`, " + kMembers + " or `}`, but this is `x`\n");
  EXPECT_EQ(in_model("param w: [3] = 0"),
            "3:3: expected " + kMembers + " or `}`, but this is `param`\n" +
                "hint: a parameter belongs in a layer: `layer name(x: [n]) -> y: [m] { param … }`\n");
}

TEST(Messages, of_statements) {
  EXPECT_EQ(in_layer("param w [3] = 0"), "2:11: expected `:`, but this is `[`\n");
  EXPECT_EQ(in_layer("y[] = 3"), "2:5: expected an expression, but this is `]`\n");
  EXPECT_EQ(in_layer("state m = 1,"), "3:4: expected `=` or `:`, but this is `[`\n");
  EXPECT_EQ(in_layer("skip c"), "2:8: expected `if`, `=`, `:=` or `[`, but this is `c`\n");
  EXPECT_EQ(in_layer("linear relu"), "2:3: expected " + kStatements + ", but this is `linear`\n");
  EXPECT_EQ(in_layer("let z = sum[i](x[i])"),
            "2:17: expected an operator, `->`, " + kStatements + " or `}`, but this is `(`\n");
}

TEST(Messages, of_brackets_name_the_one_that_is_open) {
  EXPECT_EQ(in_model("let z = linear(64 -> relu"),
            "4:3: expected `->`, `,`, `(` or `)`, but this is `output`\nnote: 3:17: opened here\n");
  EXPECT_EQ(in_layer("z[i] = sum[i: n](x[i]"),
            "3:3: expected an operator, `->` or `)`, but this is `y`\nnote: 2:19: opened here\n");
  EXPECT_EQ(complaints("model M {\n  input x: f32\n  output y = x"),
            "3:14: expected " + kMembers + " or `}`, but the file ends here\nnote: 1:9: opened here\n");
  EXPECT_EQ(complaints("model M {\n  output y = x\n\nlayer f(x) = x"),
            "4:1: expected " + kMembers + " or `}`, but this is `layer`\nnote: 1:9: opened here\n");
}

TEST(Messages, of_an_item_in_a_layer_that_is_not_closed) {
  EXPECT_EQ(complaints("layer f(x: [n]) -> y: [n] {\n  y = x\nmodel M { input x: f32 output y = x }"),
            "3:1: expected " + kStatements + " or `}`, but this is `model`\nnote: 1:27: opened here\n");
}

TEST(Messages, of_a_body_of_another_language_are_one) {
  EXPECT_EQ(in_model("for i in range(3) { let z = x }"),
            "3:3: expected " + kMembers +
                " or `}`, but this is `for`\n"
                "hint: what repeats is an index, `let y[i: 3] = …`, or stages: `repeat 3 { … }`\n");
  EXPECT_EQ(in_layer("if n > 3 { let z = x } else { let z = 2 * x }"),
            "2:3: expected " + kStatements + " or `}`, but this is `if`\n" +
                "hint: a choice is written `select(condition, a, b)`\n");
  EXPECT_EQ(complaints("class Net { let z = 3 }\nconst a = 1"),
            "1:1: expected " + kItems + " or the end of the file, but this is `class`\n" +
                "hint: a network is declared as `model Name { … }`\n");
  // where a bracket is missing, what stands in the body is not skipped
  EXPECT_EQ(kinds("model M {\n input x: f32\n for i in 3 {\n let = 4\n output y = x\n}").size(), 2u);
}

TEST(Messages, of_an_operator_behind_a_flow_say_to_write_parentheses) {
  EXPECT_EQ(in_model("let z = x -> f * 2"),
            "3:18: `*` cannot follow a flow that has no parentheses\nhint: put the flow in parentheses: `(x -> f)`\n");
  EXPECT_EQ(in_model("let z = f(x -> linear(3) + 1)"),
            "3:28: `+` cannot follow a flow that has no parentheses\n"
            "hint: put the flow in parentheses: `(x -> linear(3))`\n");
  EXPECT_EQ(in_model("let z = x -> f[0]"),
            "3:17: `[` cannot follow a flow that has no parentheses\nhint: put the flow in parentheses: `(x -> f)`\n");
}

TEST(Messages, of_comparisons_in_a_chain) {
  EXPECT_EQ(in_layer("let z = a < b <= c"), "2:17: comparisons do not chain\nhint: write `a < b and b < c`\n");
}

TEST(Messages, of_characters_and_texts) {
  EXPECT_EQ(complaints("import \"a.nn"), "1:8: this text has no closing `\"` on its line\n");
  EXPECT_EQ(complaints(std::string("const a = 1\0 ", 13)), "1:12: a control character has no meaning here\n");
  EXPECT_EQ(complaints("const größe = 1"),
            "1:9: `öß` has no meaning in this language\n"
            "hint: a name has letters from a to z, digits and `_`, and begins with none of the digits\n");
  EXPECT_EQ(complaints("const a = €"), "1:11: `€` has no meaning in this language\n");
}

TEST(Messages, carry_their_kind) {
  using Kinds = std::vector<DiagnosticKind>;
  EXPECT_EQ(kinds("const a = = 3"), Kinds{DiagnosticKind::SyntaxError});
  EXPECT_EQ(kinds("const a = @"), Kinds{DiagnosticKind::UnknownCharacter});
  EXPECT_EQ(kinds("import \"a.nn"), Kinds{DiagnosticKind::UnterminatedString});
}

TEST(Messages, of_an_expression_alone) {
  EXPECT_EQ(grouped("1 +"), "mistakes");
  EXPECT_EQ(grouped("1 2"), "mistakes");
  EXPECT_EQ(grouped(""), "mistakes");
  EXPECT_EQ(grouped("2 * width"), "(2 * width)");
}

TEST(Messages, five_mistakes_have_five) {
  EXPECT_EQ(kinds(R"(
model A {
  inpt x: f32
  input y f32
  output z = x -> f * 2
  let a = linear(64 -> relu
  let b = x -> -> relu
}
)")
                .size(),
            5u);
  EXPECT_EQ(kinds(R"(
layer f(x: [n] -> y: [n] { y = x }
layer g(x: [n]) -> y: [n] {
  param w [3] = 3
  y[i] = sum[i: n](x[i]
  z = x ** 2
}
const a = = 3
)")
                .size(),
            5u);
}

TEST(Messages, one_mistake_has_one) {
  for (const char* text : {
           "model M { output y = x -> repeat 2 { f }\n } \n output z = y \n loss l2(y) }\nlayer f(x) = x",
           "model M { output y = x -> repeat 2 { f \n loss l2(y) \n optimizer adam }\nlayer f(x) = x",
           "model { input x: f32  let a = x -> repeat 2 { f }  output y = a }\nlayer f(x) = x",
           "layer f x: [n]) -> y: [n] { let a = x  y[i] = a[i] }\nlayer g(x) = x",
           "layer f(x) {\n let a = g(\n  bias = false,\n  3 3,\n  gain = 2)\n y = a }\nlayer g(x) = x",
           "model M { loss l2(y) +\n  optimizer adam(rate = 1)\n  precision f16 }",
       }) {
    EXPECT_EQ(kinds(text).size(), 1u) << text << "\n" << complaints(text);
  }
}

}  // namespace
}  // namespace nnc::test
