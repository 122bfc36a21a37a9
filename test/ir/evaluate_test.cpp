// What modules mean.
#include "compiler/ir/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "ir/ir_text.h"

namespace nnc::ir {
namespace {

using test::array;
using test::read_ir;
using Elements = std::vector<double>;

Elements run(const std::string& text, const Values& given, int64_t samples, const std::string& name,
             Rounding rounding = Rounding::f64) {
  Module module = read_ir(text);
  test::expect_well_formed(module);
  return evaluate(module, given, samples, {rounding}).at(name).elements;
}

TEST(Evaluate, a_product_with_a_matrix) {
  Values given = {{"x", array({2, 3}, {1, 2, 3, 4, 5, 6})}, {"w", array({2, 3}, {1, 0, -1, 2, 2, 2})}};
  EXPECT_EQ(run("input x[N, 3]\nparam w[2, 3]\ny[b, o] += w[o, i] * x[b, i]   over b: N, o: 2, i: 3\n", given, 2, "y"),
            (Elements{-2, 12, -2, 30}));
}

TEST(Evaluate, noise_is_what_rounding_does) {
  const std::string text = "input x[N]\ny[b] = exp(x[b]) - x[b]   over b: N\nz += y[b]   over b: N\n";
  const Module module = read_ir(text);
  const Values given = {{"x", array({2}, {3, 0.5})}};
  auto at = [&](double noise, uint64_t seed) {
    return evaluate(module, given, 2, {Rounding::f64, noise, seed}).at("z").elements[0];
  };
  const double exact = at(0, 0);
  for (double noise : {1e-3, 1e-6, 1e-9}) {
    const double moved = std::abs(at(noise, 1) - exact);
    EXPECT_LT(moved, 100 * noise);
    EXPECT_GT(moved, 0.01 * noise);
  }
  EXPECT_EQ(at(1e-3, 1), at(1e-3, 1));
  EXPECT_NE(at(1e-3, 1), at(1e-3, 2));
  EXPECT_EQ(at(0, 1), exact);
}

TEST(Evaluate, noise_leaves_integers_alone) {
  const std::string text = R"(
input x[N]
n += floor(3.3 * x[b])   over b: N
k[b] = real(int(n / 2))   over b: N
)";
  const Values given = {{"x", array({3}, {1, 2, 3})}};
  const Module module = read_ir(text);
  EXPECT_EQ(evaluate(module, given, 3, {Rounding::f64, 1e-3, 5}).at("k").elements, (Elements{9, 9, 9}));
}

TEST(Evaluate, each_combine_and_where_nothing_is_written) {
  const std::string text = R"(
constant c[3] = 3, -1, 2
s += c[i]   over i: 3
p *= c[i]   over i: 3
m max= c[i]   over i: 3
none += c[i]   over b: N, i: 3
one *= c[i]   over b: N, i: 3
least max= c[i]   over b: N, i: 3
value part[4]
part[i + 1] = c[i]   over i: 2
)";
  EXPECT_EQ(run(text, {}, 0, "s"), Elements{4});
  EXPECT_EQ(run(text, {}, 0, "p"), Elements{-6});
  EXPECT_EQ(run(text, {}, 0, "m"), Elements{3});
  EXPECT_EQ(run(text, {}, 0, "none"), Elements{0});
  EXPECT_EQ(run(text, {}, 0, "one"), Elements{1});
  EXPECT_EQ(run(text, {}, 0, "least"), Elements{-std::numeric_limits<double>::infinity()});
  EXPECT_EQ(run(text, {}, 0, "part"), (Elements{0, 3, -1, 0}));
}

TEST(Evaluate, no_samples_give_no_elements) {
  EXPECT_EQ(run("input x[N, 3]\ny[b, i] = x[b, i]   over b: N, i: 3\n", {{"x", array({0, 3}, {})}}, 0, "y"),
            Elements{});
}

TEST(Evaluate, places_out_of_range_are_clamped_on_both_sides) {
  const std::string text = R"(
constant c[3] = 1, 2, 3
value scattered[2]
gathered[i] = c[i - 1]   over i: 5
scattered[i - 1] += 1   over i: 5
)";
  EXPECT_EQ(run(text, {}, 1, "gathered"), (Elements{1, 1, 2, 3, 3}));
  EXPECT_EQ(run(text, {}, 1, "scattered"), (Elements{2, 3}));
}

TEST(Evaluate, an_arm_that_is_not_taken_has_no_say) {
  EXPECT_EQ(run("y = select(1 > 0.5, 2, 0.0 / 0.0)\n", {}, 1, "y"), Elements{2});
}

