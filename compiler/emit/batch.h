// The number of samples of a batch: which rows give it, and the checks that the others agree.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit/model.h"

namespace nnc::emit {

/// What has a derivative: integers have none, and no rows for one.
std::vector<const sema::Tensor*> real_inputs(const sema::Program& program);
std::vector<sema::Output> real_outputs(const sema::Program& program);
/// True if there are both.
bool has_derivative(const sema::Program& program);

/// True if the schedule reads the input; rows of the others may be empty.
bool reads(const kernel::Program& schedule, const sema::Tensor& input);

/// The number of samples that `infer` and `forward` are given, as an expression over `in` and `out`: that of the first
/// input that they read; without one, of the outputs that are wanted.
std::string infer_batch(const Model& model);
/// The same of `step`, over `in` and `target`; a loss without either is that of one sample.
std::string step_batch(const Model& model);
/// False for a loss of parameters alone: what is given to a step then has no say, whatever its size.
bool step_reads_rows(const Model& model);

/// Statements that compare the sizes of rows with `count`.
std::string infer_checks(const Model& model);
std::string step_checks(const Model& model);
/// Of the rows of `backward`: `out`, of each real output, and `in`, which may be empty.
std::string backward_checks(const Model& model);

}  // namespace nnc::emit
