// The parts of a page that belong to one model.
#pragma once

#include <string>

#include "compiler/report/report.h"

namespace nnc::report {

/// `id` begins the names of all that is linked in the model's part.
struct PageModel {
  const Report& report;
  std::string id;
};

/// A table in a frame that can be moved sideways. The head's cells end in `>` where numbers stand under them.
std::string html_table(const std::vector<std::string>& head, const std::string& rows);
/// A row of cells; those of the numbers' columns have `right` among `styles`, "" for the others.
std::string html_row(const std::vector<std::pair<std::string, const char*>>& cells, const std::string& id = "");

/// Parameters and optimizers; rows and memory of a sample; the layers that the picture shows.
std::string params_part(const PageModel& model);
std::string sample_part(const PageModel& model);
std::string layers_part(const PageModel& model);
/// Steps, buffers and what is kept, of one way of calling the model.
std::string surface_part(const PageModel& model, const Surface& surface);

}  // namespace nnc::report
