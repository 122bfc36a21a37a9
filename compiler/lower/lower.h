// From a checked model to index equations: the sample index is written, each reduction is an equation of its own,
// gradients are asked of autodiff.
#pragma once

#include "compiler/ir/ir.h"
#include "compiler/sema/program.h"

namespace nnc::lower {

/// What a module computes.
enum class Surface {
  outputs,     // the outputs
  step,        // the outputs, the loss (its mean over the samples), the gradients of the trained params
  all,         // the outputs, the loss, the gradients of the trained params and of the inputs
  backward,    // the outputs; from `output_gradient.<output>`, the gradients of the trained params (summed over the
               // samples) and of the inputs
  derivative,  // from `output_gradient.<output>`, the gradients of the inputs and nothing else
};

/// The module of a model, with all params in their order. Its outputs stand in this order: outputs as declared, `loss`,
/// a gradient `d_<param>` for each param that is not frozen, a gradient `d_<input>` for each real input. A step needs a
/// loss in the program. What an output does not need is not in the module. Where an optimizer multiplies the loss, that
/// number is an input, gradients of params are of the product, those of inputs of the loss itself. A derivative knows
/// nothing of it.
ir::Module lower(const sema::Program& program, Surface surface);

/// The module of one parameter's update in an outcome of a step (program.h): inputs `gradient`, `step` and the numbers
/// that it reads, the param, the states that it needs, no samples. Its updates are the new values.
ir::Module lower_update(const sema::Program& program, const sema::Update& update, int outcome);
/// In the outcome that is a step.
ir::Module lower_update(const sema::Program& program, const sema::Update& update);

/// The module of one parameter's share of a sum over all parameters: the elements of its output are added up.
ir::Module lower_term(const sema::Program& program, const sema::Update& update, const sema::Update::Term& term);

/// The module of an optimizer's numbers: the states, the definitions in their order, what is given as inputs.
ir::Module lower_numbers(const sema::Optimizer& optimizer);

}  // namespace nnc::lower
