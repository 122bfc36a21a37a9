// Where optimizers keep their states, and which update functions are called for which parameters. All targets share it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/emit/model.h"
#include "compiler/emit/spelling.h"

namespace nnc::emit {

/// An array of numbers that an optimizer keeps: its place in the flat state buffer, and its name in a file.
struct StateArray {
  std::string file_name;  // `linear_0.weight.m`
  int64_t offset;
  int64_t count;
  std::vector<int64_t> shape;
  double initial;
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
};

struct UpdatePlan {
  std::vector<UpdateFunction> functions;
  std::vector<UpdateCall> calls;
  std::vector<StateArray> states;
  int64_t state_floats = 0;
};

/// Elementwise updates of neighbours by one function become one call; states of one name then lie as the parameters do.
UpdatePlan plan_updates(const Model& model, const std::function<std::string(const kernel::Update&)>& text_of);

/// Floats of a flat buffer, padded to whole vectors of every instruction set.
int64_t padded(int64_t floats);
/// A rate in double over the variable `step`.
Text rate_text(const ir::Node* node);
/// Members of an update's arrays: `float* weight;`, a line each.
std::string array_fields(const kernel::Update& update);
/// The table of what optimizers keep, `kStates`, as parameters of the state buffer; empty where there is nothing.
std::string state_table(const UpdatePlan& plan);
/// "  // image.nn:9", or nothing.
std::string source_comment(const kernel::Update& update);

}  // namespace nnc::emit
