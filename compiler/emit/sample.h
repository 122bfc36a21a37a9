// The functions for one sample: inline, without a batch, a tile or a workspace.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "compiler/emit/model.h"

namespace nnc::emit {

class Sample {
 public:
  explicit Sample(const Model& model);

  /// Floats of the packed weights, which only these functions read.
  int64_t packed_floats() const { return packed_; }
  /// Statements that pack `weights_` into `packed_`.
  std::string pack() const;
  /// `Result evaluate(const Network&, const Sample&) noexcept`.
  std::string evaluate() const;
  /// `SampleGradient differentiate(const Network&, const Sample&, const ResultGradient&) noexcept`; empty where the
  /// model has none.
  std::string differentiate() const;

 private:
  /// A matrix of parameters: where it begins, rows, terms, the distance of rows.
  using Matrix = std::tuple<int64_t, int64_t, int64_t, int64_t>;
  static Matrix matrix(const kernel::Product& product);
  /// What a function computes: buffers and steps.
  std::string fields(const kernel::Program& program) const;
  std::string steps(const kernel::Program& program) const;
  /// Statements that put the sample's inputs into the tile.
  std::string load_inputs(const kernel::Program& program) const;
  /// A function: what stands before its body, the type of what it returns, statements before and behind the steps.
  std::string function(const std::string& head, const std::string& result, const kernel::Program& program,
                       int64_t first_uniform, const std::string& in, const std::string& out) const;
  std::string product(const kernel::Program& program, const kernel::Product& product) const;

  const Model& model_;
  std::map<Matrix, int64_t> places_;  // in the packed weights
  int64_t packed_ = 0;
};

/// The gradient of an output, where the schedule of a derivative reads it; else null.
const ir::Tensor* seed_of(const kernel::Program& derivative, const sema::Output& output);

/// The structs of gradients of one sample, of these fields, and what stands before `differentiate` as its description.
std::string gradient_structs(const std::string& of_result, const std::string& of_sample);
std::string about_differentiate();

}  // namespace nnc::emit
