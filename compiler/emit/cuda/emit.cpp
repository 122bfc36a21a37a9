#include "compiler/emit/cuda/emit.h"

namespace nnc::emit::cuda {

std::vector<File> emit(const Model& model, const std::string& base) {
  return {{base + ".h", header(model, base)}, {base + ".cu", source(model, base)}};
}

}  // namespace nnc::emit::cuda
