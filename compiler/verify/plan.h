// What is run of a model: the sizes of its batches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/sema/program.h"

namespace nnc::verify {

struct Plan {
  const sema::Program* program;
  std::string name;            // of the generated namespace
  int tile;                    // samples in a tile
  std::vector<int64_t> sizes;  // of the batches, ascending: on both sides of a tile's end
  bool step_reads_rows = true;

  int64_t most() const { return sizes.back(); }
};

/// For a tile of that many samples.
inline Plan plan(const sema::Program& program, const std::string& name, int tile) {
  return {&program, name, tile, {1, tile - 1, tile, tile + 1, 2 * tile + 5}};
}

}  // namespace nnc::verify
