// From a checked model to index equations: the sample index is written, each reduction is an equation of its own,
// gradients are asked of autodiff.
#pragma once

#include "compiler/ir/ir.h"
#include "compiler/sema/program.h"

namespace nnc::lower {

/// What a module computes.
enum class Surface {
  outputs,   // the outputs
  step,      // the outputs, the loss (its mean over the samples), the gradients of the trained params
  all,       // the outputs, the loss, the gradients of the trained params and of the inputs
  backward,  // the outputs; from `output_gradient.<output>`, the gradients of the trained params (summed over the
             // samples) and of the inputs
};

/// The module of a model, with all params in their order. Its outputs stand in this order: outputs as declared, `loss`,
/// a gradient `d_<param>` for each param that is not frozen, a gradient `d_<input>` for each real input. A step needs a
/// loss in the program. What an output does not need is not in the module.
ir::Module lower(const sema::Program& program, Surface surface);

/// The module of one parameter's update: inputs `gradient` and `step`, the param, its states, no samples. Its updates
/// are the new values.
ir::Module lower_update(const sema::Program& program, const sema::Update& update);

}  // namespace nnc::lower
