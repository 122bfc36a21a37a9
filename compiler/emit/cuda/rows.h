// Rows in and out: checks of their number, loads into a tile, stores from it.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit/cuda/lane.h"
#include "compiler/emit/model.h"

namespace nnc::emit::cuda {

/// The number of samples that `in` has.
std::string batch_size(const sema::Program& program);

/// Statements that compare the size of rows with `count`.
std::string checks(const std::vector<const sema::Tensor*>& tensors, const std::string& prefix,
                   bool may_be_empty = false);
/// Of `in`, all but those that give the number; of `out`.
std::string input_checks(const sema::Program& program);
std::string output_checks(const sema::Program& program, bool may_be_empty);

/// load_rows and store_rows of a tensor of the schedule; nothing if it is not there.
std::string load_rows(const kernel::Program& schedule, const LanePrinter& lane, const std::string& tensor,
                      const std::string& rows, int64_t width);
std::string store_rows(const kernel::Program& schedule, const LanePrinter& lane, const std::string& tensor,
                       const std::string& rows, int64_t width);
std::string load_inputs(const sema::Program& program, const kernel::Program& schedule, const LanePrinter& lane);

}  // namespace nnc::emit::cuda
