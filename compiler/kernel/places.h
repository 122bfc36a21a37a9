// The first place of every tensor, before the schedule knows which live in registers.
#pragma once

#include <map>
#include <set>
#include <string>

#include "compiler/kernel/program.h"

namespace nnc::kernel {

/// Where parameters, and their gradients, lie in the flat buffers, in elements, by the names of the module's tensors.
struct ParamOffsets {
  std::map<std::string, int64_t, std::less<>> params;
  std::map<std::string, int64_t, std::less<>> gradients;
};

/// Gives every tensor of the module a place: values of samples a buffer of the tile, others the flat buffers. A value
/// that is only copied into a part of another (flatten, concat) is made there in place; the equations whose numbers are
/// given back copy nothing.
std::set<size_t> assign_places(Program& program, const ParamOffsets& params);

}  // namespace nnc::kernel
