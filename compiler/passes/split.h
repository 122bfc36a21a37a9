// Cuts ranges where conditions change.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// Cuts an index's range where a condition on that index alone (against constants and tables) changes its value, and
/// with it every tensor along the index that only equations of the same index touch; tables are cut likewise. Other
/// tensors are read and written at shifted places, `flat[b, l * 2 + 12]`. Products of matrices are left whole.
/// Needs: fold, forward. Gives: no condition on one index alone, where at most a few pieces come of it.
void split(ir::Module& module);

}  // namespace nnc::passes
