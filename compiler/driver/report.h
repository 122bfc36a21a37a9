// `--report`: what models cost and what became of them.
#pragma once

#include <string>
#include <vector>

#include "compiler/driver/options.h"
#include "compiler/emit/model.h"
#include "compiler/report/report.h"

namespace nnc::driver {

/// Of the target that the options name.
report::Report report_of(const emit::Model& model, const Options& options);

/// What is to be shown of all models.
std::string text_of(const std::vector<report::Report>& reports);

}  // namespace nnc::driver
