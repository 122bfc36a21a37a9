// From equations to steps over a tile.
#pragma once

#include "compiler/kernel/places.h"
#include "compiler/kernel/program.h"
#include "compiler/support/diagnostics.h"

namespace nnc::kernel {

/// Recognises the runtime's forms, fuses the rest into nests, and gives every tensor its place. Needs: the passes'
/// result. Gives nothing, and says why, for a module whose samples depend on a sum over samples (batch statistics
/// inside a network).
std::optional<Program> schedule(ir::Module module, const ParamOffsets& params, const Target& target,
                                Diagnostics& diagnostics);

}  // namespace nnc::kernel
