// Whole models, from text to numbers: outputs, loss, gradients, training runs, against the conformance cases.
#include <gtest/gtest.h>

#include "compiler/autodiff/gradients.h"
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

/// A model with its state, trained on the evaluator.
class Training {
 public:
  Training(const sema::Program& program, ir::Values values) : program_(program), values_(std::move(values)) {
    for (const sema::Update& update : program.updates) {
      updates_.push_back(lower::lower_update(program, update));
      expect_verified(update.param->name, updates_.back());
      for (const sema::Tensor* state : update.states) {
        size_t count = 1;
        for (int64_t extent : state->shape) count *= static_cast<size_t>(extent);
        values_[state->name] = {state->shape, std::vector<double>(count, state->initial.value)};
      }
    }
  }

  /// One update of the param that is number k, by this gradient.
  void update(size_t k, const ir::Array& gradient) {
    ir::Values all = values_;
    all["gradient"] = gradient;
    all["step"] = {{}, {static_cast<double>(steps_ + 1)}};
    ir::Values results = ir::evaluate(updates_[k], all, 1);
    ir::apply_updates(updates_[k], results);
    for (const ir::Update& update : updates_[k].updates) values_[update.target->name] = results.at(update.target->name);
  }
  void next_step() { ++steps_; }

  /// The loss before the update, over these rows of the data.
  double step(const ir::Values& batch, int64_t count) {
    if (!module_) {
      module_ = lower::lower(program_, Surface::step);
      expect_verified(program_.name, *module_);
    }
    ir::Values all = values_;
    for (const auto& [name, rows] : batch) all[name] = rows;
    ir::Values results = ir::evaluate(*module_, all, count);
    for (size_t k = 0; k < updates_.size(); ++k) update(k, results.at("d_" + program_.updates[k].param->name));
    next_step();
    return results.at("loss").elements[0];
  }
  const ir::Array& value(const std::string& name) const { return values_.at(name); }

 private:
  const sema::Program& program_;
  ir::Values values_;
  std::vector<ir::Module> updates_;
  std::optional<ir::Module> module_;
  int steps_ = 0;
};

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
  Training training(program, values);
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
}

TEST(Networks, train_as_other_software_does) {
  Tally tally("training.json");
  for (const Json& model : cases("training.json")) {
    Checked checked(model.at("text").get<std::string>());
    if (checked.has(DiagnosticKind::NotSupported)) {
      tally.leave_out(checked.messages()[0].text);
      continue;
    }
    ASSERT_TRUE(checked.programs().size() == 1) << model.at("name") << "\n" << checked.rendered();
    train(model, checked.program());
    tally.run();
  }
}

/// The optimizer's line on a layer of one weight and one offset, by the gradients of the case.
void run_optimizer(const Json& conformance_case, const sema::Program& program) {
  auto what = conformance_case.at("name").get<std::string>();
  double tolerance = conformance_case.at("tolerance").at("f64").get<double>();
  const Json& start = conformance_case.at("parameters");
  Training training(program,
                    {{"linear_0.weight", array(start.at("weight"))}, {"linear_0.offset", array(start.at("offset"))}});
  size_t steps = conformance_case.at("gradients").at("weight").at("shape")[0].get<size_t>();
  for (size_t s = 0; s < steps; ++s) {
    size_t k = 0;
    for (const char* name : {"weight", "offset"}) {
      training.update(k++, array(slice(conformance_case.at("gradients").at(name), s)));
      expect_same(what + " " + name + " after " + std::to_string(s + 1),
                  training.value(std::string("linear_0.") + name), slice(conformance_case.at("trajectory").at(name), s),
                  tolerance);
    }
    training.next_step();
  }
}

TEST(Networks, optimizers_follow_their_trajectories) {
  Tally tally("optimizers.json");
  for (const Json& each : cases("optimizers.json")) {
    auto text = each.at("text").get<std::string>();
    bool is_model = text.starts_with("model");
    if (!is_model) {
      const Json& shape = each.at("parameters").at("weight").at("shape");
      text = "model M { input x: f32[" + shape[1].dump() + "] output y = x -> linear(" + shape[0].dump() +
             ") loss l2(y) " + text + " }";
    }
    Checked checked(text);
    if (checked.has(DiagnosticKind::NotSupported)) {
      tally.leave_out(checked.messages()[0].text);
    } else if (checked.has(DiagnosticKind::UnknownName)) {
      tally.leave_out("not in the library: " + each.at("function").get<std::string>());
    } else {
      ASSERT_TRUE(checked.programs().size() == 1) << each.at("name") << "\n" << checked.rendered();
      if (is_model) {
        train(each, checked.program());
      } else {
        run_optimizer(each, checked.program());
      }
      tally.run();
    }
  }
}

}  // namespace
}  // namespace nnc::test
