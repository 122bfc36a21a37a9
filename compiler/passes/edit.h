// Changes that several passes make.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/rewrite/simplify.h"

namespace nnc::passes {

using IndexValues = std::map<const ir::Index*, const ir::Node*>;

/// The expression with these nodes in place of indices.
const ir::Node* with_indices(ir::Module& module, const ir::Node* node, const IndexValues& values);

/// The equation with `replacement(node)` for each node of its body and places that it gives one for. What has changed
/// is simplified.
void replace(ir::Module& module, ir::Equation& equation, rewrite::Simplifier& simplify,
             const std::function<const ir::Node*(const ir::Node*)>& replacement);

/// The equation with these nodes in place of indices, simplified; its domain stays to be changed.
void replace_indices(ir::Module& module, ir::Equation& equation, rewrite::Simplifier& simplify,
                     const IndexValues& values);

/// An index of this extent whose name is not among those of `over`: `name`, or `name_2`, ….
const ir::Index* free_index(ir::Module& module, const std::string& name, ir::Extent extent,
                            const std::vector<const ir::Index*>& over);

/// Outputs and the values of updates: what the module is for.
std::unordered_set<const ir::Tensor*> results(const ir::Module& module);

/// The numbers of the equations that write and that read each tensor.
struct Uses {
  explicit Uses(const ir::Module& module);

  std::unordered_map<const ir::Tensor*, std::vector<size_t>> writers;
  std::unordered_map<const ir::Tensor*, std::vector<size_t>> readers;
};

/// The dimensions of tensors that some equation reads at a place that may lie outside (form.h).
std::set<std::pair<const ir::Tensor*, size_t>> clamped_dimensions(const ir::Module& module);

/// Sums that all add to different places, each place once, are sets.
void settle_sums(ir::Module& module);

}  // namespace nnc::passes
