// The targets, and the files that a model becomes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/files.h"
#include "compiler/driver/options.h"
#include "compiler/emit/model.h"

namespace nnc::driver {

/// What a suffix of `-o` stands for.
struct Backend {
  std::string_view suffix;
  std::string_view name;  // of the language
  const kernel::Target& (*target)();
  int (*tile_samples)(const emit::Model& model);
  std::vector<emit::File> (*emit)(const emit::Model& model, const std::string& base);
};

/// That of the output's suffix; the first where there is no output.
const Backend& backend_of(const Options& options);

/// The source, the header beside it and the depfile, which says that they were made from `inputs`. The namespace is the
/// file's, or the inner one in it.
std::vector<OutputFile> output_files(emit::Model model, const Options& options, const std::string& inner_namespace,
                                     const std::vector<std::string>& inputs);

/// The files of several models: what has one name becomes one file, in which they stand one behind the other.
std::vector<OutputFile> joined(const std::vector<std::vector<OutputFile>>& models);

}  // namespace nnc::driver
