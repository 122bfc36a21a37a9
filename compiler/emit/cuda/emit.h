// A model as CUDA: a header with its interface and its function for one sample, and a source with its fused kernels.
//
// A block is a tile: a thread is a lane is a sample, tile buffers lie in the block's part of a workspace in global
// memory, which is right for any size. Blocks stay, and take tile after tile.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit/model.h"

namespace nnc::emit::cuda {

/// Samples in a tile, threads in a block.
inline constexpr int kTileSamples = 128;

/// `base` is the files' name without `.h` and `.cu`. The model must be scheduled for CUDA.
std::vector<File> emit(const Model& model, const std::string& base);

std::string header(const Model& model, const std::string& base);
std::string source(const Model& model, const std::string& base);

}  // namespace nnc::emit::cuda
