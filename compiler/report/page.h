// Reports as one page that needs nothing else: no script, no font, no style from elsewhere.
#pragma once

#include <string>
#include <vector>

#include "compiler/report/report.h"

namespace nnc::report {

/// HTML that is XML as well. `title`: the file's name.
std::string page(const std::vector<Report>& reports, const std::string& title);

}  // namespace nnc::report
