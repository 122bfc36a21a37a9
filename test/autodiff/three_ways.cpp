// Directions are random: a wrong element of a gradient shows in any of them.
#include "autodiff/three_ways.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/autodiff/gradients.h"
#include "compiler/ir/print.h"
#include "ir/ir_text.h"

namespace nnc::test {
namespace {

using ir::Array;
using ir::Module;
using ir::Tensor;
using ir::Values;

std::vector<Tensor*> given_reals(const Module& module) {
  std::vector<Tensor*> given;
  for (Tensor* tensor : module.tensors()) {
    if (tensor->role < ir::Role::constant && tensor->type == ir::Type::real) given.push_back(tensor);
  }
  return given;
}

double sum(const Array& array) {
  double total = 0;
  for (double element : array.elements) total += element;
  return total;
}

double dot(const Array& a, const Array& b) {
  double total = 0;
  for (size_t i = 0; i < a.elements.size(); ++i) total += a.elements[i] * b.elements[i];
  return total;
}

Values moved(Values values, const Values& direction, double step) {
  for (auto& [name, array] : values) {
    auto found = direction.find(name);
    if (found == direction.end()) continue;
    for (size_t i = 0; i < array.elements.size(); ++i) array.elements[i] += step * found->second.elements[i];
  }
  return values;
}

/// The sum over all elements of the tensors, as a value of its own.
Tensor* total(Module& module, const std::vector<Tensor*>& tensors) {
  Tensor* result = module.tensor("total", {}, ir::Type::real, ir::Role::value);
  for (Tensor* tensor : tensors) {
    std::vector<const ir::Index*> over;
    std::vector<const ir::Node*> at;
    for (size_t d = 0; d < tensor->rank(); ++d) {
      over.push_back(module.index("k" + std::to_string(d), tensor->shape[d]));
      at.push_back(module.value_of(over.back()));
    }
    module.equations.push_back({result, {}, ir::Combine::sum, module.read(tensor, at), over, {}});
  }
  return result;
}

}  // namespace

uint64_t Numbers::next() {
  state_ += 0x9e3779b97f4a7c15u;
  uint64_t mixed = (state_ ^ (state_ >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

double Numbers::real(double low, double high) {
  return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53;
}

int64_t Numbers::integer(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1));
}

Values random_values(const Module& module, int64_t samples, uint64_t seed, double low, double high) {
  Numbers numbers(seed);
  Values values;
  for (const Tensor* tensor : given_reals(module)) {
    Array array;
    int64_t count = 1;
    for (ir::Extent extent : tensor->shape) {
      array.shape.push_back(extent.is_samples() ? samples : extent.size);
      count *= array.shape.back();
    }
    for (int64_t i = 0; i < count; ++i) array.elements.push_back(numbers.real(low, high));
    values.emplace(tensor->name, std::move(array));
  }
  return values;
}

void expect_three_ways_agree(Module& module, Tensor* of, const Values& values, int64_t samples, int further,
                             Tolerance tolerance) {
  std::vector<Tensor*> given = given_reals(module);
  Tensor* ones = autodiff::filled(module, *of, "ones", 1);
  autodiff::Gradient gradient = autodiff::gradients(module, {{of, ones}}, given);
  expect_well_formed(module);

  Values direction = random_values(module, samples, 99);
  ir::DualValues dual = ir::evaluate_dual(module, values, direction, samples);
  double forward = sum(dual.tangents.at(of->name)), reverse = 0;
  for (const Tensor* tensor : given) {
    reverse += dot(dual.values.at(gradient.at(tensor)->name), direction.at(tensor->name));
  }
  auto at = [&](double step) {
    return sum(ir::evaluate(module, moved(values, direction, step), samples).at(of->name));
  };
  // Two steps, so that the error falls with the fourth power of the step.
  double h = tolerance.step;
  double central = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
  EXPECT_NEAR(reverse, forward, tolerance.forward * (1 + std::fabs(reverse))) << ir::print(module);
  EXPECT_NEAR(reverse, central, tolerance.central * (1 + std::fabs(reverse))) << ir::print(module);
  if (further == 0 || testing::Test::HasFailure()) return;

  std::vector<Tensor*> gradients;
  for (const Tensor* tensor : given) gradients.push_back(gradient.at(tensor));
  expect_three_ways_agree(module, total(module, gradients), values, samples, further - 1, tolerance);
}

}  // namespace nnc::test
