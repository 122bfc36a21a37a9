// Computes what no input has a say in.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// Brings every expression into its simplest form (rewrite/simplify.h). A tensor whose equations read no input becomes
/// a table of numbers, where it has few enough of them; a contribution of zeros goes, and a tensor of nothing else is 0
/// where it is read. What depends on the number of samples stays an expression.
/// Needs: gradients taken. Gives: no equation without inputs, but for outputs, large ones and those of N.
void fold(ir::Module& module);

}  // namespace nnc::passes
