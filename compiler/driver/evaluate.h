// `--evaluate`: a model computed by the meaning of its equations, on the tensors of a file.
#pragma once

#include <vector>

#include "compiler/driver/files.h"
#include "compiler/driver/options.h"
#include "compiler/sema/program.h"
#include "compiler/support/diagnostics.h"

namespace nnc::driver {

/// The file of results: outputs, `loss`, `gradient.<param>`, `gradient.<input>`, and the params that were not given.
/// With `output_gradient.<output>` among the tensors, those take the loss's place. With `--steps`: the `losses` of that
/// many training steps, then the params, what the optimizer keeps, and `step`. Nothing, and one message that lists what
/// is wanted, where a tensor is missing or misshapen.
std::vector<OutputFile> evaluate(const sema::Program& program, const Options& options, Diagnostics& diagnostics);

}  // namespace nnc::driver
