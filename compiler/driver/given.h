// The tensors that a file gives to a model: checked, completed with first values.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/driver/options.h"
#include "compiler/ir/evaluate.h"
#include "compiler/sema/program.h"
#include "compiler/support/diagnostics.h"

namespace nnc::driver {

/// What the file's gradients start from.
enum class From { nothing, loss, outputs };

struct Given {
  ir::Values values;       // inputs, targets or output gradients, all params, states and `step`
  ir::Values initialised;  // the params among them that the file does not have
  int64_t samples = 0;
  From from = From::nothing;
};

/// What optimizers keep, in the order of their text: states of parameters, then numbers.
std::vector<const sema::Tensor*> states_of(const sema::Program& program);
/// States that have no values yet begin as their text says; those that begin as `weight` need the params.
void begin_states(const sema::Program& program, ir::Values& values);

/// Reads `options.evaluate`. Nothing after a complaint.
std::optional<Given> read_given(const sema::Program& program, const Options& options, Diagnostics& diagnostics);

}  // namespace nnc::driver
