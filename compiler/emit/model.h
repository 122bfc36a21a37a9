// What every target prints: the model's interface and its schedules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/emit/text.h"
#include "compiler/kernel/program.h"
#include "compiler/kernel/update.h"
#include "compiler/sema/program.h"

namespace nnc::emit {

/// A parameter in the flat buffer.
struct Param {
  const sema::Tensor* tensor;
  int64_t offset;  // in floats
  int64_t count;
};

/// One model, scheduled for one target.
struct Model {
  const sema::Program* program;
  std::string name_space;
  std::string source_name;  // `image.nn`, for comments
  std::vector<Param> params;
  int64_t param_floats = 0;          // of the flat buffer, without padding
  std::vector<float> embedded = {};  // weights that the source is to hold, as the flat buffer; or none
  std::string embedded_from = {};    // the file that they come from
  bool has_c_api = false;            // C is to have the functions, too
  kernel::Program infer;
  std::optional<kernel::Program> step;  // where the model has a loss
  kernel::Program backward;
  std::optional<kernel::Program> derivative;  // where there are real inputs and outputs; of one sample
  std::vector<kernel::Update> updates;  // optimizer after optimizer: its sums, its outcomes; in the order of params
  std::vector<ir::Module> numbers;      // of each optimizer, as lowered

  /// The uniform values of a network: those that `infer` reads, and behind them the derivative's.
  int64_t uniforms() const { return infer.uniforms + (derivative ? derivative->uniforms : 0); }
  /// True if anything makes them.
  bool has_before() const { return !infer.before.groups.empty() || (derivative && !derivative->before.groups.empty()); }
};

/// Gives constant tables of one name but different numbers different names, so that all schedules can stand in one
/// file, and names that are not those of their surroundings; the same to the buffers of each tile.
void name_apart(Model& model);
/// Takes the names of all constant tables, for what stands beside them.
void take_tables(const Model& model, Names& names);

/// What the accessors of `Weights` cannot be called is taken.
Names accessor_names();
/// Gives every schedule the parameters' names in generated code, `linear_0_weight`, each once.
void name_params(Model& model);

/// What a schedule calls its results; the user's own names may have taken `loss` and `d_<input>`. Of the step, and of
/// `backward`, by an input; empty for one of integers.
std::string loss_name(const Model& model);
std::string gradient_name(const Model& model, const sema::Tensor& input);

struct File {
  std::string name;
  std::string text;
};
/// The headers beside `base`.cpp or `base`.cu, the second for C.
inline std::string header_name(const std::string& base) { return base + ".h"; }
inline std::string c_header_name(const std::string& base) { return base + "_c.h"; }

}  // namespace nnc::emit
