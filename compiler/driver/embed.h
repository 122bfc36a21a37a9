// `--weights`: parameters that generated code holds.
#pragma once

#include <string>

#include "compiler/emit/model.h"
#include "compiler/support/diagnostics.h"

namespace nnc::driver {

/// Reads the model's parameters from a safetensors file, as generated code's `load` does. Where they are missing or
/// misshapen, the diagnostics say what was expected and found.
void embed_weights(emit::Model& model, const std::string& path, Diagnostics& diagnostics);

}  // namespace nnc::driver
