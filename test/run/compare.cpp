#include "run/compare.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>

#include "nn/weights_file.h"

namespace nnc::test {
namespace {

/// How far f32 may be from the evaluator, in units of the largest number of a tensor: sums of some hundred terms in
/// another order, and what optimizers make of gradients that are almost nothing.
struct Bound {
  std::string quantity;
  double relative;
};
const Bound kBounds[] = {
    {"infer", 5e-6}, {"evaluate", 5e-6}, {"backward", 5e-5}, {"twice", 1e-4},
    {"step", 2e-5},  {"train", 5e-5},    {"double", 1e-12},
};

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int run(const std::string& command, const std::string& folder, std::string& said) {
  const std::string log = folder + "/log";
  int status = std::system((command + " 2> " + log).c_str());
  said = text_of(log);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void write_f64(const ir::Values& values, const std::string& path) {
  nn::WeightsWriter writer;
  for (const auto& [name, array] : values) {
    writer.add(name, nn::TensorShape(array.shape.begin(), array.shape.end()), array.elements.data());
  }
  writer.write(path);
}

double error(const ir::Array& actual, const ir::Array& expected) {
  if (actual.elements.size() != expected.elements.size()) return std::numeric_limits<double>::infinity();
  double largest = 1e-2, difference = 0;
  for (double e : expected.elements) largest = std::max(largest, std::isfinite(e) ? std::fabs(e) : 0);
  for (size_t i = 0; i < expected.elements.size(); ++i) {
    double a = actual.elements[i], e = expected.elements[i];
    if (a == e || (std::isnan(a) && std::isnan(e))) continue;
    double d = std::fabs(a - e);
    difference = std::max(difference, std::isnan(d) ? std::numeric_limits<double>::infinity() : d);
  }
  return difference / largest;
}

void compare(const ir::Values& actual, const ir::Values& expected, const Tolerance& tolerance) {
  std::map<std::string, std::pair<double, std::string>> largest;
  for (const auto& [name, array] : expected) {
    auto found = actual.find(name);
    if (found == actual.end()) {
      ADD_FAILURE() << "the program gives no " << name;
      continue;
    }
    double e = error(found->second, array);
    bool is_double = tolerance.is_double(name);
    auto& most = largest[is_double ? "double" : name.substr(0, name.find('.'))];
    if (e >= most.first) most = {e, name};
  }
  for (const auto& [name, array] : actual) {
    if (!name.starts_with("start.") && !expected.contains(name)) ADD_FAILURE() << "nothing is expected of " << name;
  }
  for (const Bound& bound : kBounds) {
    auto found = largest.find(bound.quantity);
    if (found == largest.end()) continue;
    std::cout << "  " << bound.quantity << " " << found->second.first << " (" << found->second.second << ")\n";
    EXPECT_LE(found->second.first, bound.relative + tolerance.unit) << found->second.second;
  }
}

}  // namespace nnc::test
