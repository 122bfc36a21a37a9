// Which of a schedule's values belong to the outputs and the loss, and which to their gradients.
#pragma once

#include <set>

#include "compiler/kernel/program.h"
#include "compiler/report/report.h"

namespace nnc::report {

class Parts {
 public:
  /// The first `results` outputs of the module are the model's own: its outputs, its loss.
  Parts(const kernel::Program& program, size_t results);

  Part of(const ir::Tensor* tensor) const;

 private:
  std::set<const ir::Tensor*> forward_, made_;
};

}  // namespace nnc::report
