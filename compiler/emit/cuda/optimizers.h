// What a trainer in CUDA does with gradients where an optimizer counts, adds up or leaves out steps: kernels for its
// numbers around those of a plan. The device decides; the host only enqueues.
#pragma once

#include <string>

#include "compiler/emit/cuda/parts.h"

namespace nnc::emit::cuda {

/// Structs of numbers, before the kernels that read them.
std::string number_structs(const Parts& parts);
/// The kernels that compute numbers, and the one that ends a step.
std::string number_kernels(const Parts& parts);
/// Members of Trainer::State, and their first values.
std::string number_members(const Parts& parts);
std::string start_numbers(const Parts& parts);
/// The update in its order; `at` is where a batch reads what its loss is multiplied by.
std::string number_launches(const Parts& parts);
std::string launch_loss_factor(const Parts& parts, const std::string& at);

}  // namespace nnc::emit::cuda
