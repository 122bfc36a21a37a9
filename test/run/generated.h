// A model's text through the whole compiler, in process: its program, and its C++ with a main that calls all of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/driver/files.h"
#include "sema/checked_text.h"

namespace nnc::test {

/// What became of models/<name>.nn.
struct Generated {
  std::unique_ptr<Checked> checked;
  std::string complaints;  // empty, or what went wrong
  std::vector<driver::OutputFile> files;
  int tile = 0;                // samples in a tile
  std::vector<int64_t> sizes;  // of the batches that main runs

  const sema::Program& program() const { return checked->program(); }
};
Generated generate(const std::string& name, const std::string& folder);

/// The text as C++: folder/<name>.h and folder/<name>.cpp, in the namespace `name`, without a main.
Generated generate_text(const std::string& text, const std::string& name, const std::string& folder);

/// A struct of that name with the types and visitors of the namespace `name`, as drive.h wants them.
std::string print_traits(const sema::Program& program, const std::string& name, const Generated& generated,
                         const std::string& type);

/// A main that calls everything of the interface in the namespace `name`, which the file `name`.cpp has.
std::string print_main(const sema::Program& program, const std::string& name, const Generated& generated);

}  // namespace nnc::test
