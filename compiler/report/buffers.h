// The buffers of a tile: what lies in them, and for how long.
#pragma once

#include <vector>

#include "compiler/kernel/program.h"
#include "compiler/report/parts.h"
#include "compiler/report/report.h"
#include "compiler/report/words.h"

namespace nnc::report {

/// `samples`: of a tile. The steps are those of `steps_of`. `given_back`: what goes into the caller's rows.
std::vector<Buffer> buffers_of(const kernel::Program& program, const std::vector<Step>& steps, int64_t samples,
                               const std::vector<const ir::Tensor*>& given_back);

/// What the backward pass has of the forward pass. `is_recomputed`: all of it, since the caller's own loss stands
/// between them.
std::vector<Kept> kept_of(const kernel::Program& program, const Parts& parts, const Words& words,
                          const std::vector<Step>& steps, bool is_recomputed);

}  // namespace nnc::report
