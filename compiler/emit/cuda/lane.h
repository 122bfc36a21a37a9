// One schedule as functions of a lane: what a thread does with its sample, step after step.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit/body.h"
#include "compiler/emit/cuda/sums.h"
#include "compiler/emit/model.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cuda {

/// Which side runs a schedule.
enum class Side {
  anywhere,  // tiles of any number of lanes, one included: templates for device and host
  device,    // tiles of T lanes, whose threads work together as well
};

/// Prints a schedule. Names are prefixed by `word`, "infer", "step" or "backward": StepTile, step_tile.
class LanePrinter {
 public:
  LanePrinter(const kernel::Program& program, std::string word, Side side, const Sums& sums, Names& functions);

  /// struct <Word>Tile.
  std::string tile_struct() const;
  /// A function for each nest, then <word>_tile.
  std::string functions();
  /// <word>_before and <word>_after: uniform values, by one thread; empty where there is nothing.
  std::string uniform_functions() const;
  /// What a kernel passes to <word>_tile.
  std::string tile_args() const;

  /// The pointer to a tensor's rows in the tile `t`.
  std::string rows_pointer(const ir::Tensor& tensor) const;

 private:
  struct Function {
    std::string params, args;
  };
  std::string step_call(const kernel::Step& step, std::string& functions);
  std::string nest_function(const kernel::Nest& nest, std::string& functions);
  std::string product_call(const kernel::Product& product) const;
  std::string cooperative_steps(const std::vector<const kernel::Step*>& run) const;
  std::string tile_type() const;
  std::string tile_params() const;
  std::string qualifiers() const;
  /// The parameters that `text` mentions, as declarations and as arguments.
  Function signature(const std::string& text) const;
  std::string with_tables(const std::string& text) const;

  const kernel::Program& program_;
  std::string word_;
  Side side_;
  const Sums& sums_;
  Names& names_;
};

/// "Step" of "step".
std::string upper_first(std::string word);
/// True if the identifier stands in the text, and is not a member of something.
bool mentions(const std::string& text, const std::string& word);

}  // namespace nnc::emit::cuda
