// Registers instead of memory, where a value is read only where it is made.
#pragma once

#include "compiler/kernel/program.h"

namespace nnc::kernel {

/// Moves values from tile buffers into variables and small arrays of the one step that makes and reads them; drops
/// unused buffers. Values that share a buffer with others, inputs and outputs stay.
void localise(Program& program);

}  // namespace nnc::kernel
