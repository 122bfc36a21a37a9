// A pass on IR text: before, after, and the evaluator's word that both are the same.
#pragma once

#include <string>

#include "compiler/ir/evaluate.h"
#include "compiler/ir/ir.h"

namespace nnc::passes {

using Rewrite = void (*)(ir::Module&);

/// The module that the text says; a test failure and an empty one where it cannot be read or is not well-formed.
ir::Module read(const std::string& text);

/// Numbers in [−1, 1] for each input, param and state of reals, small ones for integers; the same for the same name.
ir::Values random_values(const ir::Module& module, int64_t samples);

/// Fails unless all outputs and update values are the same within 1e-9.
void expect_same_results(const ir::Module& before, const ir::Module& after);

/// The equations after the pass, a line each without declarations, outputs and updates; fails unless the result is
/// well-formed and has the same results as `before`.
std::string equations_after(Rewrite pass, const std::string& before);

}  // namespace nnc::passes
