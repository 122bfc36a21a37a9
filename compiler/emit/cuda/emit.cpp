#include "compiler/emit/cuda/emit.h"

#include "compiler/emit/c_api.h"
#include "compiler/emit/wrap.h"

namespace nnc::emit::cuda {

std::vector<File> emit(const Model& model, const std::string& base) {
  std::vector<File> files = {{header_name(base), wrapped(header(model, base))},
                             {base + ".cu", wrapped(source(model, base))}};
  if (model.has_c_api) files.push_back({c_header_name(base), wrapped(c_header(model, RowsOn::device))});
  return files;
}

}  // namespace nnc::emit::cuda
