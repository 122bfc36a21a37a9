// Rows of the caller's views, into and out of the tile `t`: text for where `first` and `count` say which samples it
// holds.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/emit/cpp/surface.h"
#include "compiler/sema/program.h"

namespace nnc::emit::cpp {

/// Loads the rows of `rows`, `width` numbers each, into a tensor of the schedule; empty where the schedule has none.
std::string load_rows(const Surface& s, const std::string& tensor, const std::string& rows, int64_t width);

/// Stores a tensor of the schedule into `rows`, unless the caller did not want them.
std::string store_rows(const Surface& s, const std::string& tensor, const std::string& rows, int64_t width);

/// From `in`.
std::string load_inputs(const Surface& s, const sema::Program& program);

/// Into `out`.
std::string store_outputs(const Surface& s, const sema::Program& program);

}  // namespace nnc::emit::cpp
