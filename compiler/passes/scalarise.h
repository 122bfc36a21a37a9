// Takes tensors apart along dimensions that nobody loops over.
#pragma once

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// A dimension of a value or a table that is touched at constants only goes: `w[b, l, 0]` is `w_0[b, l]`. Results keep
/// theirs. Needs: unroll. Gives: pieces that can be shared, forwarded and kept in registers.
void scalarise(ir::Module& module);

}  // namespace nnc::passes
