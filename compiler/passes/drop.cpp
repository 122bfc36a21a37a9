#include "compiler/passes/drop.h"

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"

namespace nnc::passes {

void drop(ir::Module& module) {
  std::unordered_map<const ir::Tensor*, std::vector<const ir::Equation*>> writers;
  for (const ir::Equation& equation : module.equations) writers[equation.out].push_back(&equation);

  std::unordered_set<const ir::Tensor*> needed = results(module);
  std::vector<const ir::Tensor*> pending(needed.begin(), needed.end());
  while (!pending.empty()) {
    const ir::Tensor* tensor = pending.back();
    pending.pop_back();
    for (const ir::Equation* equation : writers[tensor]) {
      for (const ir::Node* read : ir::reads(*equation)) {
        if (needed.insert(read->tensor).second) pending.push_back(read->tensor);
      }
    }
  }
  std::erase_if(module.equations, [&](const ir::Equation& equation) { return !needed.contains(equation.out); });
  for (ir::Tensor* tensor : module.tensors()) {
    if (tensor->role != ir::Role::constant || needed.contains(tensor)) continue;
    // A value that nothing writes is not part of the module.
    tensor->role = ir::Role::value;
    tensor->data.clear();
  }
}

}  // namespace nnc::passes
