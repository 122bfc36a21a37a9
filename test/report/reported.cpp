#include "report/reported.h"

#include <stdexcept>

#include "compiler/driver/backend.h"
#include "compiler/driver/modules.h"
#include "compiler/driver/report.h"
#include "compiler/passes/pipeline.h"

namespace nnc::test {

const report::Surface& Reported::surface(const std::string& name) const {
  for (const report::Surface& each : report.value().surfaces) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("there is no " + name);
}

Reported reported(const std::string& text, const std::string& output) {
  Reported result{std::make_unique<Checked>(text), std::nullopt};
  if (result.checked->programs().size() != 1) throw std::runtime_error(result.checked->rendered());
  driver::Options options;
  options.output = output;
  driver::Modules modules = driver::lower_all(result.checked->program());
  modules.for_each([](driver::NamedModule& named) { passes::run(named.module); });
  Diagnostics diagnostics;
  const auto model = driver::schedule_all(std::move(modules), driver::backend_of(options).target(), diagnostics);
  result.report = driver::report_of(model.value(), options);
  return result;
}

}  // namespace nnc::test
