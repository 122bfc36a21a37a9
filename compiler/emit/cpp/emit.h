// A model as C++: a header with its interface, and a source with its fused functions.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit/model.h"

namespace nnc::emit::cpp {

/// `base` is the files' name without `.h` and `.cpp`.
std::vector<File> emit(const Model& model, const std::string& base);

/// The parts of the source: functions over one tile, and what calls them for a batch.
std::string header(const Model& model);
std::string source(const Model& model, const std::string& base);

/// Samples in a tile.
int tile_samples(const Model& model);
}  // namespace nnc::emit::cpp
