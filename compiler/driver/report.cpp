#include "compiler/driver/report.h"

#include "compiler/driver/backend.h"
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

std::string text_of(const std::vector<report::Report>& reports) {
  std::string text;
  for (const report::Report& each : reports) text += (text.empty() ? "" : "\n") + report::text(each);
  return text;
}

}  // namespace nnc::driver
