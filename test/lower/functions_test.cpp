// The library's functions, from text to numbers: outputs, gradients of inputs and parameters, second derivatives,
// against the conformance cases. Each runs through parse, check, lower and evaluate.
#include <gtest/gtest.h>

#include "compiler/autodiff/gradients.h"
#include "compiler/ir/verify.h"
#include "compiler/lower/lower.h"
#include "lower/case.h"
#include "sema/checked_text.h"
#include "stdlib/stdlib.h"

namespace nnc::test {
namespace {

using lower::Surface;

bool is_in_library(const std::string& function) {
  static const std::set<std::string> kCore = {"exp", "exp2", "tanh", "sum", "max", "concat", "cast"};
  return kCore.contains(function) || stdlib::file_of(function);
}

void expect_same(const std::string& what, const ir::Values& values, const std::string& name, const Json& expected,
                 double tolerance) {
  auto found = values.find(name);
  ASSERT_NE(found, values.end()) << what << ": no " << name;
  EXPECT_EQ(difference(found->second, expected, tolerance), "") << what << ": " << name;
}

ir::Values given(const Json& conformance_case, const std::string& prefix) {
  ir::Values values;
  for (const auto& [name, tensor] : conformance_case.at("input").items()) values[name] = array(tensor);
  if (conformance_case.contains("parameters")) {
    for (const auto& [name, tensor] : conformance_case.at("parameters").items()) values[prefix + name] = array(tensor);
  }
  return values;
}

double tolerance_of(const Json& conformance_case) { return conformance_case.at("tolerance").at("f64").get<double>(); }

int64_t samples(const Json& conformance_case) {
  return conformance_case.at("input").front().at("shape")[0].get<int64_t>();
}

/// Evaluates what the module puts out, after the verifier has had no complaint.
ir::Values evaluated(const std::string& what, const ir::Module& module, const ir::Values& values, int64_t count) {
  for (const std::string& complaint : ir::verify(module)) ADD_FAILURE() << what << ": " << complaint;
  return ir::evaluate(module, values, count);
}

void run_function(const Json& conformance_case) {
  auto what = conformance_case.at("name").get<std::string>();
  ModelText model = function_model(conformance_case);
  Checked checked(model.text);
  ASSERT_TRUE(checked.programs().size() == 1) << what << "\n" << checked.rendered();
  const sema::Program& program = checked.program();
  double tolerance = tolerance_of(conformance_case);
  ir::Values values = given(conformance_case, model.prefix);
  int64_t count = samples(conformance_case);
  if (!conformance_case.contains("output_gradient")) {
    ir::Values outputs = evaluated(what, lower::lower(program, Surface::outputs), values, count);
    return expect_same(what, outputs, "y", conformance_case.at("output").at("y"), tolerance);
  }
  ir::Array seed = array(conformance_case.at("output_gradient").at("y"));
  ir::Module module = lower::lower(program, Surface::backward);
  seed.shape = {count};
  for (int64_t extent : tensor(program, "y").shape) seed.shape.push_back(extent);
  values["output_gradient.y"] = seed;
  ir::Values results = evaluated(what, module, values, count);
  expect_same(what, results, "y", conformance_case.at("output").at("y"), tolerance);
  for (const char* kind : {"input_gradient", "parameter_gradient"}) {
    if (!conformance_case.contains(kind)) continue;
    std::string prefix = std::string("d_") + (kind[0] == 'p' ? model.prefix : "");
    for (const auto& [name, expected] : conformance_case.at(kind).items()) {
      expect_same(what, results, prefix + name, expected, tolerance);
    }
  }
}

void run_file(const std::string& file, const std::function<void(const Json&)>& run) {
  Tally tally(file);
  for (const Json& each : cases(file)) {
    auto function = each.at("function").get<std::string>();
    if (!is_in_library(function)) {
      tally.leave_out("not in the library: " + function);
    } else if (!each.contains("output")) {
      tally.leave_out("only sizes of tables");
    } else {
      run(each);
      tally.run();
    }
  }
}

TEST(Functions, activations_give_their_values_and_slopes) { run_file("activations.json", run_function); }
TEST(Functions, encodings_give_their_values_and_gradients) { run_file("encodings.json", run_function); }
TEST(Functions, layers_give_their_values_and_gradients) { run_file("layers.json", run_function); }

/// d²y/dx², each element a sample of its own:  grad(grad(y, x), x)
void run_second_derivative(const Json& conformance_case) {
  auto what = conformance_case.at("name").get<std::string>();
  ModelText model = function_model(conformance_case);
  std::string stage = model.text.substr(model.text.find("-> "));
  stage = stage.substr(0, stage.find('\n'));
  Checked checked("model M { input x: f32  output y = x " + stage +
                  "  output slope = grad(y, x)  output bend = grad(slope, x) }");
  ASSERT_TRUE(checked.programs().size() == 1) << what << "\n" << checked.rendered();
  ir::Array x = array(conformance_case.at("input").at("x"));
  x.shape = {static_cast<int64_t>(x.elements.size())};
  ir::Module module = lower::lower(checked.program(), Surface::outputs);
  ir::Values results = evaluated(what, module, {{"x", x}}, x.shape[0]);
  expect_same(what, results, "bend", conformance_case.at("second_derivative").at("x"), tolerance_of(conformance_case));
}

TEST(Functions, activations_give_their_second_derivatives) {
  Tally tally("activations.json, second derivatives");
  for (const Json& each : cases("activations.json")) {
    if (!each.contains("second_derivative") || !is_in_library(each.at("function"))) continue;
    run_second_derivative(each);
    tally.run();
  }
}

void run_loss(const Json& conformance_case) {
  auto what = conformance_case.at("name").get<std::string>();
  Checked checked(loss_model(conformance_case).text);
  ASSERT_TRUE(checked.programs().size() == 1) << what << "\n" << checked.rendered();
  double tolerance = tolerance_of(conformance_case);
  ir::Values values = given(conformance_case, "");
  values["target.y"] = values.at("target");
  ir::Module module = lower::lower(checked.program(), Surface::step);
  ir::Tensor* prediction = module.find("prediction");
  ir::Tensor* ones = autodiff::filled(module, *module.find("loss"), "ones", 1);
  ir::Tensor* gradient = autodiff::gradients(module, {{module.find("loss"), ones}}, {prediction}).at(prediction);
  module.outputs.push_back(gradient);
  ir::Values results = evaluated(what, module, values, samples(conformance_case));
  expect_same(what, results, "loss", conformance_case.at("output").at("loss"), tolerance);
  if (!conformance_case.contains("input_gradient")) return;
  expect_same(what, results, gradient->name, conformance_case.at("input_gradient").at("prediction"), tolerance);
}

TEST(Functions, losses_give_their_values_and_gradients) { run_file("losses.json", run_loss); }

TEST(Functions, what_is_not_finite_goes_through_everything) {
  run_file("nonfinite.json", [](const Json& each) {
    if (each.at("output").contains("loss")) {
      run_loss(each);
    } else {
      run_function(each);
    }
  });
}

TEST(Functions, tables_of_grids_have_the_sizes_of_the_formula) {
  Tally tally("encodings.json, sizes");
  for (Json each : cases("encodings.json")) {
    if (!each.contains("level_offsets")) continue;
    auto d = each.contains("dimensions") ? each.at("dimensions").get<int64_t>()
                                         : each.at("input").at("x").at("shape")[1].get<int64_t>();
    each["input"] = {{"x", {{"shape", {1, d}}}}};
    ModelText model = function_model(each);
    Checked checked(model.text);
    ASSERT_TRUE(checked.programs().size() == 1) << each.at("name") << "\n" << checked.rendered();
    int64_t rows = tensor(checked.program(), model.prefix + "table").shape[0];
    EXPECT_EQ(rows, each.at("level_offsets").back().get<int64_t>()) << each.at("name");
    tally.run();
  }
}

}  // namespace
}  // namespace nnc::test
