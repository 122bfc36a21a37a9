#include "compiler/driver/modules.h"

#include "compiler/emit/batch.h"
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

/// What is added up over the parameters, sum after sum.
void add_terms(Modules& modules, const sema::Program& program, size_t optimizer) {
  for (const sema::Optimizer::Point& point : program.optimizers[optimizer].points) {
    for (const sema::Update& update : program.updates) {
      for (const sema::Update::Term& term : update.terms) {
        if (update.optimizer != optimizer || term.total != point.tensor) continue;
        const std::string name = "term of " + update.param->name + " in " + term.total->name;
        modules.updates.push_back({{name, lower::lower_term(program, update, term)}, &update, 0, term.total});
      }
    }
  }
}

/// The updates of one outcome of a step; those that change nothing are left out.
void add_updates(Modules& modules, const sema::Program& program, size_t optimizer, int outcome) {
  const bool is_taken = outcome == program.optimizers[optimizer].skips();
  for (const sema::Update& update : program.updates) {
    if (update.optimizer != optimizer || sema::assigned(update.assignments, outcome).empty()) continue;
    const std::string name =
        "update of " + update.param->name + (is_taken ? "" : ", stopped at skip " + std::to_string(outcome + 1));
    modules.updates.push_back({{name, lower::lower_update(program, update, outcome)}, &update, outcome, nullptr});
  }
}

}  // namespace

void Modules::for_each(const std::function<void(NamedModule&)>& visit) {
  visit(outputs);
  if (step) visit(*step);
  visit(backward);
  if (derivative) visit(*derivative);
  for (UpdateModule& update : updates) visit(update);
}

Modules lower_all(const sema::Program& program) {
  using lower::Surface;
  Modules modules;
  modules.program = &program;
  modules.outputs = {"outputs", lower::lower(program, Surface::outputs)};
  if (program.loss) modules.step = {"step", lower::lower(program, Surface::step)};
  modules.backward = {"backward", lower::lower(program, Surface::backward)};
  if (emit::has_derivative(program)) modules.derivative = {"derivative", lower::lower(program, Surface::derivative)};
  for (size_t k = 0; k < program.optimizers.size(); ++k) {
    const sema::Optimizer& optimizer = program.optimizers[k];
    modules.numbers.push_back({"numbers of " + optimizer.name, lower::lower_numbers(optimizer)});
    add_terms(modules, program, k);
    for (int outcome = 0; outcome <= optimizer.skips(); ++outcome) add_updates(modules, program, k, outcome);
  }
  return modules;
}

std::optional<emit::Model> schedule_all(Modules modules, const kernel::Target& target, Diagnostics& diagnostics) {
  const sema::Program& program = *modules.program;
  const std::vector<emit::Param> params = place_params(program);
  const size_t outputs = program.outputs.size();
  auto schedule = [&](NamedModule& named, size_t first_result, size_t first_gradient) {
    const kernel::ParamOffsets offsets = offsets_in(named.module, params, first_gradient);
    auto scheduled = kernel::schedule(std::move(named.module), offsets, target, diagnostics, first_result);
    if (scheduled && program.precision == scalar::Format::f64) scheduled->real = scalar::Format::f64;
    return scheduled;
  };
  std::optional<kernel::Program> infer = schedule(modules.outputs, 0, outputs),
                                 backward = schedule(modules.backward, outputs, outputs), step, derivative;
  if (modules.step) step = schedule(*modules.step, outputs, outputs + 1);  // behind the loss
  if (modules.derivative) derivative = schedule(*modules.derivative, 0, modules.derivative->module.outputs.size());
  if (!diagnostics.ok()) return std::nullopt;

  emit::Model model{.program = &program,
                    .name_space = "",
                    .source_name = "",
                    .params = params,
                    .param_floats = params.empty() ? 0 : params.back().offset + params.back().count,
                    .infer = std::move(*infer),
                    .step = std::move(step),
                    .backward = std::move(*backward),
                    .derivative = std::move(derivative),
                    .updates = {},
                    .numbers = {}};
  for (UpdateModule& each : modules.updates) {
    kernel::Update& update =
        model.updates.emplace_back(kernel::schedule_update(std::move(each.module), each.update->param->name));
    update.optimizer = each.update->optimizer;
    update.outcome = each.outcome;
    if (each.total) update.total = each.total->name;
  }
  for (NamedModule& each : modules.numbers) model.numbers.push_back(std::move(each.module));
  return model;
}

}  // namespace nnc::driver