TEST(Evaluate, max_passes_nan_on) {
  Elements result = run("constant c[3] = 1, nan, 3\nm max= c[i]   over i: 3\n", {}, 1, "m");
  EXPECT_TRUE(std::isnan(result[0]));
}

TEST(Evaluate, unsigned_sums_and_products_wrap) {
  const std::string text =
      "constant c[2]: u32 = 4294967295, 4294967295\ns += c[i]   over i: 2\np *= c[i]   over i: 2\n";
  EXPECT_EQ(run(text, {}, 1, "s"), Elements{4294967294});
  EXPECT_EQ(run(text, {}, 1, "p"), Elements{1});
}

TEST(Evaluate, the_number_of_samples) {
  EXPECT_EQ(run("input x[N]\nmean += x[b] / N   over b: N\n", {{"x", array({4}, {1, 2, 3, 6})}}, 4, "mean"),
            Elements{3});
}

TEST(Evaluate, a_recurrence_in_order) {
  const std::string text = R"(
value f[8]
value g[8]
f[t] = select(t < 2, 1, g[t - 1] + f[t - 2])   over ordered t: 8
g[t] = f[t]   over ordered t: 8
)";
  EXPECT_EQ(run(text, {}, 1, "g"), (Elements{1, 1, 2, 3, 5, 8, 13, 21}));
}

TEST(Evaluate, in_f32_each_function_rounds_and_a_sum_rounds_once) {
  const std::string text = "constant c[3] = 16777216, 1, 1\ny = 0.1 + 0.2\ns += c[i]   over i: 3\nz = s * 1\n";
  EXPECT_EQ(run(text, {}, 1, "y", Rounding::f32), Elements{static_cast<double>(0.1f + 0.2f)});
  EXPECT_EQ(run(text, {}, 1, "s", Rounding::f32), Elements{16777218});
  EXPECT_EQ(run(text, {}, 1, "z", Rounding::f32), Elements{16777218});
  EXPECT_EQ(run("constant c[2] = 16777216, 1\ns += c[i]   over i: 2\n", {}, 1, "s", Rounding::f32), Elements{16777216});
}

TEST(Evaluate, a_tensor_of_a_format_is_rounded_to_it_in_both_modes) {
  const std::string text = "value h: f16\nh = 1.0004\nz = h - 1\n";
  EXPECT_EQ(run(text, {}, 1, "h"), Elements{1});
  EXPECT_EQ(run(text, {}, 1, "z", Rounding::f32), Elements{0});
}

TEST(Evaluate, says_which_tensor_is_missing_or_misshapen) {
  Module module = read_ir("input x[N, 2]\ny[b] = x[b, 0]   over b: N\n");
  EXPECT_THROW(evaluate(module, {}, 1), std::invalid_argument);
  EXPECT_THROW(evaluate(module, {{"x", array({1, 3}, {1, 2, 3})}}, 1), std::invalid_argument);
  EXPECT_THROW(evaluate(module, {{"x", array({2, 2}, {1, 2, 3, 4})}}, 1), std::invalid_argument);
}

TEST(Evaluate, updates_are_stored_after_all_equations) {
  Module module = read_ir("param a\nstate b\nx = b\ny = a\na := x\nb := y\n");
  Values values = evaluate(module, {{"a", array({}, {1})}, {"b", array({}, {2})}}, 1);
  EXPECT_EQ(values.at("a").elements, Elements{1});
  apply_updates(module, values);
  EXPECT_EQ(values.at("a").elements, Elements{2});
  EXPECT_EQ(values.at("b").elements, Elements{1});
}

TEST(EvaluateDual, follows_products_maxima_and_selects) {
  Module module = read_ir(R"(
param a
param b
product *= select(i == 0, a, b)   over i: 2
largest max= select(i == 0, a, b)   over i: 2
taken = select(a > b, a, 0 / (a - a))
)");
  Values at = {{"a", array({}, {3})}, {"b", array({}, {2})}};
  Values towards = {{"a", array({}, {1})}, {"b", array({}, {10})}};
  Values tangents = evaluate_dual(module, at, towards, 1).tangents;
  EXPECT_EQ(tangents.at("product").elements, Elements{32});
  EXPECT_EQ(tangents.at("largest").elements, Elements{1});
  EXPECT_EQ(tangents.at("taken").elements, Elements{1});
}

TEST(EvaluateDual, gives_a_tie_of_a_maximum_to_the_last) {
  Module module = read_ir("param a[3]\nm max= a[i]   over i: 3\n");
  Values at = {{"a", array({3}, {2, 2, 1})}}, towards = {{"a", array({3}, {1, 10, 100})}};
  EXPECT_EQ(evaluate_dual(module, at, towards, 1).tangents.at("m").elements, Elements{10});
}

}  // namespace
}  // namespace nnc::ir
