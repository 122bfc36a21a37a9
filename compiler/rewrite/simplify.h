// Expressions in their simplest form.
#pragma once

#include <unordered_map>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::rewrite {

/// Rewrites expressions of one module: constant parts are computed, in f64 and in exact integers; places become sums
/// in one form; the rules apply; comparisons and divisions of places are decided where the extents say enough; tables
/// are read where the place is known.
class Simplifier {
 public:
  explicit Simplifier(ir::Module& module) : module_(&module) {}

  const ir::Node* operator()(const ir::Node* node);

  /// The places of a tensor, each simplified; numbers outside are clamped, as they are when the equation runs.
  std::vector<const ir::Node*> places(const ir::Tensor& tensor, const std::vector<const ir::Node*>& at);

 private:
  const ir::Node* simplify(const ir::Node* node);
  const ir::Node* apply(ir::Op op, std::vector<const ir::Node*> operands);
  const ir::Node* by_rule(const ir::Node* node);
  const ir::Node* read(ir::Tensor* tensor, const std::vector<const ir::Node*>& at);

  ir::Module* module_;
  std::unordered_map<const ir::Node*, const ir::Node*> done_;
};

}  // namespace nnc::rewrite
