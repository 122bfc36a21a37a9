// The cases of test/conformance: tensors, tolerances, and the model text that a case stands for
// (test/conformance/README.md).
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/ir/evaluate.h"

namespace nnc::test {

using Json = nlohmann::json;

/// All cases of test/conformance/<file>.
std::vector<Json> cases(const std::string& file);

/// A tensor as it stands in a case: values, a ramp, or indices and values of a sparse one.
ir::Array array(const Json& tensor);

/// Nothing if |actual − expected| ≤ tolerance · (|expected| + scale) for each element, shapes up to flattening; else
/// the first element that differs.
std::string difference(const ir::Array& actual, const Json& expected, double tolerance);

/// The case's function and arguments as a model, and the name that its parameters have as a prefix.
struct ModelText {
  std::string text;
  std::string prefix;
};
ModelText function_model(const Json& conformance_case);
ModelText loss_model(const Json& conformance_case);
/// The model of a network with what passes between its layers in `format`, the loss scale that its tolerance is for,
/// and an optimizer whose step is the gradient.
constexpr double kLossScale = 1024;
std::string network_in(const Json& network, const std::string& format);
/// The model of a case of optimizers: its own, or one layer with the optimizer's line.
std::string optimizer_model(const Json& conformance_case);

/// What became of the cases of a file: shown when the test ends.
class Tally {
 public:
  explicit Tally(std::string file) : file_(std::move(file)) {}
  ~Tally();
  void run() { ++run_; }
  void leave_out(const std::string& reason) { ++left_out_[reason]; }

 private:
  std::string file_;
  int run_ = 0;
  std::map<std::string, int> left_out_;
};

}  // namespace nnc::test
