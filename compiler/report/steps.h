// The steps of a schedule, as a reader of the model sees them.
#pragma once

#include <vector>

#include "compiler/kernel/program.h"
#include "compiler/report/parts.h"
#include "compiler/report/report.h"
#include "compiler/report/words.h"

namespace nnc::report {

/// What runs before the tiles, each step of a tile, the scatters of a chunk, what runs after all of them.
std::vector<Step> steps_of(const kernel::Program& program, const Parts& parts, const Words& words);

}  // namespace nnc::report
