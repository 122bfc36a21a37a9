#include "compiler/driver/evaluate.h"

#include "compiler/driver/given.h"
#include "compiler/driver/tensors.h"
#include "compiler/driver/training.h"
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
  ir::Values values = given.values;
  if (program.loss_factor) values[program.loss_factor->name] = {{}, {1}};
  ir::Values named =
      results(program, surface, module, ir::evaluate(module, values, given.samples, {rounding(options)}));
  named.insert(given.initialised.begin(), given.initialised.end());
  return named;
}

ir::Values train(const sema::Program& program, const Given& given, const Options& options) {
  Training training(program, given.values, {rounding(options)});
  ir::Array losses{{options.steps}, {}};
  for (int64_t step = 0; step < options.steps; ++step) losses.elements.push_back(training.step({}, given.samples));
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
