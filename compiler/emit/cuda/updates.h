// Optimizer updates as CUDA kernels.
#pragma once

#include <string>

#include "compiler/emit/numbers.h"
#include "compiler/emit/update_plan.h"

namespace nnc::emit::cuda {

/// The text of an update's kernel, with the hole `$name$`: a thread an element, or one thread for the whole parameter.
/// It reads its rates from an array, changes nothing but the gradient where the step is bad, and leaves the gradient
/// zero.
/// With `numbers` it runs in its outcome of the step alone, and leaves the gradient as it is; one that adds up writes a
/// part of the sum for each block.
std::string update_kernel(const kernel::Update& update, const Numbers* numbers);

/// The kernel that computes the rates of all functions for the next step, in double: each function's lie behind those
/// before it.
std::string rates_kernel(const UpdatePlan& plan);
/// Where a function's rates begin, and how many there are in all.
size_t first_rate(const UpdatePlan& plan, size_t function);

/// The launch of a call. `step` is what it knows of the step; `blocks`: how many, empty for as many as there is work
/// for.
std::string update_launch(const UpdatePlan& plan, const UpdateCall& call, const std::string& step,
                          const std::string& blocks);
/// Launches in the order of the plan. Members of the trainer's state: weights, gradient, state, rates, scratch, step.
std::string update_launches(const UpdatePlan& plan);
/// Floats that the updates of whole parameters compute in.
int64_t scratch_floats(const UpdatePlan& plan);

}  // namespace nnc::emit::cuda
