#include "fuzz/three_ways.h"

#include <cmath>
#include <random>

#include "compiler/autodiff/gradients.h"
#include "compiler/ir/verify.h"

namespace nnc::test {
namespace {

using ir::Tensor;
using ir::Values;

constexpr double kForward = 1e-8;  // of the sum of sizes
constexpr double kCentral = 1e-5;
constexpr double kSteps[] = {1e-5, 1e-4, 1e-6, 1e-7, 1e-3};

double sum(const ir::Array& array) {
  double total = 0;
  for (double element : array.elements) total += element;
  return total;
}

Values drawn_direction(const std::vector<Tensor*>& tensors, const Values& values) {
  std::mt19937_64 bits(5);
  Values direction;
  for (const Tensor* tensor : tensors) {
    ir::Array array = values.at(tensor->name);
    for (double& element : array.elements) element = static_cast<double>(bits() >> 11) * 0x1p-52 - 1;
    direction[tensor->name] = array;
  }
  return direction;
}

}  // namespace

std::string three_ways_disagree(ir::Module& module, const std::vector<Tensor*>& of, const Values& values,
                                int64_t samples, bool is_stopped) {
  std::vector<Tensor*> given;
  for (Tensor* tensor : module.tensors()) {
    if (tensor->role < ir::Role::constant && tensor->type == ir::Type::real) given.push_back(tensor);
  }
  std::vector<autodiff::Seed> seeds;
  for (Tensor* tensor : of) seeds.push_back({tensor, autodiff::filled(module, *tensor, "ones", 1)});
  autodiff::Gradient gradient = autodiff::gradients(module, seeds, given);
  for (const std::string& complaint : ir::verify(module)) return complaint;
  const Values direction = drawn_direction(given, values);
  const ir::DualValues dual = ir::evaluate_dual(module, values, direction, samples);
  auto total = [&](const Values& all) {
    double result = 0;
    for (const Tensor* tensor : of) result += sum(all.at(tensor->name));
    return result;
  };
  const double forward = total(dual.tangents);
  double reverse = 0, size = 1e-6;
  for (const Tensor* tensor : given) {
    const ir::Array &g = dual.values.at(gradient.at(tensor)->name), &d = direction.at(tensor->name);
    for (size_t i = 0; i < d.elements.size(); ++i) {
      reverse += g.elements[i] * d.elements[i];
      size += std::fabs(g.elements[i] * d.elements[i]);
    }
  }
  auto shown = [&](const std::string& other, double derivative) {
    return "reverse mode gives " + std::to_string(reverse) + ", " + other + " " + std::to_string(derivative) +
           " (sizes add up to " + std::to_string(size) + ")";
  };
  if (!(std::fabs(reverse - forward) <= kForward * size)) return shown("forward mode", forward);
  if (is_stopped) return "";
  auto at = [&](double step) {
    Values moved = values;
    for (const auto& [name, by] : direction) {
      for (size_t i = 0; i < by.elements.size(); ++i) moved.at(name).elements[i] += step * by.elements[i];
    }
    return total(ir::evaluate(module, moved, samples));
  };
  double central = 0;
  for (double h : kSteps) {
    central = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    if (std::fabs(reverse - central) <= kCentral * size + 1e-9 / h * 1e-6) return "";
  }
  return shown("central differences", central);
}

}  // namespace nnc::test
