// Parameters, and what optimizers keep of them.
#pragma once

#include "compiler/report/report.h"

namespace nnc::report {

std::vector<Param> params_of(const emit::Model& model);
std::vector<Optimizer> optimizers_of(const emit::Model& model);

}  // namespace nnc::report
