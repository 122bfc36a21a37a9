// Tensors of numbers in safetensors files, as the evaluator takes and gives them.
#pragma once

#include <string>

#include "compiler/ir/evaluate.h"

namespace nnc::driver {

/// All tensors of a file, as doubles. Throws nn::FileError, which says what was expected and found: F64, F32, F16,
/// BF16, I32, I64 and U8 are read.
ir::Values read_tensors(const std::string& path);

/// The bytes of a file with these tensors, F64.
std::string tensors_file(const ir::Values& values);

}  // namespace nnc::driver
