// Whole models, from text to numbers: outputs, loss, gradients, training runs, against the conformance cases.
#include <gtest/gtest.h>

#include "compiler/autodiff/gradients.h"
#include "compiler/driver/training.h"
#include "compiler/ir/verify.h"
#include "compiler/lower/lower.h"
#include "lower/case.h"
#include "sema/checked_text.h"

namespace nnc::test {
namespace {

using lower::Surface;

void expect_same(const std::string& what, const ir::Array& actual, const Json& expected, double tolerance) {
  EXPECT_EQ(difference(actual, expected, tolerance), "") << what;
}

void expect_verified(const std::string& what, const ir::Module& module) {
  for (const std::string& complaint : ir::verify(module)) ADD_FAILURE() << what << ": " << complaint;
}

ir::Values given(const Json& network) {
  ir::Values values;
  for (const auto& [name, tensor] : network.at("input").items()) values[name] = array(tensor);
  for (const auto& [name, tensor] : network.at("parameters").items()) values[name] = array(tensor);
  for (const auto& [name, tensor] : network.at("target").items()) values["target." + name] = array(tensor);
  return values;
}

TEST(Networks, give_outputs_losses_and_gradients) {
  Tally tally("networks.json");
  for (const Json& network : cases("networks.json")) {
    auto what = network.at("name").get<std::string>();
    Checked checked(network.at("text").get<std::string>());
    ASSERT_TRUE(checked.programs().size() == 1) << what << "\n" << checked.rendered();
    const sema::Program& program = checked.program();
    double tolerance = network.at("tolerance").at("f64").get<double>();
    std::vector<std::string> order;
    for (const sema::Tensor* param : program.params) order.push_back(param->name);
    EXPECT_EQ(order, network.at("parameter_order").get<std::vector<std::string>>()) << what;

    ir::Module module = lower::lower(program, Surface::step);
    std::vector<ir::Tensor*> inputs;
    for (const sema::Tensor* input : program.inputs) inputs.push_back(module.find(input->name));
    ir::Tensor* ones = autodiff::filled(module, *module.find("loss"), "ones", 1);
    auto of_inputs = autodiff::gradients(module, {{module.find("loss"), ones}}, inputs);
    expect_verified(what, module);
    ir::Values values = given(network);
    int64_t count = network.at("input").front().at("shape")[0].get<int64_t>();
    ir::Values results = ir::evaluate(module, values, count);
    for (const auto& [name, expected] : network.at("output").items()) {
      expect_same(what + " " + name, results.at(name), expected, tolerance);
    }
    expect_same(what + " loss", results.at("loss"), network.at("loss"), tolerance);
    for (const auto& [name, expected] : network.at("input_gradient").items()) {
      expect_same(what + " of " + name, results.at(of_inputs.at(module.find(name))->name), expected, tolerance);
    }
    for (const auto& [name, expected] : network.at("parameter_gradient").items()) {
      expect_same(what + " of " + name, results.at("d_" + name), expected, tolerance);
    }
    tally.run();
  }
}

TEST(Networks, hold_where_layers_pass_on_rounded_numbers) {
  Tally tally("networks.json");
  for (const Json& network : cases("networks.json")) {
    for (const char* format : {"f16", "bf16"}) {
      if (!network.at("tolerance").contains(format)) continue;
      const std::string what = network.at("name").get<std::string>() + " " + format;
      const double tolerance = network.at("tolerance").at(format).get<double>();
      Checked checked(network_in(network, format));
      ASSERT_TRUE(checked.programs().size() == 1) << what << "\n" << checked.rendered();
      const sema::Program& program = checked.program();
      const ir::Values values = given(network);
      const int64_t count = network.at("input").front().at("shape")[0].get<int64_t>();
      const ir::Values outputs = ir::evaluate(lower::lower(program, Surface::outputs), values, count);
      for (const auto& [name, expected] : network.at("output").items())
        expect_same(what + " " + name, outputs.at(name), expected, tolerance);

      driver::Training training(program, values);
      expect_same(what + " loss", {{}, {training.step(values, count)}}, network.at("loss"), tolerance);
      for (const auto& [name, expected] : network.at("parameter_gradient").items()) {
        ir::Array gradient = training.gradients().at(name);
        for (double& number : gradient.elements) number /= kLossScale;
        expect_same(what + " of " + name, gradient, expected, tolerance);
      }
    }
    tally.run();
  }
}

/// `count` rows from row `first`, around the end.
ir::Array rows(const ir::Array& data, int64_t first, int64_t count) {
  ir::Array part{data.shape, {}};
  part.shape[0] = count;
  size_t size = data.elements.size() / static_cast<size_t>(data.shape[0]);
  for (int64_t k = 0; k < count; ++k) {
    auto row = static_cast<size_t>((first + k) % data.shape[0]);
    part.elements.insert(part.elements.end(), data.elements.begin() + static_cast<std::ptrdiff_t>(row * size),
                         data.elements.begin() + static_cast<std::ptrdiff_t>((row + 1) * size));
  }
  return part;
}

/// The k-th of tensors that stand behind each other.
Json slice(const Json& all, size_t k) {
  ir::Array whole = array(all);
  size_t size = whole.elements.size() / static_cast<size_t>(whole.shape[0]);
  auto from = whole.elements.begin() + static_cast<std::ptrdiff_t>(k * size);
  std::vector<double> values(from, from + static_cast<std::ptrdiff_t>(size));
  std::vector<int64_t> shape(whole.shape.begin() + 1, whole.shape.end());
  return {{"shape", shape}, {"values", values}, {"scale", all.value("scale", 1e-30)}};
}

void train(const Json& model, const sema::Program& program) {
  auto what = model.at("name").get<std::string>();
  double tolerance = model.at("tolerance").at("f64").get<double>();
  ir::Values data = given(model), values;
  for (const sema::Tensor* param : program.params) {
    values[param->name] = data.at(param->name);
    data.erase(param->name);
  }
  driver::Training training(program, values);
  auto batch = model.at("batch").get<int64_t>();
  std::vector<double> losses;
  size_t steps = model.at("loss_curve").at("values").size();
  for (size_t s = 0; s < steps; ++s) {
    ir::Values part;
    for (const auto& [name, all] : data) part[name] = rows(all, static_cast<int64_t>(s) * batch, batch);
    losses.push_back(training.step(part, batch));
    std::string done = std::to_string(s + 1);
    if (model.contains("parameters_after") && model.at("parameters_after").contains(done)) {
      for (const auto& [name, expected] : model.at("parameters_after").at(done).items()) {
        expect_same(what + " " + name + " after " + done, training.value(name), expected, tolerance);
      }
    }
    if (!model.contains("trajectory")) continue;
    for (const auto& [name, expected] : model.at("trajectory").items()) {
      expect_same(what + " " + name + " after " + done, training.value(name), slice(expected, s), tolerance);
    }
  }
  expect_same(what + " loss curve", {{static_cast<int64_t>(steps)}, losses}, model.at("loss_curve"), tolerance);
  if (!model.contains("average")) return;
  for (const auto& [name, expected] : model.at("average").items()) {
    expect_same(what + " average of " + name, training.value(name + ".inference"), expected, tolerance);
  }
}

TEST(Networks, train_as_other_software_does) {
  Tally tally("training.json");
  for (const Json& model : cases("training.json")) {
    Checked checked(model.at("text").get<std::string>());
    ASSERT_TRUE(checked.programs().size() == 1) << model.at("name") << "\n" << checked.rendered();
    train(model, checked.program());
    tally.run();
  }
}

/// What a case says of the state after each call, by what training calls it.
std::map<std::string, Json> kept_after(const Json& conformance_case) {
  std::map<std::string, Json> kept;
  for (const auto& [name, all] : conformance_case.at("trajectory").items()) kept["linear_0." + name] = all;
  if (conformance_case.contains("average")) {
    for (const auto& [name, all] : conformance_case.at("average").items())
      kept["linear_0." + name + ".inference"] = all;
  }
  if (conformance_case.contains("loss_scale")) {
    const Json& scales = conformance_case.at("loss_scale");
    kept["loss_scale_0.scale"] = {{"shape", {scales.size()}}, {"values", scales}};
  }
  return kept;
}

/// The optimizer's line on a layer of one weight and perhaps one offset, by the gradients of the case.
void run_optimizer(const Json& conformance_case, const sema::Program& program) {
  auto what = conformance_case.at("name").get<std::string>();
  double tolerance = conformance_case.at("tolerance").at("f64").get<double>();
  ir::Values start;
  for (const auto& [name, value] : conformance_case.at("parameters").items()) start["linear_0." + name] = array(value);
  driver::Training training(program, start);
  const auto kept = kept_after(conformance_case);
  const std::vector<bool> applied = conformance_case.at("applied").get<std::vector<bool>>();
  for (size_t s = 0; s < applied.size(); ++s) {
    ir::Values gradients;
    for (const auto& [name, all] : conformance_case.at("gradients").items()) {
      ir::Array& gradient = gradients["linear_0." + name] = array(slice(all, s));
      for (double& number : gradient.elements) number *= training.loss_factor();
    }
    std::string after = " after " + std::to_string(s + 1);
    EXPECT_EQ(training.update(gradients), applied[s]) << what << after;
    for (const auto& [name, all] : kept)
      expect_same(what + " " + name + after, training.value(name), slice(all, s), tolerance);
  }
}

TEST(Networks, optimizers_follow_their_trajectories) {
  Tally tally("optimizers.json");
  for (const Json& each : cases("optimizers.json")) {
    Checked checked(optimizer_model(each));
    ASSERT_TRUE(checked.programs().size() == 1) << each.at("name") << "\n" << checked.rendered();
    if (each.contains("gradients")) {
      run_optimizer(each, checked.program());
    } else {
      train(each, checked.program());
    }
    tally.run();
  }
}

}  // namespace
}  // namespace nnc::test
