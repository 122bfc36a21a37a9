// What a trainer in C++ does with gradients: the steps of the model's optimizers, over the functions of a plan.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit/numbers.h"
#include "compiler/emit/update_plan.h"

namespace nnc::emit::cpp {

class Optimizers {
 public:
  explicit Optimizers(const Model& model);

  const UpdatePlan& plan() const { return plan_; }
  /// Structs of numbers, then the update functions.
  std::string functions() const;
  /// Members of Trainer::State: their data, and how a step runs.
  std::string members() const;
  /// Their first values.
  std::string start() const;
  std::string member_functions();
  /// What `update` does with gradients, which may not be finite.
  std::string update() const;
  /// What the loss is multiplied by in the next batch, in a function of Trainer::State; empty: by nothing.
  bool scales_loss() const { return sema::scaling(*model_.program) != nullptr; }
  /// What goes into a file of a trainer, and what is wanted of it.
  std::string write_numbers() const;
  std::string want_numbers() const;
  /// What inference takes in the place of weights, copied into `result`.
  std::string offered() const;

 private:
  std::string call(const UpdateCall& call, const std::string& step) const;
  std::string add_up(const UpdateCall& call, const std::string& total) const;
  std::string outcome(const Numbers& numbers, size_t place, int number) const;
  std::string take_step(Numbers numbers, size_t place) const;
  bool has_sums() const;
  int64_t scratch_floats() const;

  const Model& model_;
  bool is_plain_;
  std::vector<Numbers> numbers_;  // none where the model is plain
  UpdatePlan plan_;
};

}  // namespace nnc::emit::cpp
