// Optimizer updates as C++: one function for equal texts, called for runs of neighbouring parameters.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit/model.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cpp {

/// An array of numbers that an optimizer keeps: its place in the flat state buffer, and its name in a file.
struct StateArray {
  std::string file_name;  // `linear_0.weight.m`
  int64_t offset;
  int64_t count;
  std::vector<int64_t> shape;
  double initial;
};

/// A call of an update function: floats [offset, offset + count) of the parameters, states at their places.
struct UpdateCall {
  int function;
  int64_t offset;
  int64_t count;
  std::vector<int64_t> states;  // offsets in the state buffer
};

struct Updates {
  std::string functions;          // their C++ text
  std::vector<bool> elementwise;  // of each function
  std::vector<UpdateCall> calls;
  std::vector<StateArray> states;
  int64_t state_floats = 0;
};

Updates print_updates(const Model& model, Names& functions);

}  // namespace nnc::emit::cpp
