// The three modules that the design of the IR is explained by: a dense layer, a hash grid, an eikonal term.
#include <gtest/gtest.h>

#include <string>

#include "autodiff/three_ways.h"
#include "compiler/autodiff/gradients.h"
#include "compiler/ir/print.h"
#include "ir/ir_text.h"

namespace nnc::autodiff {
namespace {

const std::string kDenseLayer = R"(
input x[N, 32]
input d_h[N, 64]
param weight[64, 32]
param offset[64]
s[b, o] += weight[o, i] * x[b, i]   over b: N, o: 64, i: 32
y[b, o] = s[b, o] + offset[o]   over b: N, o: 64
h[b, o] = max(y[b, o], 0)   over b: N, o: 64
)";

TEST(DenseLayer, has_the_gradient_of_the_design_page) {
  ir::Module module = test::read_ir(kDenseLayer);
  auto find = [&](const char* name) { return module.find(name); };
  gradients(module, {{find("h"), find("d_h")}}, {find("weight"), find("offset"), find("x")});
  std::string equations;
  for (size_t i = 3; i < module.equations.size(); ++i) equations += ir::print(module.equations[i]) + "\n";
  EXPECT_EQ(equations, R"(d_y[b, o] += select(h[b, o] > 0, d_h[b, o], 0)   over b: N, o: 64
d_s[b, o] += d_y[b, o]   over b: N, o: 64
d_offset[o] += d_y[b, o]   over b: N, o: 64
d_weight[o, i] += x[b, i] * d_s[b, o]   over b: N, o: 64, i: 32
d_x[b, i] += weight[o, i] * d_s[b, o]   over b: N, o: 64, i: 32
)");
}

TEST(DenseLayer, agrees_three_ways) {
  ir::Module module = test::read_ir(kDenseLayer);
  ir::Values values = test::random_values(module, 4, 1);
  test::expect_three_ways_agree(module, module.find("h"), values, 4, 1);
}

TEST(HashGrid, agrees_three_ways_and_scatters_into_its_table) {
  ir::Module module = test::read_ir(R"(
input x[N, 2]
param table[72, 2]
constant scale[3] = 2, 5, 11
constant start[3]: i32 = 0, 16, 40
constant size[3]: i32 = 16, 24, 32
constant res[3]: i32 = 3, 6, 12
constant dense[3]: bool = 1, 0, 0
at[b, l, i] = x[b, i] * scale[l] + 0.5   over b: N, l: 3, i: 2
cell[b, l, i] = floor(at[b, l, i])   over b: N, l: 3, i: 2
part[b, l, i] = at[b, l, i] - cell[b, l, i]   over b: N, l: 3, i: 2
corner[b, l, c, i] = u32(int(cell[b, l, i])) + select(bit(c, i), 1u, 0u)   over b: N, l: 3, c: 4, i: 2
slot[b, l, c] = start[l] + int(select(dense[l], corner[b, l, c, 0] + corner[b, l, c, 1] * u32(res[l]),
    corner[b, l, c, 0] xor 2654435761u * corner[b, l, c, 1]) mod u32(size[l]))   over b: N, l: 3, c: 4
w[b, l, c] *= select(bit(c, i), part[b, l, i], 1 - part[b, l, i])   over b: N, l: 3, c: 4, i: 2
y[b, l, f] += w[b, l, c] * table[slot[b, l, c], f]   over b: N, l: 3, f: 2, c: 4
z[b, l, f] = tanh(y[b, l, f])   over b: N, l: 3, f: 2
)");
  ir::Values values = test::random_values(module, 5, 3);
  test::expect_three_ways_agree(module, module.find("z"), values, 5, 2);
  std::string text = ir::print(module);
  EXPECT_NE(text.find("d_table[slot[b, l, c], f] += w[b, l, c] * d_y[b, l, f]   over b: N, l: 3, f: 2, c: 4"),
            std::string::npos)
      << text;
}

TEST(Eikonal, agrees_three_ways_through_the_gradient_of_a_gradient) {
  ir::Module module = test::read_ir(R"(
input p[N, 3]
param w[8, 3]
param c[8]
param v[8]
y[b, o] += w[o, i] * p[b, i]   over b: N, o: 8, i: 3
a[b, o] = tanh(y[b, o] + c[o])   over b: N, o: 8
d[b] += v[o] * a[b, o]   over b: N, o: 8
one[b] = 1   over b: N
)");
  gradients(module, {{module.find("d"), module.find("one")}}, {module.find("p")});
  test::append_ir(module, R"(
q[b] += d_p[b, i]^2   over b: N, i: 3
loss += (sqrt(q[b]) - 1)^2 / N   over b: N
)");
  ir::Values values = test::random_values(module, 4, 5);
  test::expect_three_ways_agree(module, module.find("loss"), values, 4, 1);
}

}  // namespace
}  // namespace nnc::autodiff
