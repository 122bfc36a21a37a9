// Modules and values for tests, written as text.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/evaluate.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/read.h"
#include "compiler/ir/verify.h"

namespace nnc::test {

/// Every complaint as it would be shown.
inline std::string render_all(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.all()) text += render(diagnostic);
  return text;
}

/// Text whose spans stay valid for the whole test program.
inline const Source& keep(std::string text) {
  static Sources sources;
  return sources.add("test", std::move(text));
}

/// Adds text to the module; throws what is wrong with it.
inline void append_ir(ir::Module& module, std::string text) {
  Diagnostics diagnostics;
  if (!ir::append(module, keep(std::move(text)), diagnostics)) throw std::runtime_error(render_all(diagnostics));
}

/// The module of the text; throws what is wrong with it.
inline ir::Module read_ir(std::string text) {
  ir::Module module;
  append_ir(module, std::move(text));
  return module;
}

inline ir::Array array(std::vector<int64_t> shape, std::vector<double> elements) {
  return {std::move(shape), std::move(elements)};
}

inline void expect_well_formed(const ir::Module& module) {
  for (const std::string& complaint : ir::verify(module)) ADD_FAILURE() << complaint;
}

}  // namespace nnc::test
