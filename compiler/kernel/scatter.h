// Scatters over a whole chunk of samples.
#pragma once

#include <vector>

#include "compiler/kernel/program.h"

namespace nnc::kernel {

/// A scatter that sums over an index of its own becomes a sum of each sample and a scatter of that.
void sum_before_scatters(ir::Module& module);

/// Groups the scatter equations by what they write and where their axes run, computes again what their places and
/// weights need from what the tiles keep, and finds for each the axis whose values write to different places, so that
/// each has one owner: no atomics, no private tables, the same bits at any number of workers.
void add_scatters(Program& program, const std::vector<ir::Equation>& equations);

}  // namespace nnc::kernel
