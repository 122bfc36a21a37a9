// IR text, as `print.h` describes it, back into a module.
#pragma once

#include <optional>

#include "compiler/ir/ir.h"
#include "compiler/support/diagnostics.h"

namespace nnc::ir {

/// The module that the text says, or nothing after complaints (SyntaxError), one for each line that cannot be read.
/// Line breaks inside brackets and `//` comments are skipped.
std::optional<Module> read(const Source& source, Diagnostics& diagnostics);

/// Adds what the text says to a module, whose tensors it may name. False after complaints; then the module may hold
/// some of the text's lines.
bool append(Module& module, const Source& source, Diagnostics& diagnostics);

}  // namespace nnc::ir
