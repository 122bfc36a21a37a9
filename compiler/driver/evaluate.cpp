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

/// Outputs, then what the surface has besides, under the names that a file has for them.
ir::Values results(const sema::Program& program, const ir::Module& module, const ir::Values& values) {
  ir::Values named;
  for (size_t i = 0; i < module.outputs.size(); ++i) {
    const std::string& name = module.outputs[i]->name;
    const bool is_output = i < program.outputs.size();
    const bool is_gradient = !is_output && name.rfind("d_", 0) == 0;
    named[is_output ? program.outputs[i].name : is_gradient ? "gradient." + name.substr(2) : name] = values.at(name);
  }
  return named;
}

ir::Values evaluate_once(const sema::Program& program, const Given& given, const Options& options) {
  const Surface surface = given.from == From::outputs ? Surface::backward
                          : given.from == From::loss  ? Surface::all
                                                      : Surface::outputs;
  const ir::Module module = lower::lower(program, surface);
  ir::Values named = results(program, module, ir::evaluate(module, given.values, given.samples, rounding(options)));
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
  }

  /// One step; the loss before its update.
  double step() {
    const ir::Values computed = ir::evaluate(step_, values_, samples_, rounding_);
    auto gradient = [&](const sema::Update& update) { return computed.at("d_" + update.param->name); };
    const bool applies = std::all_of(program_.updates.begin(), program_.updates.end(),
                                     [&](const sema::Update& update) { return is_finite(gradient(update)); });
    if (applies) {
      values_["step"].elements[0] += 1;
      for (size_t i = 0; i < updates_.size(); ++i)
        apply(program_.updates[i], updates_[i], gradient(program_.updates[i]));
    }
    return computed.at("loss").elements[0];
  }

  /// Params, states and `step`.
  ir::Values kept() const {
    ir::Values kept{{"step", values_.at("step")}};
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
