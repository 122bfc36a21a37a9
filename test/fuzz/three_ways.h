// The derivative of a drawn model's numbers by reverse mode, by forward mode and by central differences.
#pragma once

#include <string>

#include "compiler/ir/evaluate.h"
#include "compiler/ir/ir.h"

namespace nnc::test {

/// Adds the gradient of the sum over all elements of `of` by every real input and parameter to the module, and compares
/// the three derivatives in one direction. What disagrees, as a sentence; nothing where all agree. Central differences
/// are right at one of several steps, unless a kink lies within each; they are left out where a gradient is stopped.
std::string three_ways_disagree(ir::Module& module, const std::vector<ir::Tensor*>& of, const ir::Values& values,
                                int64_t samples, bool is_stopped);

}  // namespace nnc::test
