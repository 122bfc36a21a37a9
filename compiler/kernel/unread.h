// Values that nobody reads.
#pragma once

#include "compiler/kernel/program.h"

namespace nnc::kernel {

/// Takes out of the tile what computes values that are neither results nor read: those that scatters compute again for
/// themselves, and a model's outputs where only gradients are wanted.
void drop_unread(Program& program);

}  // namespace nnc::kernel
