// Every form of the language, as the tree that it becomes.
#include <gtest/gtest.h>

#include "parse/text.h"

namespace nnc::test {
namespace {

TEST(Forms, an_empty_file_has_no_items) {
  EXPECT_EQ(tree(""), "");
  EXPECT_EQ(tree("  // nothing but a comment"), "");
}

TEST(Forms, imports_and_constants) {
  EXPECT_EQ(tree("import \"layers.nn\" const width = 2 * 32"),
            "import \"layers.nn\"\n"
            "const width\n"
            "  binary *\n"
            "    number 2\n"
            "    number 32\n");
}

TEST(Forms, a_model_with_every_member) {
  EXPECT_EQ(tree(R"(
model Image {
  input position: f32[2]
  let h = position -> encode
  output color: f32[3] = h
  block encode = linear -> relu
  loss l2(color)
  optimizer adam for linear_0, encode.linear_1.weight
  precision f16
})"),
            R"(model Image
  input position
    type f32
      shape
        number 2
  let h
    flow
      name position
      use encode
  output color
    type f32
      shape
        number 3
    name h
  block encode
    use linear
    use relu
  loss
    call l2
      argument
        name color
  optimizer for linear_0, encode.linear_1.weight
    use adam
  precision f16
)");
}

TEST(Forms, a_short_declaration) {
  EXPECT_EQ(tree("activation leaky(x, slope = 0.01) = x"),
            "activation leaky\n"
            "  formal x\n"
            "  formal slope\n"
            "    number 0.01\n"
            "  name x\n");
}

TEST(Forms, a_long_declaration_with_results) {
  EXPECT_EQ(tree("layer cell(x: [n], bias: bool = true) -> h: [m], y: [] { y = x }"),
            R"(layer cell
  formal x
    type
      shape
        name n
  formal bias
    type bool
    name true
  result h
    type
      shape
        name m
  result y
    type
      shape
  equation y
    name x
)");
}

TEST(Forms, each_kind_of_declaration) {
  for (const char* kind : {"function", "activation", "layer", "encoding", "loss", "optimizer", "init"}) {
    EXPECT_EQ(tree(std::string(kind) + " f() = 1"), std::string(kind) + " f\n  number 1\n");
  }
}

TEST(Forms, lets) {
  EXPECT_EQ(statement_tree("let h, y = cell(x, h)"),
            "let h, y\n"
            "  call cell\n"
            "    argument\n"
            "      name x\n"
            "    argument\n"
            "      name h\n");
  EXPECT_EQ(statement_tree("let s[ordered k: t, i: 1..n] = 0"),
            "let s\n"
            "  ordered binder k\n"
            "    name t\n"
            "  binder i\n"
            "    number 1\n"
            "    name n\n"
            "  number 0\n");
}

TEST(Forms, parameters_may_depend_on_a_condition) {
  EXPECT_EQ(statement_tree("param offset: [m] = init(n) if bias"),
            "param offset\n"
            "  type\n"
            "    shape\n"
            "      name m\n"
            "  call init\n"
            "    argument\n"
            "      name n\n"
            "  if\n"
            "    name bias\n");
  EXPECT_EQ(statement_tree("param w: [3] = [1, 2, x]"),
            "param w\n"
            "  type\n"
            "    shape\n"
            "      number 3\n"
            "  list\n"
            "    number 1\n"
            "    number 2\n"
            "    name x\n");
  EXPECT_EQ(statement_tree("param b: [3] = other.weight"),
            "param b\n"
            "  type\n"
            "    shape\n"
            "      number 3\n"
            "  member weight\n"
            "    name other\n");
}

TEST(Forms, states_updates_and_skips) {
  EXPECT_EQ(statement_tree("state m = 0, v: [] = 0 if lazy  m := m + 1  skip if m > 3"),
            R"(state
  variable m
    number 0
  variable v
    type
      shape
    number 0
  if
    name lazy
update m
  binary +
    name m
    number 1
skip if
  binary >
    name m
    number 3
)");
  EXPECT_EQ(statement_tree("use other if rank(weight) < 2"), R"(use other if
  binary <
    call rank
      argument
        name weight
    number 2
)");
}

TEST(Forms, equations) {
  EXPECT_EQ(statement_tree("y[i, 2 * k, 0] = x[i]"),
            R"(equation y
  indices
    index
      name i
    index
      binary *
        number 2
        name k
    index
      number 0
  subscript
    name x
    index
      name i
)");
  EXPECT_EQ(statement_tree("y[i: n, 0] = 1"),
            R"(equation y
  indices
    index
      name i
    index
      number 0
  binder i
    name n
  number 1
)");
}

TEST(Forms, slices) {
  EXPECT_EQ(statement_tree("y = x[0..3, 3.., ..3, 1]"),
            R"(equation y
  subscript
    name x
    slice
      from
        number 0
      to
        number 3
    slice
      from
        number 3
    slice
      to
        number 3
    index
      number 1
)");
}

TEST(Forms, reductions_over_indices_and_of_tensors) {
  EXPECT_EQ(statement_tree("y = sum[i: n](x[i]) + max(a, b) + min[i: n, j: m](z)"),
            R"(equation y
  binary +
    binary +
      reduce sum
        binder i
          name n
        subscript
          name x
          index
            name i
      call max
        argument
          name a
        argument
          name b
    reduce min
      binder i
        name n
      binder j
        name m
      name z
)");
}

TEST(Forms, repetition) {
  EXPECT_EQ(member_tree("output y = x -> repeat 2 { linear(64, bias = false) -> relu }"),
            R"(output y
  flow
    name x
    repeat
      number 2
      use linear
        argument
          number 64
        argument bias
          name false
      use relu
)");
  EXPECT_EQ(member_tree("output y = x -> repeat n as h { h + (h -> linear) }"),
            R"(output y
  flow
    name x
    repeat as h
      name n
      binary +
        name h
        flow
          name h
          use linear
)");
}

TEST(Forms, numbers_are_kept_as_written) {
  EXPECT_EQ(tree("const a = [7u, 2654435761u, 1e-4, 0.50, 1.5E+3, 007]"),
            "const a\n"
            "  list\n"
            "    number 7u\n"
            "    number 2654435761u\n"
            "    number 1e-4\n"
            "    number 0.50\n"
            "    number 1.5E+3\n"
            "    number 007\n");
}

TEST(Forms, newlines_mean_nothing) {
  std::string text = "model M{input x:f32[2]let a=x->linear(3)output y=a+1 loss-0.1*a loss l2(y)}const b=1";
  std::string lines;
  for (char c : text) lines += c == ' ' ? std::string("\n") : std::string(1, c);
  EXPECT_NE(tree(text), "mistakes\n");
  EXPECT_EQ(tree(lines), tree(text));
}

TEST(Forms, windows_line_ends_and_byte_order_marks) {
  EXPECT_EQ(tree("\xEF\xBB\xBF"
                 "const a = 1 // é\r\nconst b = 2\r\n"),
            "const a\n  number 1\nconst b\n  number 2\n");
}

}  // namespace
}  // namespace nnc::test
