#include "compiler/emit/cpp/emit.h"

#include <algorithm>

#include "compiler/emit/c_api.h"
#include "compiler/emit/wrap.h"

namespace nnc::emit::cpp {

int tile_samples(const Model& model) {
  int64_t widths = 0;
  for (const auto& b : model.infer.buffers) widths += b.features;
  return widths < 64 ? 192 : 96;  // short tiles of small networks do not amortise the sums over lanes
}

std::vector<File> emit(const Model& model, const std::string& base) {
  std::vector<File> files = {{header_name(base), wrapped(header(model))},
                             {base + ".cpp", wrapped(source(model, base))}};
  if (model.has_c_api) files.push_back({c_header_name(base), wrapped(c_header(model, RowsOn::host))});
  return files;
}

}  // namespace nnc::emit::cpp
