// Rows in and out: loads into a tile, stores from it.
#pragma once

#include <string>

#include "compiler/emit/cuda/lane.h"
#include "compiler/emit/model.h"

namespace nnc::emit::cuda {

/// load_rows and store_rows of a tensor of the schedule; nothing if it is not there.
std::string load_rows(const kernel::Program& schedule, const LanePrinter& lane, const std::string& tensor,
                      const std::string& rows, int64_t width);
std::string store_rows(const kernel::Program& schedule, const LanePrinter& lane, const std::string& tensor,
                       const std::string& rows, int64_t width);
std::string load_inputs(const sema::Program& program, const kernel::Program& schedule, const LanePrinter& lane);

}  // namespace nnc::emit::cuda
