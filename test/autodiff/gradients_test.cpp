// The forms that equations take, each differentiated three ways, and the shape of what comes out.
#include "compiler/autodiff/gradients.h"

#include <gtest/gtest.h>

#include <string>

#include "autodiff/three_ways.h"
#include "compiler/ir/print.h"
#include "ir/ir_text.h"

namespace nnc::autodiff {
namespace {

using test::read_ir;

void expect_agreement(const std::string& text, int further = 1, int64_t samples = 3) {
  ir::Module module = read_ir(text);
  ir::Values values = test::random_values(module, samples, 7);
  test::expect_three_ways_agree(module, module.find("y"), values, samples, further);
}

TEST(Gradients, of_products_with_matrices) {
  expect_agreement("input x[N, 3]\nparam w[2, 3]\ny[b, o] += w[o, i] * x[b, i]   over b: N, o: 2, i: 3\n");
}

TEST(Gradients, of_gathers_and_scatters) {
  expect_agreement(R"(
input x[N, 4]
param table[5, 2]
value y[6]
part[b, i, f] = table[(3 * i + f) mod 5, f] * x[b, i]   over b: N, i: 4, f: 2
y[2 * f + i] += part[b, i, f]^2   over b: N, i: 4, f: 2
)");
}

TEST(Gradients, of_clamped_places) {
  expect_agreement(R"(
input x[N, 5]
value z[N, 3]
z[b, i - 1] += x[b, i] * x[b, i + 2]   over b: N, i: 5
y[b] += z[b, 2 * i - 1]^2   over b: N, i: 3
)");
}

TEST(Gradients, of_slices_set_side_by_side) {
  expect_agreement(R"(
input x[N, 2]
param w[3]
value both[N, 5]
both[b, i] = x[b, i]^2   over b: N, i: 2
both[b, 2 + j] = w[j] * x[b, 0]   over b: N, j: 3
y[b] += both[b, k]^2   over b: N, k: 5
)");
}

TEST(Gradients, of_long_and_short_products) {
  expect_agreement("input x[N, 20]\ny[b] *= x[b, i] + 1.5   over b: N, i: 20\n");
  expect_agreement("input x[N, 3]\ny[b] *= tanh(x[b, i]) + 1.5   over b: N, i: 3\n");
  expect_agreement("input x[N, 4, 5]\ny[b] *= x[b, i, j] + 1.5   over b: N, i: 4, j: 5\n");
}

TEST(Gradients, of_a_product_with_a_zero_factor_are_right) {
  ir::Module module = read_ir("input x[N, 17]\ny[b] *= x[b, i]   over b: N, i: 17\n");
  ir::Tensor *y = module.find("y"), *x = module.find("x");
  ir::Tensor* d_x = gradients(module, {{y, filled(module, *y, "one", 1)}}, {x}).at(x);
  ir::Array values{{1, 17}, std::vector<double>(17, 1.0)};
  values.elements[3] = 0;
  std::vector<double> expected(17, 0.0);
  expected[3] = 1;
  EXPECT_EQ(ir::evaluate(module, {{"x", values}}, 1).at(d_x->name).elements, expected);
}

TEST(Gradients, of_maxima_over_indices) {
  expect_agreement("input x[N, 5]\nm[b] max= x[b, i]^3 + x[b, i]   over b: N, i: 5\ny[b] = m[b]^2   over b: N\n");
  expect_agreement("input x[N, 5]\nm max= sin(x[b, i])   over b: N, i: 5\ny = m^2\n");
}

TEST(Gradients, of_a_maximum_go_to_the_last_among_equals) {
  ir::Module module = read_ir("input x[N, 4]\ny[b] max= x[b, i]   over b: N, i: 4\n");
  ir::Tensor *y = module.find("y"), *x = module.find("x");
  ir::Tensor* d_x = gradients(module, {{y, filled(module, *y, "one", 1)}}, {x}).at(x);
  ir::Values values = ir::evaluate(module, {{"x", {{1, 4}, {2, 5, 5, 1}}}}, 1);
  EXPECT_EQ(values.at(d_x->name).elements, (std::vector<double>{0, 0, 1, 0}));
}

TEST(Gradients, of_softmax_and_layer_norm) {
  expect_agreement(R"(
input x[N, 5]
param w[5]
peak[b] max= x[b, i]   over b: N, i: 5
e[b, i] = exp(x[b, i] - stop_gradient(peak[b]))   over b: N, i: 5
total[b] += e[b, i]   over b: N, i: 5
y[b] += w[i] * e[b, i] / total[b]   over b: N, i: 5
)");
  expect_agreement(R"(
input x[N, 5]
param w[5]
mean[b] += x[b, i] / 5   over b: N, i: 5
variance[b] += (x[b, i] - mean[b])^2 / 5   over b: N, i: 5
y[b, i] = (x[b, i] - mean[b]) / sqrt(variance[b] + 0.001) * w[i]   over b: N, i: 5
)");
}

TEST(Gradients, of_values_that_mix_samples) {
  expect_agreement(R"(
input x[N, 2]
mean[i] += x[b, i] / N   over b: N, i: 2
d[i] += (x[b, i] - mean[i])^2 / N   over b: N, i: 2
pair[i] += exp(x[b, i] * x[c, i])   over b: N, c: N, i: 2
y[b, i] = x[b, i] / sqrt(d[i]) + pair[i]   over b: N, i: 2
)");
}

TEST(Gradients, of_recurrences_run_backwards) {
  expect_agreement(R"(
input x[N, 6, 2]
param w[4, 4]
param u[4, 2]
value h[N, 6, 4]
s[b, t, o] += w[o, i] * select(t > 0, h[b, t - 1, i], 0)   over b: N, ordered t: 6, o: 4, i: 4
s[b, t, o] += u[o, j] * x[b, t, j]   over b: N, ordered t: 6, o: 4, j: 2
h[b, t, o] = tanh(s[b, t, o])   over b: N, ordered t: 6, o: 4
y[b] += s[b, 5, o]^2   over b: N, o: 4
)",
                   0);
}

/// The equations that gradients append for y by x and w, seeded with d_y.
std::string appended(const std::string& text) {
  ir::Module module = read_ir(text);
  std::vector<ir::Tensor*> by = {module.find("x")};
  if (ir::Tensor* w = module.find("w")) by.push_back(w);
  size_t before = module.equations.size();
  gradients(module, {{module.find("y"), module.find("d_y")}}, by);
  test::expect_well_formed(module);
  std::string equations;
  for (size_t i = before; i < module.equations.size(); ++i) equations += ir::print(module.equations[i]) + "\n";
  return equations;
}

TEST(Gradients, read_the_seed_itself) {
  EXPECT_EQ(appended("input x[N]\ninput d_y[N]\ny[b] = 2 * x[b]   over b: N\n"), "d_x[b] += 2 * d_y[b]   over b: N\n");
}

TEST(Gradients, add_the_seed_to_what_else_depends_on_its_tensor) {
  ir::Module module = read_ir("input x\ninput d_y\ninput d_z\ny = 2 * x\nz = 3 * y\n");
  ir::Tensor* x = module.find("x");
  Gradient gradient =
      gradients(module, {{module.find("y"), module.find("d_y")}, {module.find("z"), module.find("d_z")}}, {x});
  ir::Values given = {{"x", {{}, {1}}}, {"d_y", {{}, {10}}}, {"d_z", {{}, {100}}}};
  EXPECT_EQ(ir::evaluate(module, given, 1).at(gradient.at(x)->name).elements, std::vector<double>{620});
}

TEST(Gradients, read_back_the_result_that_is_kept) {
  EXPECT_EQ(appended("input x[N]\ninput d_y[N]\ny[b] = max(x[b], 0)   over b: N\n"),
            "d_x[b] += select(y[b] > 0, d_y[b], 0)   over b: N\n");
  EXPECT_EQ(appended("input x[N]\ninput d_y[N]\ny[b] = exp(x[b])   over b: N\n"),
            "d_x[b] += d_y[b] * y[b]   over b: N\n");
}

TEST(Gradients, walk_only_between_the_seeds_and_what_is_asked_for) {
  EXPECT_EQ(
      appended("input x[N]\nparam v\ninput d_y[N]\nz[b] = v * exp(v)   over b: N\nside[b] = exp(x[b])   over b: N\n"
               "y[b] = z[b] * x[b]   over b: N\n"),
      "d_x[b] += z[b] * d_y[b]   over b: N\n");
}

TEST(Gradients, are_zeros_where_nothing_depends) {
  EXPECT_EQ(appended("input x[N, 2]\nparam w[3]\ninput d_y[N]\ny[b] = x[b, 0]   over b: N\n"),
            "d_x[b, 0] += d_y[b]   over b: N\nd_w[i0] = 0   over i0: 3\n");
}

TEST(Gradients, by_a_value_in_the_middle_stop_there) {
  ir::Module module = read_ir("input x\ninput d_y\nh = exp(x)\ny = h^2\n");
  ir::Tensor* h = module.find("h");
  Gradient gradient = gradients(module, {{module.find("y"), module.find("d_y")}}, {h});
  EXPECT_EQ(ir::print(module.equations.back()), "d_h += d_y * (2 * h)");
  EXPECT_EQ(gradient.at(h)->name, "d_h");
}

TEST(Gradients, carry_the_place_of_what_they_differentiate) {
  ir::Module module = read_ir("input x\ninput d_y\ny = x^2\n");
  gradients(module, {{module.find("y"), module.find("d_y")}}, {module.find("x")});
  EXPECT_EQ(module.equations.back().span.text(), module.equations.front().span.text());
}

}  // namespace
}  // namespace nnc::autodiff
