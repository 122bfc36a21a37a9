#include "passes/pass_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <sstream>

#include "compiler/ir/print.h"
#include "compiler/ir/read.h"
#include "compiler/ir/verify.h"

namespace nnc::passes {
namespace {

std::string complaints(const ir::Module& module) {
  std::string text;
  for (const std::string& complaint : ir::verify(module)) text += complaint + "\n";
  return text;
}

std::vector<const ir::Tensor*> results(const ir::Module& module) {
  std::vector<const ir::Tensor*> found(module.outputs.begin(), module.outputs.end());
  for (const ir::Update& update : module.updates) found.push_back(update.value);
  return found;
}

bool are_close(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::fabs(a - b) <= 1e-9 * (1 + std::fabs(a));
}

}  // namespace

ir::Module read(const std::string& text) {
  Source source{"test", text};
  Diagnostics diagnostics;
  std::optional<ir::Module> module = ir::read(source, diagnostics);
  if (!module) {
    for (const Diagnostic& diagnostic : diagnostics.all()) ADD_FAILURE() << render(diagnostic);
    return {};
  }
  EXPECT_EQ(complaints(*module), "");
  return std::move(*module);
}

ir::Values random_values(const ir::Module& module, int64_t samples) {
  ir::Values values;
  for (const ir::Tensor* tensor : module.tensors()) {
    if (tensor->role == ir::Role::value || tensor->role == ir::Role::constant) continue;
    std::mt19937 bits(static_cast<uint32_t>(std::hash<std::string>()(tensor->name)));
    ir::Array array;
    size_t size = 1;
    for (ir::Extent extent : tensor->shape) {
      array.shape.push_back(extent.is_samples() ? samples : extent.size);
      size *= static_cast<size_t>(array.shape.back());
    }
    for (size_t i = 0; i < size; ++i) {
      double number =
          tensor->type == ir::Type::real ? static_cast<double>(bits()) * 0x1p-31 - 1 : static_cast<double>(bits() % 4);
      array.elements.push_back(number);
    }
    values.emplace(tensor->name, std::move(array));
  }
  return values;
}

void expect_same_results(const ir::Module& before, const ir::Module& after) {
  constexpr int64_t kSamples = 3;
  ir::Values given = random_values(before, kSamples);
  ir::Values expected = ir::evaluate(before, given, kSamples), actual = ir::evaluate(after, given, kSamples);
  auto after_results = results(after);
  auto before_results = results(before);
  ASSERT_EQ(before_results.size(), after_results.size());
  for (size_t r = 0; r < before_results.size(); ++r) {
    const ir::Array &a = expected.at(before_results[r]->name), &b = actual.at(after_results[r]->name);
    ASSERT_EQ(a.shape, b.shape) << before_results[r]->name;
    for (size_t i = 0; i < a.elements.size(); ++i) {
      ASSERT_TRUE(are_close(a.elements[i], b.elements[i]))
          << before_results[r]->name << " element " << i << ": " << a.elements[i] << " became " << b.elements[i];
    }
  }
}

std::string equations_after(Rewrite pass, const std::string& before) {
  ir::Module original = read(before), module = read(before);
  pass(module);
  EXPECT_EQ(complaints(module), "") << ir::print(module);
  if (testing::Test::HasFailure()) return ir::print(module);
  expect_same_results(original, module);
  std::string text;
  for (const ir::Equation& equation : module.equations) text += ir::print(equation) + "\n";
  return text;
}

}  // namespace nnc::passes
