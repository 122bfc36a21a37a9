// Training on the evaluator, as a generated trainer does it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/evaluate.h"
#include "compiler/sema/program.h"

namespace nnc::driver {

class Training {
 public:
  /// `given`: all params; the inputs, if they are the same in each step; states, numbers and `step` where they do not
  /// begin as the texts say. A tensor of the model may be called `step` itself.
  Training(const sema::Program& program, ir::Values given, ir::Arithmetic arithmetic = {});

  /// A step on this batch, on top of what is given: the loss before its update. Without samples it is 0, and nothing
  /// changes.
  double step(const ir::Values& batch, int64_t samples);
  /// The update by these gradients of params, which are of the loss times `loss_factor()`. True if an optimizer took
  /// its step; where one has not been finite, what its text says of that is all that happens.
  bool update(const ir::Values& gradients);

  double loss_factor() const;
  bool applied() const { return applied_; }  // by the last step
  int64_t steps() const { return steps_; }
  const ir::Array& value(const std::string& name) const { return values_.at(name); }
  const ir::Values& gradients() const { return gradients_; }  // of the last step, by param, times the factor
  /// Params, states, numbers that are kept, and `step`.
  ir::Values kept() const;

 private:
  bool take(size_t number, const ir::Values& gradients, bool finite);
  /// What is given to the numbers of an optimizer, and what they come to so far.
  ir::Values numbers(size_t number, const ir::Values& given) const;
  ir::Values known(size_t number) const;
  const ir::Module& module_of(const sema::Update& update, int outcome);
  ir::Values evaluated(const ir::Module& module, const ir::Array& gradient, const ir::Values& numbers) const;

  const sema::Program& program_;
  ir::Values values_;
  ir::Values gradients_;
  ir::Arithmetic arithmetic_;
  int64_t steps_ = 0;  // so far
  bool applied_ = false;
  std::optional<ir::Module> step_;
  std::vector<ir::Module> numbers_;                                    // of each optimizer
  std::map<std::pair<const sema::Update*, int>, ir::Module> updates_;  // by outcome
};

}  // namespace nnc::driver
