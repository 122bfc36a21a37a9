// The numbers of an optimizer, one for all its parameters: a struct of them, and how a step computes them.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/emit/model.h"
#include "compiler/emit/spelling.h"

namespace nnc::emit {

/// True if no step of the model asks more than that all gradients are finite: nothing is counted, added up or left out.
bool is_plain(const Model& model);

/// A rate in double; `name_of` says what a number is called.
Text rate_text(const ir::Node* node, const std::function<std::string(const ir::Tensor&)>& name_of);
/// The same where `step` is the only number.
Text rate_text(const ir::Node* node);

class Numbers {
 public:
  Numbers(const Model& model, size_t optimizer);

  const sema::Optimizer& optimizer() const { return *optimizer_; }
  std::string type() const { return "Numbers" + suffix_; }      // "Numbers_0"
  std::string variable() const { return "numbers" + suffix_; }  // "numbers_0"
  std::string step_function() const { return "take_step" + suffix_; }
  /// The struct; `last` are further members.
  std::string struct_text(const std::string& last = "") const;
  /// `accumulate_0_count` of `accumulate_0.count`
  const std::string& field(const std::string& tensor) const { return fields_.at(tensor); }
  /// A rate over members of `n`.
  std::string rate(const ir::Node* node) const;

  /// What a step is given: `n.step = …;`. Texts of the number of steps so far, and of whether all gradients are finite.
  std::string given(const std::string& steps, const std::string& finite) const;
  /// Statements for the numbers that these need and that no text has computed yet.
  std::string compute(const std::set<std::string>& wanted);
  /// The numbers that an update reads.
  std::set<std::string> read_by(const kernel::Update& update) const;
  /// The numbers that take new values in an outcome of the step.
  std::set<std::string> assigned_in(int outcome) const;
  std::string assign(int outcome) const;
  /// Where no earlier step decides it: `n.loss_factor = …`.
  std::string compute_loss_factor();

  struct Kept {
    std::string file_name, field;
    double initial;
  };
  std::vector<Kept> kept() const;

 private:
  const Model& model_;
  const sema::Optimizer* optimizer_;
  const ir::Module& module_;
  std::string suffix_;
  std::map<std::string, std::string> fields_;
  std::set<std::string> computed_;
};

/// Those of each optimizer.
std::vector<Numbers> numbers_of(const Model& model);

}  // namespace nnc::emit
