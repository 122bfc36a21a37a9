// The forms of an equation that the runtime has a kernel for.
#pragma once

#include <map>
#include <optional>

#include "compiler/ir/ir.h"
#include "compiler/kernel/program.h"

namespace nnc::kernel {

using Places = std::map<const ir::Tensor*, Storage>;

/// out[b, m] += matrix[m, k] · x[b, k]: a matrix without samples, contiguous features on both sides.
std::optional<Product> as_product(const ir::Equation& equation, const Places& places);
/// out[m, k] += dy[b, m] · x[b, k], terms contiguous in `out`.
std::optional<Outer> as_outer(const ir::Equation& equation, const Places& places);
/// out[m] += x[b, m].
std::optional<LaneSum> as_lane_sum(const ir::Equation& equation, const Places& places);

/// True if an expression reads a value of some sample.
bool reads_samples(const ir::Node* node);
/// True if the index stands in the expression.
bool uses(const ir::Node* node, const ir::Index* index);

/// True if a place of the equation's left side depends on a sample: what is written where is known only at run time.
bool is_scatter(const ir::Equation& equation);
/// True if the equation runs over the samples.
bool over_samples(const ir::Equation& equation);
/// The indices of `over` besides the samples that stand on the left, and those that do not.
std::vector<const ir::Index*> kept_indices(const ir::Equation& equation);
std::vector<const ir::Index*> reduced_indices(const ir::Equation& equation);

}  // namespace nnc::kernel
