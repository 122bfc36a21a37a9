// A model's text through the whole compiler, in process: its program, its files, and a main that calls all of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/trial.h"
#include "compiler/ir/evaluate.h"
#include "sema/checked_text.h"

namespace nnc::test {

/// What became of a model.
struct Generated {
  std::unique_ptr<Checked> checked;
  std::string complaints;              // empty, or what went wrong
  std::optional<driver::Trial> trial;  // nothing where something went wrong
  bool adds_in_any_order = false;      // threads of a device add to one place

  const sema::Program& program() const { return checked->program(); }
};

/// The text as files of folder/<name><suffix>, in the namespace `name`, without a main. `suffix` is `.cpp` or `.cu`;
/// the latter has the namespace <name>_on_host as well, under the stand-in for a device.
Generated generate_text(const std::string& text, const std::string& name, const std::string& folder,
                        const std::string& suffix);

/// The same of run/models/<name>.nn; `_<name>` is one of parse/models, whose names begin with digits.
Generated generate_model(const std::string& name, const std::string& folder, const std::string& suffix);

/// A struct of that name with the types and visitors of the model's interface, as drive.h wants them.
std::string traits_of(const Generated& generated, const std::string& type);

/// Runs a command; its exit status, and what it said on standard error. The folder is for its log.
int run(const std::string& command, const std::string& folder, std::string& said);

/// Shows the largest errors of what a program wrote, and fails the test where one is beyond its bound.
void expect_agreement(const Generated& generated, const ir::Values& actual, const ir::Values& expected);

}  // namespace nnc::test
