#include "compiler/driver/compile.h"

#include "compiler/ast/ast.h"
#include "compiler/driver/loader.h"

namespace nnc::driver {

Result compile(const Options& options, Sources& sources, Diagnostics& diagnostics) {
  Loader loader(sources, options.import_folders, diagnostics);
  const ast::File* file = loader.open(options.model);
  if (!file) return {};
  if (options.print == Printed::ast) return {ast::print(*file), {}};
  return {};
}

}  // namespace nnc::driver
