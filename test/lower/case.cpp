// Cases of the conformance files as texts and arrays.
#include "lower/case.h"

#include <cmath>
#include <fstream>
#include <iostream>
#include <limits>
#include <stdexcept>

namespace nnc::test {
namespace {

double number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string text = value.get<std::string>();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  return text == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}

/// `levels = 4, interpolation = smoothstep`
std::string arguments(const Json& conformance_case) {
  std::string text;
  for (const auto& [name, value] : conformance_case.at("arguments").items()) {
    std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    bool is_type = name == "type";
    text += (text.empty() ? "" : ", ") + (is_type ? "" : name + " = ") + shown;
  }
  return text;
}

std::string input_type(const Json& tensor) {
  auto shape = tensor.at("shape").get<std::vector<int64_t>>();
  std::string text;
  for (size_t d = 1; d < shape.size(); ++d) text += (d > 1 ? ", " : "") + std::to_string(shape[d]);
  return shape.size() > 1 ? "f32[" + text + "]" : "f32";
}

}  // namespace

std::vector<Json> cases(const std::string& file) {
  std::ifstream stream("conformance/" + file);
  if (!stream) throw std::runtime_error("cannot read conformance/" + file);
  return Json::parse(stream).get<std::vector<Json>>();
}

ir::Array array(const Json& tensor) {
  ir::Array array{tensor.at("shape").get<std::vector<int64_t>>(), {}};
  size_t count = 1;
  for (int64_t extent : array.shape) count *= static_cast<size_t>(extent);
  array.elements.assign(count, 0);
  if (tensor.contains("ramp")) {
    const Json& ramp = tensor.at("ramp");
    auto modulus = ramp.at("modulus").get<size_t>();
    for (size_t i = 0; i < count; ++i) {
      array.elements[i] = number(ramp.at("first")) + number(ramp.at("step")) * static_cast<double>(i % modulus);
    }
    return array;
  }
  const Json& values = tensor.at("values");
  for (size_t i = 0; i < values.size(); ++i) {
    size_t place = tensor.contains("indices") ? tensor.at("indices")[i].get<size_t>() : i;
    array.elements.at(place) = number(values[i]);
  }
  return array;
}

std::string difference(const ir::Array& actual, const Json& expected, double tolerance) {
  ir::Array wanted = array(expected);
  if (actual.elements.size() != wanted.elements.size()) {
    return std::to_string(actual.elements.size()) + " elements, not " + std::to_string(wanted.elements.size());
  }
  double scale = expected.value("scale", 1e-30);
  for (size_t i = 0; i < wanted.elements.size(); ++i) {
    double a = actual.elements[i], e = wanted.elements[i];
    bool is_same = a == e || (std::isnan(a) && std::isnan(e));
    if (is_same || std::fabs(a - e) <= tolerance * (std::fabs(e) + scale)) continue;
    return "element " + std::to_string(i) + " is " + std::to_string(a) + ", not " + std::to_string(e) + ", off by " +
           std::to_string(std::fabs(a - e) / (std::fabs(e) + scale) / tolerance) + " tolerances";
  }
  return "";
}

ModelText function_model(const Json& conformance_case) {
  auto function = conformance_case.at("function").get<std::string>();
  const Json& input = conformance_case.at("input");
  std::string text = "model M {\n", names;
  for (const auto& [name, tensor] : input.items()) {
    text += "  input " + name + ": " + input_type(tensor) + "\n";
    names += (names.empty() ? "" : ", ") + name;
  }
  bool is_call = input.size() > 1 || function == "norm" || function == "sum" || function == "mean" || function == "max";
  std::string given = arguments(conformance_case);
  text += is_call ? "  output y = " + function + "(" + names + ")\n}\n"
                  : "  output y = " + names + " -> " + function + (given.empty() ? "" : "(" + given + ")") + "\n}\n";
  return {text, function + "_0."};
}

ModelText loss_model(const Json& conformance_case) {
  auto function = conformance_case.at("function").get<std::string>();
  std::string text = "model M {\n", further;
  for (const auto& [name, tensor] : conformance_case.at("input").items()) {
    if (name == "target") continue;
    text += "  input " + name + ": " + input_type(tensor) + "\n";
    if (name != "prediction") further += ", " + name + " = " + name;
  }
  std::string given = arguments(conformance_case);
  text +=
      "  output y = prediction\n  loss " + function + "(y" + (given.empty() ? "" : ", " + given) + further + ")\n}\n";
  return {text, ""};
}

std::string network_in(const Json& network, const std::string& format) {
  auto text = network.at("text").get<std::string>();
  const std::string scale = std::to_string(static_cast<int>(kLossScale));
  return text.insert(text.rfind('}'),
                     "  precision " + format + "\n  optimizer loss_scale(init = " + scale + ") -> sgd(rate = 1)\n");
}

std::string optimizer_model(const Json& conformance_case) {
  auto text = conformance_case.at("text").get<std::string>();
  if (!conformance_case.contains("gradients")) return text;
  const Json& start = conformance_case.at("parameters");
  const Json& shape = start.at("weight").at("shape");
  std::string bias = start.contains("offset") ? "" : ", bias = false";
  return "model M {\n  input x: f32[" + shape[1].dump() + "]\n  output y = x -> linear(" + shape[0].dump() + bias +
         ")\n  loss l2(y)\n  " + text + "\n}\n";
}

Tally::~Tally() {
  std::cout << file_ << ": " << run_ << " cases run";
  for (const auto& [reason, count] : left_out_) std::cout << ", " << count << " left out (" << reason << ")";
  std::cout << "\n";
}

}  // namespace nnc::test
