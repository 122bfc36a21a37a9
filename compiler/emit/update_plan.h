// Where optimizers keep their states, and which update functions are called for which parameters. All targets share it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/emit/model.h"

namespace nnc::emit {

/// An array of numbers that an optimizer keeps: its place in the flat state buffer, and its name in a file.
struct StateArray {
  std::string file_name;  // `linear_0.weight.m`
  int64_t offset;
  int64_t count;
  std::vector<int64_t> shape;
  double initial;
  int64_t weight;  // where the parameter lies that it starts as; -1: it starts as `initial`
};

/// A function that serves one or several parameters: equal texts are one function.
struct UpdateFunction {
  const kernel::Update* update;  // the first that it serves
  std::string text;              // with the hole `$name$`
};

/// A call of an update function: floats [offset, offset + count) of the parameters, states at their places.
struct UpdateCall {
  size_t function;
  int64_t offset;
  int64_t count;
  std::vector<int64_t> states;  // offsets in the state buffer
  // Which part of a step it is: of which optimizer; a sum, or of which outcome.
  size_t optimizer = 0;
  int outcome = 0;
  std::string total = {};
};
/// What inference takes in the place of parameters: floats of them, from there in the state buffer.
struct Offered {
  int64_t offset;
  int64_t count;
  int64_t state;
};
/// Floats [offset, offset + count) of the parameters.
struct Stretch {
  int64_t offset;
  int64_t count;
};

struct UpdatePlan {
  std::vector<UpdateFunction> functions;
  std::vector<UpdateCall> calls;
  std::vector<StateArray> states;
  int64_t state_floats = 0;
  std::vector<Offered> offered;

  /// The calls of an optimizer in an outcome of its step, and those that add to a sum.
  std::vector<const UpdateCall*> calls_in(size_t optimizer, int outcome) const;
  std::vector<const UpdateCall*> calls_for(size_t optimizer, const std::string& total) const;
};

/// What an optimizer's calls in an outcome leave out of its parameters.
std::vector<Stretch> left_out(const Model& model, const UpdatePlan& plan, size_t optimizer, int outcome);

/// Elementwise updates of neighbours by one function become one call; states of one name then lie as the parameters do.
UpdatePlan plan_updates(const Model& model, const std::function<std::string(const kernel::Update&)>& text_of);

/// Floats of a flat buffer, padded to whole vectors of every instruction set.
int64_t padded(int64_t floats);
/// Members of an update's arrays: `float* weight;`, a line each.
std::string array_fields(const kernel::Update& update);
/// The table of what optimizers keep, `kStates`, as parameters of the state buffer; empty where there is nothing.
std::string state_table(const UpdatePlan& plan);
/// "  // image.nn:9", or nothing.
std::string source_comment(const kernel::Update& update);

}  // namespace nnc::emit
