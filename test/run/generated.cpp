// The compiler's stages in their order, then what a program of its files says.
#include "run/generated.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "compiler/driver/backend.h"
#include "compiler/driver/expected.h"
#include "compiler/driver/modules.h"
#include "compiler/passes/pipeline.h"
#include "compiler/verify/compare.h"

namespace nnc::test {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Generated generate_text(const std::string& text, const std::string& name, const std::string& folder,
                        const std::string& suffix) {
  Generated result;
  result.checked = std::make_unique<Checked>(text);
  if (result.checked->programs().size() != 1) {
    result.complaints = "no single model:\n" + result.checked->rendered();
    return result;
  }
  driver::Options options;
  options.model = name + ".nn";
  options.output = folder + "/" + name + suffix;
  driver::Modules modules = driver::lower_all(result.program());
  modules.for_each([](driver::NamedModule& named) { passes::run(named.module); });
  Diagnostics diagnostics;
  auto model = driver::schedule_all(std::move(modules), driver::backend_of(options).target(), diagnostics);
  for (const Diagnostic& complaint : diagnostics.all()) result.complaints += render(complaint);
  if (!model) return result;
  result.adds_in_any_order = driver::adds_in_any_order(*model);
  result.trial = driver::trial(std::move(*model), options);
  return result;
}

Generated generate_model(const std::string& name, const std::string& folder, const std::string& suffix) {
  const bool is_numbered = name.front() == '_';
  const std::string path = is_numbered ? "parse/models/" + name.substr(1) : "run/models/" + name;
  return generate_text(text_of(path + ".nn"), name, folder, suffix);
}

std::string traits_of(const Generated& generated, const std::string& type) {
  return verify::traits_text(generated.trial->plan, generated.trial->interface, type);
}

int run(const std::string& command, const std::string& folder, std::string& said) {
  const std::string log = folder + "/log";
  const int status = std::system((command + " 2> " + log).c_str());
  said = text_of(log);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void expect_agreement(const Generated& generated, const ir::Values& actual, const ir::Values& expected) {
  const verify::Comparison comparison = verify::compare(actual, expected, driver::tolerance_of(generated.program()));
  std::cout << verify::table(comparison.rows);
  for (const std::string& complaint : comparison.complaints) ADD_FAILURE() << complaint;
  for (const verify::Row& row : comparison.rows) EXPECT_LE(row.error, row.bound) << row.worst;
}

}  // namespace nnc::test
