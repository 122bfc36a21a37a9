#include "compiler/report/parts.h"

#include "compiler/kernel/equations.h"

namespace nnc::report {

Parts::Parts(const kernel::Program& program, size_t results) {
  const ir::Module& module = program.module;
  for (size_t k = 0; k < results && k < module.outputs.size(); ++k) forward_.insert(module.outputs[k]);
  for (size_t e = module.equations.size(); e-- > 0;) {
    const ir::Equation& equation = module.equations[e];
    made_.insert(equation.out);
    if (!forward_.contains(equation.out)) continue;
    kernel::for_each_read(equation, [&](const ir::Node* read) { forward_.insert(read->tensor); });
  }
}

/// The scatters' copies are in no equation of the module.
Part Parts::of(const ir::Tensor* tensor) const {
  if (forward_.contains(tensor)) return Part::forward;
  return made_.contains(tensor) ? Part::backward : Part::again;
}

}  // namespace nnc::report
