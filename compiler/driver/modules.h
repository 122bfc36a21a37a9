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
  /// "outputs", "step", "backward", "derivative", "update of linear_0.weight", "numbers of optimizer_0"
  std::string name;
  ir::Module module;
};

/// A part of an optimizer's step for one parameter.
struct UpdateModule : NamedModule {
  const sema::Update* update;
  int outcome;                // of the step, where it is an update
  const sema::Tensor* total;  // the sum that it is a term of; null: an update
};

struct Modules {
  const sema::Program* program = nullptr;
  NamedModule outputs;
  std::optional<NamedModule> step;  // where the model has a loss
  NamedModule backward;
  std::optional<NamedModule> derivative;  // where the model has real inputs and outputs
  std::vector<UpdateModule> updates;      // optimizer after optimizer: its sums, its outcomes; in the order of params
  std::vector<NamedModule> numbers;       // of each optimizer; no pass runs on them

  /// Calls visit(module) for each but the numbers, in this order.
  void for_each(const std::function<void(NamedModule&)>& visit);
};

Modules lower_all(const sema::Program& program);

/// The schedules of all modules, after the passes. Nothing, with its messages, for a model that cannot be scheduled.
std::optional<emit::Model> schedule_all(Modules modules, const kernel::Target& target, Diagnostics& diagnostics);

}  // namespace nnc::driver
