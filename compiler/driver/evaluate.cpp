#include "compiler/driver/evaluate.h"

#include <algorithm>
#include <cmath>

#include "compiler/driver/given.h"
#include "compiler/driver/tensors.h"
#include "compiler/lower/lower.h"

namespace nnc::driver {
namespace {

using lower::Surface;

ir::Rounding rounding(const Options& options) { return options.round_to_f32 ? ir::Rounding::f32 : ir::Rounding::f64; }

/// What a file calls the module's results, in their order (lower.h): the user's own names may have taken a tensor's.
std::vector<std::string> result_names(const sema::Program& program, Surface surface) {
  std::vector<std::string> names;
  for (const sema::Output& output : program.outputs) names.push_back(output.name);
  if (surface == Surface::outputs) return names;
  if (surface != Surface::backward) names.push_back("loss");
  for (const sema::Tensor* param : program.params) {
    if (!param->frozen) names.push_back("gradient." + param->name);
  }
  if (surface == Surface::step) return names;
  for (const sema::Tensor* input : program.inputs) {
    if (input->type == scalar::Type::real) names.push_back("gradient." + input->name);
  }
  return names;
}

/// The module's results under those names.
ir::Values results(const sema::Program& program, Surface surface, const ir::Module& module, const ir::Values& values) {
  const std::vector<std::string> names = result_names(program, surface);
  ir::Values named;
  for (size_t i = 0; i < module.outputs.size(); ++i) named[names.at(i)] = values.at(module.outputs[i]->name);
  return named;
}

ir::Values evaluate_once(const sema::Program& program, const Given& given, const Options& options) {
  const Surface surface = given.from == From::outputs ? Surface::backward
                          : given.from == From::loss  ? Surface::all
                                                      : Surface::outputs;
  const ir::Module module = lower::lower(program, surface);
  ir::Values named =
      results(program, surface, module, ir::evaluate(module, given.values, given.samples, rounding(options)));
  named.insert(given.initialised.begin(), given.initialised.end());
  return named;
}

bool is_finite(const ir::Array& array) {
  return std::all_of(array.elements.begin(), array.elements.end(), [](double number) { return std::isfinite(number); });
}

/// Training on one batch, as a generated trainer does it: a step whose gradient is not finite changes nothing.
class Training {
 public:
  Training(const sema::Program& program, const Given& given, const Options& options)
      : program_(program),
        samples_(given.samples),
        rounding_(rounding(options)),
        values_(given.values),
        step_(lower::lower(program, Surface::step)) {
    for (const sema::Update& update : program.updates) updates_.push_back(lower::lower_update(program, update));
    const bool is_input = std::any_of(program.inputs.begin(), program.inputs.end(),
                                      [](const sema::Tensor* input) { return input->name == "step"; });
    if (!is_input) steps_ = values_.at("step");
  }

  /// One step; the loss before its update.
  double step() {
    const ir::Values computed =
        results(program_, Surface::step, step_, ir::evaluate(step_, values_, samples_, rounding_));
    auto gradient = [&](const sema::Update& update) { return computed.at("gradient." + update.param->name); };
    const bool applies = std::all_of(program_.updates.begin(), program_.updates.end(),
                                     [&](const sema::Update& update) { return is_finite(gradient(update)); });
    if (applies) {
      steps_.elements[0] += 1;
      for (size_t i = 0; i < updates_.size(); ++i)
        apply(program_.updates[i], updates_[i], gradient(program_.updates[i]));
    }
    return computed.at("loss").elements[0];
  }

  /// Params, states and `step`.
  ir::Values kept() const {
    ir::Values kept{{"step", steps_}};
    for (const sema::Tensor* param : program_.params) kept[param->name] = values_.at(param->name);
    for (const sema::Update& update : program_.updates) {
      for (const sema::Tensor* state : update.states) kept[state->name] = values_.at(state->name);
    }
    return kept;
  }

 private:
  void apply(const sema::Update& update, const ir::Module& module, const ir::Array& gradient) {
    ir::Values given = values_;
    given["gradient"] = gradient;
    given["step"] = steps_;
    ir::Values computed = ir::evaluate(module, given, 0, rounding_);
    ir::apply_updates(module, computed);
    for (const auto& assignment : update.assignments) {
      values_[assignment.target->name] = computed.at(assignment.target->name);
    }
  }

  const sema::Program& program_;
  int64_t samples_;
  ir::Rounding rounding_;
  ir::Values values_;
  ir::Array steps_{{}, {0}};  // updates so far
  ir::Module step_;
  std::vector<ir::Module> updates_;
};

ir::Values train(const sema::Program& program, const Given& given, const Options& options) {
  Training training(program, given, options);
  ir::Array losses{{options.steps}, {}};
  for (int64_t step = 0; step < options.steps; ++step) losses.elements.push_back(training.step());
  ir::Values named = training.kept();
  named["losses"] = std::move(losses);
  return named;
}

}  // namespace

std::vector<OutputFile> evaluate(const sema::Program& program, const Options& options, Diagnostics& diagnostics) {
  const std::optional<Given> given = read_given(program, options, diagnostics);
  if (!given) return {};
  if (options.steps > 0 && given->from != From::loss) {
    diagnostics.error(DiagnosticKind::TensorMismatch, program.span,
                      "--steps needs a loss in the model, and no `output_gradient.…` among the tensors");
    return {};
  }
  const ir::Values named =
      options.steps > 0 ? train(program, *given, options) : evaluate_once(program, *given, options);
  return {{options.output, tensors_file(named)}};
}

}  // namespace nnc::driver
