#include "compiler/emit/cuda/emit.h"

#include "compiler/emit/wrap.h"

namespace nnc::emit::cuda {

std::vector<File> emit(const Model& model, const std::string& base) {
  return {{base + ".h", wrapped(header(model, base))}, {base + ".cu", wrapped(source(model, base))}};
}

}  // namespace nnc::emit::cuda
