// Adds up element-wise contributions in one place.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// Contributions to one tensor that add to the same places of the same box, each place once, become one equation where
/// the last of them stood: d[b, i] += f and d[b, j] += g become d[b, i] += f + g. If nothing else adds to them, it is a
/// set. Needs: fold. Gives: at most one element-wise contribution a box.
void merge(ir::Module& module);

}  // namespace nnc::passes
