#include "compiler/driver/report.h"

#include <filesystem>

#include "compiler/driver/backend.h"
#include "compiler/report/page.h"
#include "compiler/report/text.h"

namespace nnc::driver {
namespace {

// What tiles are made for (emit/cpp): a core of today has at least that.
constexpr int64_t kFirstCache = 32 << 10;
constexpr int64_t kSecondCache = 1 << 20;

}  // namespace

report::Report report_of(const emit::Model& model, const Options& options) {
  const Backend& backend = backend_of(options);
  std::vector<report::Target::Cache> caches;
  if (&backend.target() == &kernel::cpu()) caches = {{"first cache", kFirstCache}, {"second cache", kSecondCache}};
  return report::report(model, {std::string(backend.name), backend.tile_samples(model), std::move(caches)});
}

void show(const std::vector<report::Report>& reports, const Options& options, Result& result) {
  if (!options.page.empty()) {
    const std::string name = options.reads_stdin() ? "stdin" : std::filesystem::path(options.model).filename().string();
    result.files.push_back({options.page, report::page(reports, name)});
    return;
  }
  for (const report::Report& each : reports) result.text += (result.text.empty() ? "" : "\n") + report::text(each);
}

}  // namespace nnc::driver
