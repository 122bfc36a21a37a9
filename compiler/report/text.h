// A report as text.
#pragma once

#include <string>

#include "compiler/report/report.h"

namespace nnc::report {

std::string text(const Report& report);

/// `3, 5, 7–9`
std::string numbers(const std::vector<int>& list);
/// What a step is called: `product`, `weight gradient`, ….
const char* name(StepKind kind);
/// `computed again`
const char* name(Kept::How how);
/// `relu_0 64, linear_1.weight 4,096 a tile`: elements of one sample, of all samples of a tile together, of a batch.
std::string text(const std::vector<Access>& accesses, StepKind kind);
/// Of the parameters that a tile reads: `shared by its 96 samples, …`
std::string sharing(const Report& report);
/// `2,048 multiply-adds, 64 other`
std::string text(const Work& work);

}  // namespace nnc::report
