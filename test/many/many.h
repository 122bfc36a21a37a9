// Many models in one program: texts through the compiler, all in one translation unit, and what they give for cases.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/evaluate.h"

namespace nnc::test {

/// Tensors for one of the texts: inputs, parameters, targets, `output_gradient.<output>`. Where output gradients (or
/// targets) are missing, there is no backward (no step).
struct ManyCase {
  size_t text;
  ir::Values given;
  int64_t samples;
};
struct Many {
  std::vector<std::string> texts;
  std::vector<ManyCase> cases;
};

enum class Side { cpp, cuda };  // C++ here; CUDA on the stand-in for a device
const char* name(Side side);

/// Of each case: `infer.<output>`, `evaluate.<output>`, `backward.<input or parameter>`, `differentiate.<input>`,
/// `loss`, `step.<parameter>` (its gradient, or its value where there is an optimizer), `start.<parameter>`. All are
/// flat. Throws std::runtime_error with what a compiler or the program said.
std::vector<ir::Values> run_many(const Many& many, Side side, const std::string& folder);

}  // namespace nnc::test
