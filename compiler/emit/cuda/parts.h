// The parts of a model's source, and the functions that print its sections.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/emit/cuda/lane.h"
#include "compiler/emit/numbers.h"
#include "compiler/emit/update_plan.h"

namespace nnc::emit::cuda {

/// A schedule that trains: forward and backward over a tile, sums over the batch.
struct Pass {
  Pass(const kernel::Program& schedule, std::string its_word, Names& names)
      : program(schedule),
        word(std::move(its_word)),
        type(upper_first(word)),
        sums(schedule),
        lane(schedule, word, Side::device, sums, names) {}

  const kernel::Program& program;
  std::string word, type;  // "step", "Step"
  Sums sums;
  LanePrinter lane;
};

struct Parts {
  explicit Parts(const Model& its_model);

  const sema::Program& program() const { return *model.program; }

  const Model& model;
  Names names;  // of the source's functions
  Names infer_names;
  Sums infer_sums;
  LanePrinter infer;  // its functions are in the header
  std::optional<Pass> step;
  std::optional<Pass> backward;
  std::vector<Numbers> numbers;  // of each optimizer; none where the model is plain
  UpdatePlan updates;
};

/// The kernel of `infer`, and the kernels of a pass with all that they call.
std::string infer_kernel(const Parts& parts);
std::string pass_kernels(const Parts& parts, Pass& pass);

/// The members of Network and Workspace, and `infer`.
std::string inference(const Parts& parts);
/// Trainer::State and the members of Trainer.
std::string trainer(const Parts& parts);
/// load, save, restore.
std::string files(const Parts& parts);

}  // namespace nnc::emit::cuda
