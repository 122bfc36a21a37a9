#include "compiler/emit/cpp/emit.h"

#include <algorithm>

#include "compiler/emit/wrap.h"

namespace nnc::emit::cpp {

int tile_samples(const Model& model) {
  int64_t widths = 0;
  for (const auto& b : model.infer.buffers) widths += b.features;
  return widths < 64 ? 192 : 96;  // short tiles of small networks do not amortise the sums over lanes
}

std::vector<File> emit(const Model& model, const std::string& base) {
  return {{base + ".h", wrapped(header(model))}, {base + ".cpp", wrapped(source(model, base))}};
}

}  // namespace nnc::emit::cpp
