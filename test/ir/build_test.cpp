// Modules built in C++, and what is asked of them.
#include "compiler/ir/build.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "compiler/ir/walk.h"
#include "ir/ir_text.h"

namespace nnc::ir {
namespace {

TEST(Build, writes_equations_as_they_are_read) {
  Module module;
  Builder m(module);
  const Index *b = m.samples_index("b"), *o = m.index("o", 64), *i = m.index("i", 32);
  Tensor* x = module.tensor("x", {Extent::samples(), {32}}, Type::real, Role::input);
  Tensor* weight = module.tensor("weight", {{64}, {32}}, Type::real, Role::param);
  Tensor* y = module.tensor("y", {Extent::samples(), {64}}, Type::real, Role::value);
  Tensor* z = module.tensor("z", {Extent::samples()}, Type::real, Role::value);
  m.sum(y, {b, o}, m(weight, o, i) * m(x, b, i), {b, o, i});
  m.set(z, {b}, select(m(y, b, 0) > 0.0, 1.0 - m(y, b, m.value_of(b) * 0.0 + 1.0), 0.0) / m.samples(), {b});
  test::expect_well_formed(module);
  EXPECT_EQ(print(module),
            "input x[N, 32]\nparam weight[64, 32]\n"
            "y[b, o] += weight[o, i] * x[b, i]   over b: N, o: 64, i: 32\n"
            "z[b] = select(y[b, 0] > 0, 1 - y[b, b * 0 + 1], 0) / N   over b: N\n");
}

TEST(Module, gives_a_taken_name_a_suffix) {
  Module module;
  EXPECT_EQ(module.tensor("h", {}, Type::real, Role::value)->name, "h");
  EXPECT_EQ(module.tensor("h", {}, Type::real, Role::value)->name, "h_2");
  EXPECT_EQ(module.tensor("h", {}, Type::real, Role::value)->name, "h_3");
  EXPECT_EQ(module.find("h_2")->name, "h_2");
  EXPECT_EQ(module.find("g"), nullptr);
}

TEST(Module, lists_only_tensors_that_are_given_or_written) {
  Module module = test::read_ir("input x[N]\nvalue unused\ny[b] = x[b]   over b: N\n");
  ASSERT_EQ(module.tensors().size(), 2u);
  EXPECT_EQ(module.tensors()[1]->name, "y");
}

TEST(Module, keeps_its_nodes_when_it_moves) {
  Module first = test::read_ir("input x[N]\ny[b] = x[b] + 1   over b: N\n");
  std::string text = print(first);
  Module second = std::move(first);
  EXPECT_EQ(print(second), text);
  EXPECT_EQ(second.find("x")->name, "x");
}

TEST(Walk, replaces_nodes_and_rebuilds_what_uses_them) {
  Module module = test::read_ir("input x[N, 8]\ny[b, i] = x[b, i] * exp(x[b, i + 1])   over b: N, i: 8\n");
  const Node* three = module.constant(3, Type::i32);
  const Node* body = substitute(module, module.equations[0].body, [&](const Node* node) -> const Node* {
    return node->kind == Node::Kind::index && node->index->name == "i" ? three : nullptr;
  });
  EXPECT_EQ(print(body), "x[b, 3] * exp(x[b, 3i + 1i])");
}

TEST(Walk, finds_each_read_once) {
  Module module = test::read_ir("input x[N]\nparam k: i32\ny[b] = x[b] + x[b] * x[k]   over b: N\n");
  EXPECT_EQ(reads(module.equations[0]).size(), 3u);
}

TEST(Walk, groups_neighbours_around_the_same_ordered_index) {
  Module module = test::read_ir(R"(
param w
a[t] = w   over ordered t: 4
b[t] = a[t]   over ordered t: 4
c[t] = b[t]   over ordered t: 5
d[t] = c[t]   over t: 4
)");
  EXPECT_EQ(group_end(module.equations, 0), 2u);
  EXPECT_EQ(group_end(module.equations, 2), 3u);
  EXPECT_EQ(group_end(module.equations, 3), 4u);
}

}  // namespace
}  // namespace nnc::ir
