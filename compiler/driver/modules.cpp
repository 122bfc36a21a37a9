#include "compiler/driver/modules.h"

#include "compiler/kernel/schedule.h"
#include "compiler/kernel/update.h"
#include "compiler/lower/lower.h"

namespace nnc::driver {
namespace {

/// The parameters, one behind the other.
std::vector<emit::Param> place_params(const sema::Program& program) {
  std::vector<emit::Param> params;
  int64_t offset = 0;
  for (const sema::Tensor* tensor : program.params) {
    int64_t count = 1;
    for (int64_t extent : tensor->shape) count *= extent;
    params.push_back({tensor, offset, count});
    offset += count;
  }
  return params;
}

/// Where the module's parameters lie, and their gradients, which stand among its outputs from `first` on (lower.h): by
/// their place, since a user's names may be those that gradients have.
kernel::ParamOffsets offsets_in(const ir::Module& module, const std::vector<emit::Param>& params, size_t first) {
  kernel::ParamOffsets offsets;
  for (const emit::Param& param : params) {
    offsets.params[param.tensor->name] = param.offset;
    const bool has_gradient = first < module.outputs.size() && !param.tensor->frozen;
    if (has_gradient) offsets.gradients[module.outputs[first++]->name] = param.offset;
  }
  return offsets;
}

}  // namespace

void Modules::for_each(const std::function<void(NamedModule&)>& visit) {
  visit(outputs);
  if (step) visit(*step);
  visit(backward);
  for (NamedModule& update : updates) visit(update);
}

Modules lower_all(const sema::Program& program) {
  using lower::Surface;
  Modules modules;
  modules.program = &program;
  modules.outputs = {"outputs", lower::lower(program, Surface::outputs)};
  if (program.loss) modules.step = {"step", lower::lower(program, Surface::step)};
  modules.backward = {"backward", lower::lower(program, Surface::backward)};
  for (const sema::Update& update : program.updates) {
    modules.updates.push_back({"update of " + update.param->name, lower::lower_update(program, update)});
  }
  return modules;
}

std::optional<emit::Model> schedule_all(Modules modules, const kernel::Target& target, Diagnostics& diagnostics) {
  const sema::Program& program = *modules.program;
  const std::vector<emit::Param> params = place_params(program);
  const size_t outputs = program.outputs.size();
  auto schedule = [&](NamedModule& named, size_t first_gradient) {
    const kernel::ParamOffsets offsets = offsets_in(named.module, params, first_gradient);
    auto scheduled = kernel::schedule(std::move(named.module), offsets, target, diagnostics);
    if (scheduled && program.precision == scalar::Format::f64) scheduled->real = scalar::Format::f64;
    return scheduled;
  };
  std::optional<kernel::Program> infer = schedule(modules.outputs, outputs),
                                 backward = schedule(modules.backward, outputs), step;
  if (modules.step) step = schedule(*modules.step, outputs + 1);  // behind the loss
  if (!diagnostics.ok()) return std::nullopt;

  emit::Model model{.program = &program,
                    .name_space = "",
                    .source_name = "",
                    .params = params,
                    .param_floats = params.empty() ? 0 : params.back().offset + params.back().count,
                    .infer = std::move(*infer),
                    .step = std::move(step),
                    .backward = std::move(*backward),
                    .updates = {}};
  for (size_t i = 0; i < modules.updates.size(); ++i) {
    model.updates.push_back(
        kernel::schedule_update(std::move(modules.updates[i].module), program.updates[i].param->name));
  }
  return model;
}

}  // namespace nnc::driver
