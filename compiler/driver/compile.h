// The compiler: the sequence of its stages.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/files.h"
#include "compiler/driver/options.h"
#include "compiler/support/diagnostics.h"
#include "compiler/support/source.h"

namespace nnc::driver {

/// What is to be shown, and what is to be written. There are no files after a mistake, and no text but the table of
/// --verify.
struct Result {
  std::string text;
  std::vector<OutputFile> files;
};
Result compile(const Options& options, Sources& sources, Diagnostics& diagnostics);

}  // namespace nnc::driver
