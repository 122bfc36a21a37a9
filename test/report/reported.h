// A model's text through the stages, in process, and what the report says of it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "compiler/report/report.h"
#include "sema/checked_text.h"

namespace nnc::test {

struct Reported {
  std::unique_ptr<Checked> checked;
  std::optional<report::Report> report;

  /// That of the name: `infer`, `step`, `backward`.
  const report::Surface& surface(const std::string& name) const;
};

/// Of the target that `output` names, such as `a.cpp`.
Reported reported(const std::string& text, const std::string& output = "a.cpp");

}  // namespace nnc::test
