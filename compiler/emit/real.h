// The type that a schedule computes reals in, as C++: float, or double under `precision f64`.
#pragma once

#include <string>

#include "compiler/kernel/program.h"

namespace nnc::emit {

inline bool is_double(const kernel::Program& program) { return program.real == scalar::Format::f64; }
/// "float" or "double".
std::string real_type(const kernel::Program& program);
std::string real_literal(const kernel::Program& program, double value);
/// What a tile, or a table of constants, holds of a type; truth values of a tile are integers.
std::string tile_element(const kernel::Program& program, ir::Type type);
std::string table_element(const kernel::Program& program, ir::Type type);

}  // namespace nnc::emit
