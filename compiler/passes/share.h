// Computes equal values once.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// Values whose equations are equal up to the names of their indices become one, the first; so do values that were
/// equal but for that. Results stay.
/// Needs: fold, so that equal expressions are the same node. Gives: no two equal equations.
void share(ir::Module& module);

}  // namespace nnc::passes
