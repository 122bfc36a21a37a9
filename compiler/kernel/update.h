// The schedule of an optimizer's text for one parameter.
#pragma once

#include <string>
#include <vector>

#include "compiler/kernel/program.h"

namespace nnc::kernel {

/// A number that depends on `step` and on other numbers of rank 0 alone: computed once a step, in double.
struct Rate {
  std::string name;       // of the scalar in the schedule
  const ir::Node* value;  // over reads of inputs of rank 0
};

/// An array that the update goes over: the parameter, its gradient, a state.
struct UpdateArray {
  std::string name;  // `weight`, `gradient`, `m`
  const ir::Tensor* tensor;
  int64_t elements;  // those of the parameter, or 1
};

/// weight, states := values; or the share of one parameter in a sum over all.
struct Update {
  std::string param;
  // Which part of a step it is, as sema::Optimizer says it.
  size_t optimizer = 0;
  int outcome = 0;
  std::string total = {};  // the sum that `term` is added to; empty: an update
  bool is_elementwise;     // each element by itself: lanes are elements, and equal updates of neighbours are one
  Program program;         // elementwise: over N elements; else uniform nests over the parameter's shape
  std::vector<Rate> rates;
  ir::Module rate_module;           // owns the rates' nodes where `program` does not
  std::vector<UpdateArray> arrays;  // what is read or written, the parameter first, the gradient second
  std::vector<std::pair<int, const ir::Tensor*>> results;  // array number := tensor
  const ir::Tensor* term = nullptr;                        // whose elements are added up
};

/// `module`: what lowering and the passes made of the update of `param`, or of its term, with inputs `gradient`, `step`
/// and numbers.
Update schedule_update(ir::Module module, const std::string& param);

}  // namespace nnc::kernel
