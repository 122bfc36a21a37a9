// A model's functions for callers of C: a header in C99, and their definitions, which stand behind the C++ source.
//
// c_functions.cpp lists the functions, c_types.cpp has the structs of rows and of samples.
#pragma once

#include <string>

#include "compiler/emit/model.h"

namespace nnc::emit {

/// Where the rows of a batch lie, and whether functions take a stream.
enum class RowsOn : uint8_t { host, device };

/// The names of a model's C functions begin with its namespace: `two_First` of `two::First`.
std::string c_prefix(const Model& model);

/// `image_c.h`
std::string c_header(const Model& model, RowsOn side);
/// What follows the namespace in the source, and the lines that its head needs.
std::string c_definitions(const Model& model, RowsOn side);
std::string c_includes(const std::string& base);

}  // namespace nnc::emit
