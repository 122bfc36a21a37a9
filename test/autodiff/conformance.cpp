// The files are JSON lists of cases.
#include "autodiff/conformance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

namespace nnc::test {

nlohmann::json conformance_case(const std::string& file, const std::string& name) {
  std::ifstream stream("conformance/" + file);
  if (!stream) throw std::runtime_error("cannot read conformance/" + file);
  for (nlohmann::json& element : nlohmann::json::parse(stream)) {
    if (element["name"] == name) return std::move(element);
  }
  throw std::runtime_error("no case " + name);
}

ir::Array array(const nlohmann::json& tensor) {
  ir::Array array{tensor.at("shape").get<std::vector<int64_t>>(), {}};
  auto values = tensor.at("values").get<std::vector<double>>();
  if (!tensor.contains("indices")) {
    array.elements = std::move(values);
    return array;
  }
  size_t count = 1;
  for (int64_t size : array.shape) count *= static_cast<size_t>(size);
  array.elements.assign(count, 0);
  auto indices = tensor.at("indices").get<std::vector<size_t>>();
  for (size_t i = 0; i < indices.size(); ++i) array.elements.at(indices[i]) = values[i];
  return array;
}

ir::Values network_values(const nlohmann::json& network) {
  ir::Values values;
  for (const auto& [name, tensor] : network.at("input").items()) values[name] = array(tensor);
  for (const auto& [name, tensor] : network.at("parameters").items()) values[name] = array(tensor);
  for (const auto& [name, tensor] : network.at("target").items()) values["target." + name] = array(tensor);
  return values;
}

void expect_close(const std::string& what, const ir::Array& actual, const nlohmann::json& expected, double tolerance) {
  ir::Array wanted = array(expected);
  ASSERT_EQ(actual.shape, wanted.shape) << what;
  double scale = expected.value("scale", 1e-30);
  for (size_t i = 0; i < wanted.elements.size(); ++i) {
    double bound = tolerance * (std::fabs(wanted.elements[i]) + scale);
    EXPECT_NEAR(actual.elements[i], wanted.elements[i], bound) << what << "[" << i << "]";
  }
}

}  // namespace nnc::test
