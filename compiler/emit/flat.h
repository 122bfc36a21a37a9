// Places in the flat buffers of what belongs to no sample: parameters, their gradients, uniform values.
#pragma once

#include <string>

#include "compiler/kernel/program.h"

namespace nnc::emit {

/// "w", "gradient" or "uniform".
std::string flat_buffer(kernel::Place place);
/// An offset in one of them, by the parameter's name where there is one: `At::linear_0_weight + 32`, `12`; empty for
/// the number 0.
std::string flat_offset(const kernel::Program& program, kernel::Place place, int64_t offset);
/// `w + At::linear_0_weight`
std::string flat_pointer(const kernel::Program& program, kernel::Place place, int64_t offset);

/// Of a header: `struct At`, whose constants are the offsets of the parameters.
std::string flat_places(const kernel::Program& program);

}  // namespace nnc::emit
