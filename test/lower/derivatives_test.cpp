// Derivatives under indices of an equation against closed forms: f(x, y) = (x² y, x sin y).
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "compiler/ir/evaluate.h"
#include "compiler/lower/lower.h"
#include "sema/checked_text.h"

namespace nnc::test {
namespace {

/// The output `result` of a model that starts with f, for three samples; what its closed form says of each.
void expect_elements(const std::string& rest,
                     const std::function<std::vector<double>(double x, double y)>& closed_form) {
  Checked checked("model M {  input p: f32[2]  let f[i: 2] = select(i == 0, p[0]^2 * p[1], p[0] * sin(p[1]))\n" + rest +
                  " }");
  ASSERT_EQ(checked.programs().size(), 1u) << checked.rendered();
  const ir::Array places{{3, 2}, {0.5, 1.25, -2, 0.75, 1.5, -0.5}};
  const ir::Values values = ir::evaluate(lower::lower(checked.program(), lower::Surface::outputs), {{"p", places}}, 3);
  const std::vector<double>& actual = values.at("result").elements;
  std::vector<double> expected;
  for (size_t b = 0; b < 3; ++b) {
    const std::vector<double> row = closed_form(places.elements[2 * b], places.elements[2 * b + 1]);
    expected.insert(expected.end(), row.begin(), row.end());
  }
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t e = 0; e < expected.size(); ++e) EXPECT_NEAR(actual[e], expected[e], 1e-14) << "element " << e;
}

TEST(Derivatives, of_each_element_are_a_jacobian) {
  expect_elements("let j[i: 2, k: 2] = grad(f[i], p[k])  output result = j", [](double x, double y) {
    return std::vector<double>{2 * x * y, x * x, std::sin(y), x * std::cos(y)};
  });
}

TEST(Derivatives, of_derivatives_are_a_hessian_for_each_element) {
  expect_elements("let h[i: 2, j: 2, k: 2] = grad(grad(f[i], p[j]), p[k])  output result = h", [](double x, double y) {
    return std::vector<double>{2 * y, 2 * x, 2 * x, 0, 0, std::cos(y), std::cos(y), -x * std::sin(y)};
  });
}

TEST(Derivatives, add_up_to_laplacians_and_divergences) {
  expect_elements(
      "let l[i: 2] = sum[j: 2](grad(grad(f[i], p)[j], p)[j])  output result = concat(l, sum[i: 2](grad(f[i], p[i])))",
      [](double x, double y) { return std::vector<double>{2 * y, -x * std::sin(y), 2 * x * y + x * std::cos(y)}; });
}

TEST(Derivatives, by_a_part_are_that_part_of_them) {
  expect_elements("output result = concat(grad(f[0] * f[1], p[1..]), grad(f[1], p[0]))", [](double x, double y) {
    return std::vector<double>{x * x * x * (std::sin(y) + y * std::cos(y)), std::sin(y)};
  });
}

TEST(Derivatives, go_through_a_jacobian) {
  expect_elements("let j[i: 2, k: 2] = grad(f[i], p[k])  output result = grad(j[0, 0] * j[1, 1], p)",
                  [](double x, double y) {
                    return std::vector<double>{4 * x * y * std::cos(y), 2 * x * x * (std::cos(y) - y * std::sin(y))};
                  });
}

}  // namespace
}  // namespace nnc::test
