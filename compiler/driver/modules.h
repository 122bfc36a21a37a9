// The modules of one model: what it computes for each way of calling it, and how its parameters are updated.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/emit/model.h"
#include "compiler/ir/ir.h"
#include "compiler/kernel/program.h"
#include "compiler/sema/program.h"
#include "compiler/support/diagnostics.h"

namespace nnc::driver {

struct NamedModule {
  std::string name;  // "outputs", "step", "backward", "update of linear_0.weight"
  ir::Module module;
};

struct Modules {
  const sema::Program* program = nullptr;
  NamedModule outputs;
  std::optional<NamedModule> step;  // where the model has a loss
  NamedModule backward;
  std::vector<NamedModule> updates;  // in the order of the program's

  /// Calls visit(module) for each, in this order.
  void for_each(const std::function<void(NamedModule&)>& visit);
};

Modules lower_all(const sema::Program& program);

/// The schedules of all modules, after the passes. Nothing, with its messages, for a model that cannot be scheduled.
std::optional<emit::Model> schedule_all(Modules modules, const kernel::Target& target, Diagnostics& diagnostics);

}  // namespace nnc::driver
