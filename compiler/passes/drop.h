// Drops what nothing needs.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// Drops equations whose tensors no output and no update needs, and tables that nothing reads.
/// Needs: a well-formed module. Gives: every equation contributes to a result.
void drop(ir::Module& module);

}  // namespace nnc::passes
