// `--verify`: what the user's compiler makes of a model, beside the meaning of its equations.
#pragma once

#include <string>

#include "compiler/driver/options.h"
#include "compiler/emit/model.h"
#include "compiler/support/diagnostics.h"

namespace nnc::driver {

/// Compiles the model's source in a temporary folder, runs every surface on numbers drawn from `options.seed`, and
/// compares with the evaluator. The text is a table of the largest errors; where one is beyond its bound, a compiler is
/// missing or a program fails, the diagnostics say so.
std::string verify(emit::Model model, const Options& options, Diagnostics& diagnostics);

}  // namespace nnc::driver
