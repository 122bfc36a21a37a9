// `--report`: what models cost and what became of them.
#pragma once

#include <vector>

#include "compiler/driver/compile.h"
#include "compiler/driver/options.h"
#include "compiler/emit/model.h"
#include "compiler/report/report.h"

namespace nnc::driver {

/// Of the target that the options name.
report::Report report_of(const emit::Model& model, const Options& options);

/// Of all models: the text that is to be shown, or the page that is to be written.
void show(const std::vector<report::Report>& reports, const Options& options, Result& result);

}  // namespace nnc::driver
