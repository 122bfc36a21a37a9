// What is printed reads back, and what is read prints as it was written.
#include <gtest/gtest.h>

#include <string>

#include "compiler/ir/print.h"
#include "ir/ir_text.h"

namespace nnc::ir {
namespace {

using test::read_ir;

void expect_same_text(const std::string& text) { EXPECT_EQ(print(read_ir(text)), text); }

TEST(Text, of_a_dense_layer_and_its_gradient_stays) {
  expect_same_text(R"(input x[N, 32]
input d_h[N, 64]
param weight[64, 32]
param offset[64]
s[b, o] += weight[o, i] * x[b, i]   over b: N, o: 64, i: 32
y[b, o] = s[b, o] + offset[o]   over b: N, o: 64
h[b, o] = max(y[b, o], 0)   over b: N, o: 64
d_y[b, o] += select(y[b, o] > 0, d_h[b, o], 0)   over b: N, o: 64
d_offset[o] += d_y[b, o]   over b: N, o: 64
d_weight[o, i] += x[b, i] * d_y[b, o]   over b: N, o: 64, i: 32
d_x[b, i] += weight[o, i] * d_y[b, o]   over b: N, o: 64, i: 32
output h
weight := d_weight
)");
}

TEST(Text, of_integers_gathers_and_scatters_stays) {
  expect_same_text(R"(input x[N, 2]
param table[100, 2]
constant size[2]: i32 = 50, 50
constant dense[2]: bool = 1, 0
value d_table[100, 2]
cell[b, l, i] = floor(x[b, i] * 4)   over b: N, l: 2, i: 2
corner[b, l, c, i] = u32(int(cell[b, l, i])) + select(bit(c, i), 1u, 0u)   over b: N, l: 2, c: 4, i: 2
slot[b, l, c] = 50 * l + int(select(dense[l], corner[b, l, c, 0] + 9u * corner[b, l, c, 1], corner[b, l, c, 0] xor 2654435761u * corner[b, l, c, 1]) mod u32(size[l]))   over b: N, l: 2, c: 4
y[b, l, f] += table[slot[b, l, c], f]   over b: N, l: 2, f: 2, c: 4
d_table[slot[b, l, c], f] += y[b, l, f]   over b: N, l: 2, f: 2, c: 4
output y
)");
}

TEST(Text, of_every_kind_of_declaration_stays) {
  expect_same_text(R"(value h[N, 3]: f16
input x[N, 3]: bf16
input k[N]: u32
param scale
state m[3]
constant table[2, 2] = 0.1, -3, 1e+30, inf
h[b, i] = x[b, i]   over b: N, i: 3
first[b] = h[b, 0] + real(k[b])   over b: N
r[b] += select(t > 0, first[b], 0)   over b: N, ordered t: 3
p *= scale + table[j, 1]   over j: 2
q max= h[b, i]   over b: N, i: 3
z = q + p * scale / N
next[i] = m[i] + z   over i: 3
output z
output r
m := next
)");
}

TEST(Text, of_recurrences_declares_what_is_read_before_it_is_written) {
  expect_same_text(R"(value h[N, 6]
input x[N, 6]
h[b, t] = tanh(x[b, t] + select(t > 0, h[b, t - 1], 0))   over b: N, ordered t: 6
)");
}

/// The body of `y = <body>` over b: N, i: 8, printed again.
std::string reprinted(const std::string& body) {
  Module module = read_ir("input x[N, 8]\ninput k[N, 8]: i32\nparam c\ny[b, i] = " + body + "   over b: N, i: 8\n");
  return print(module.equations[0].body);
}

TEST(Text, has_as_few_parentheses_as_its_levels_allow) {
  for (const char* text : {"x[b, i] + c + 1",
                           "x[b, i] - (c - 1)",
                           "x[b, i] * (c + 1)",
                           "x[b, i] / c / 2",
                           "x[b, i] / (c / 2)",
                           "x[b, i]^2 * c",
                           "(x[b, i] * c)^2",
                           "x[b, i]^c^2",
                           "(x[b, i]^c)^2",
                           "-x[b, i]^2",
                           "(-x[b, i])^2",
                           "-(c + 1)",
                           "c - -x[b, i]",
                           "x[b, i]^(-2)",
                           "(-2)^x[b, i]",
                           "-(2)",
                           "c mod (2 * c)",
                           "c * 2 mod x[b, i]",
                           "-x[b, i] * c",
                           "select(x[b, i] < c and c <= 1 or not(c == 1), 1, c)",
                           "select(x[b, i] < c and (c <= 1 or c != 1), 1, c)",
                           "select((k[b, i] xor 3) + 1 > 2, c, 1)",
                           "real(k[b, i] + 3 * i)",
                           "min(x[b, i], 3)",
                           "c + -3",
                           "c - 0.1"}) {
    EXPECT_EQ(reprinted(text), text);
  }
}

TEST(Text, marks_the_type_of_a_literal_only_where_its_neighbours_do_not_tell) {
  EXPECT_EQ(reprinted("1"), "1");
  EXPECT_EQ(reprinted("x[b, i] + 1.0"), "x[b, i] + 1");
  EXPECT_EQ(reprinted("real(1i + k[b, i])"), "real(1 + k[b, i])");
  EXPECT_EQ(reprinted("real(2i + 3i)"), "real(2i + 3i)");
  EXPECT_EQ(reprinted("2.0 + 3.0"), "2 + 3");
  EXPECT_EQ(reprinted("real(select(true, 1u, 2u))"), "real(select(true, 1u, 2u))");
  EXPECT_EQ(reprinted("x[b, i] * 0.1"), "x[b, i] * 0.1");
  EXPECT_EQ(reprinted("x[b, 2 * i - 1]"), "x[b, 2 * i - 1]");
  EXPECT_EQ(reprinted("-inf + nan"), "-inf + nan");
}

TEST(Text, swaps_greater_into_less) {
  EXPECT_EQ(reprinted("select(x[b, i] >= c, 1, c)"), "select(c <= x[b, i], 1, c)");
  EXPECT_EQ(reprinted("select(x[b, i] > 0, 1, c)"), "select(x[b, i] > 0, 1, c)");
  EXPECT_EQ(reprinted("select(0 > x[b, i], 1, c)"), "select(x[b, i] < 0, 1, c)");
}

TEST(Text, tells_tensors_from_indices_and_words_of_the_same_name) {
  expect_same_text(R"(param i
param N
param over
param dotted.name_2[3]
y[i] = i[] + N[] + N + over + dotted.name_2[i]   over i: 3
output = y[0]
output output
)");
}

TEST(Text, takes_comments_and_breaks_inside_brackets) {
  Module module = read_ir("input x[N]  // one number\n\ny[b] = max(x[b],\n           0)   over b: N  // relu\n");
  EXPECT_EQ(print(module.equations[0]), "y[b] = max(x[b], 0)   over b: N");
}

TEST(Text, shares_equal_nodes_and_indices) {
  Module module = read_ir("input x[N]\ny[b] = exp(x[b]) + exp(x[b])   over b: N\nz[b] = exp(x[b])   over b: N\n");
  const Node* sum = module.equations[0].body;
  EXPECT_EQ(sum->args[0], sum->args[1]);
  EXPECT_EQ(sum->args[0], module.equations[1].body);
  EXPECT_EQ(module.equations[0].over, module.equations[1].over);
}

std::string complaint(const std::string& text) {
  Diagnostics diagnostics;
  std::optional<Module> module = read(test::keep(text), diagnostics);
  EXPECT_FALSE(module.has_value()) << text;
  return diagnostics.all().empty() ? "" : diagnostics.all()[0].text;
}

TEST(Text, that_cannot_be_read_is_an_error_that_says_why) {
  EXPECT_EQ(complaint("input x[N\n"), "expected `]`");
  EXPECT_EQ(complaint("input x[N]\ninput x[N]\n"), "`x` is declared twice");
  EXPECT_EQ(complaint("input x[N, M]\n"), "expected a size or `N`");
  EXPECT_EQ(complaint("input x[N]: f8\n"), "expected a type");
  EXPECT_EQ(complaint("constant c[2] = 1, two\n"), "expected a number");
  EXPECT_EQ(complaint("y = \n"), "expected an expression");
  EXPECT_EQ(complaint("y 3\n"), "expected `=`, `+=`, `*=` or `max=`");
  EXPECT_EQ(complaint("y = 1 1\n"), "expected the end of the line");
  EXPECT_EQ(complaint("y = z\n"), "no index or tensor `z`");
  EXPECT_EQ(complaint("y = wobble(1)\n"), "no function `wobble`");
  EXPECT_EQ(complaint("y = exp(1, 2)\n"), "`exp` takes 1 operands");
  EXPECT_EQ(complaint("y = exp(1i)\n"), "`exp` does not take i32");
  EXPECT_EQ(complaint("param w[3]\ny = w\n"), "`w` has 1 indices");
  EXPECT_EQ(complaint("param w[3]\ny = w[1.5]\n"), "a place is an i32");
  EXPECT_EQ(complaint("y[i + 1] = 1   over i: 3\n"), "`y` needs a declaration: its places do not say its shape");
  EXPECT_EQ(complaint("y[i] = 1   over i: 3, i: 3\n"), "`i` stands twice in the domain");
  EXPECT_EQ(complaint("y[i] = 1   over i\n"), "expected `:`");
  EXPECT_EQ(complaint("output y\n"), "no tensor `y`");
}

TEST(Text, with_several_mistakes_gets_several_messages) {
  Diagnostics diagnostics;
  EXPECT_FALSE(read(test::keep("y = a\ninput x[N]\nz[b] = x[b] + c   over b: N\n"), diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 2u);
  EXPECT_EQ(diagnostics.all()[1].span.text(), "c");
}

}  // namespace
}  // namespace nnc::ir
