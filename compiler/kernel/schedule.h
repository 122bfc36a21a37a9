// From equations to steps over a tile.
#pragma once

#include "compiler/kernel/places.h"
#include "compiler/kernel/program.h"
#include "compiler/support/diagnostics.h"

namespace nnc::kernel {

/// Recognises the runtime's forms, fuses the rest into nests, and gives every tensor its place. The module's outputs
/// from `first_result` on are what the schedule is for; an earlier one is computed where they need it. Needs: the
/// passes' result. Gives nothing, and says why, for a module whose samples depend on a sum over samples (batch
/// statistics inside a network).
std::optional<Program> schedule(ir::Module module, const ParamOffsets& params, const Target& target,
                                Diagnostics& diagnostics, size_t first_result = 0);

}  // namespace nnc::kernel
