// The function for one sample: inline, without a batch, a tile or a workspace.
#pragma once

#include <map>
#include <string>

#include "compiler/emit/model.h"

namespace nnc::emit {

class Sample {
 public:
  explicit Sample(const Model& model);

  /// Floats of the packed weights, which only this function reads.
  int64_t packed_floats() const { return packed_; }
  /// Statements that pack `weights_` into `packed_`.
  std::string pack() const;
  /// `Result evaluate(const Network&, const Sample&) noexcept`.
  std::string function() const;

 private:
  std::string product(const kernel::Product& product) const;
  bool is_packed(const kernel::Product& product) const;

  const Model& model_;
  std::map<const kernel::Product*, int64_t> places_;  // in the packed weights
  int64_t packed_ = 0;
};

}  // namespace nnc::emit
