// The constants that `-D name=value` sets.
#pragma once

#include <string>
#include <vector>

#include "compiler/sema/check.h"
#include "compiler/support/diagnostics.h"
#include "compiler/support/source.h"

namespace nnc::driver {

class Defines {
 public:
  /// Texts of the form `name=value`, the value an expression. Messages show them as the file `-D`.
  Defines(const std::vector<std::string>& texts, Sources& sources, Diagnostics& diagnostics);

  const sema::Options& options() const { return options_; }

 private:
  std::vector<ast::ExprPtr> values_;
  sema::Options options_;
};

}  // namespace nnc::driver
