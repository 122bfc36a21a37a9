#include "compiler/driver/trial.h"

#include <algorithm>
#include <filesystem>

#include "compiler/driver/backend.h"
#include "compiler/emit/batch.h"
#include "compiler/emit/cpp/emit.h"
#include "compiler/emit/cuda/emit.h"
#include "compiler/verify/main_text.h"
#include "compiler/verify/on_host.h"

namespace nnc::driver {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDrive = "verify-drive.h";

bool scatters(const kernel::Program& program) {
  auto in_nest = [](const kernel::Nest& nest) {
    for (const kernel::Group& group : nest.groups) {
      for (const kernel::Statement& statement : group.statements) {
        if (statement.store == kernel::Store::scatter) return true;
      }
    }
    return false;
  };
  return !program.scatters.empty() || std::any_of(program.tile.begin(), program.tile.end(), [&](const auto& step) {
    const auto* nest = std::get_if<kernel::Nest>(&step);
    return nest != nullptr && in_nest(*nest);
  });
}

}  // namespace

bool adds_in_any_order(const emit::Model& model) {
  return scatters(model.backward) || (model.step && scatters(*model.step));
}

Trial trial(emit::Model model, const Options& options) {
  const bool on_device = &backend_of(options).target() == &kernel::cuda();
  const fs::path output = options.output;
  const std::string name = output.stem().string(), host = name + "_on_host";
  const int tile = on_device ? emit::cuda::kTileSamples : emit::cpp::tile_samples(model);
  Trial trial{verify::plan(*model.program, name, tile), {name, "run"}, {}};
  trial.plan.step_reads_rows = !model.step || emit::step_reads_rows(model);
  trial.files = output_files(std::move(model), options, "", {});
  if (on_device) {
    trial.interface = {host, host};
    trial.files.push_back({(output.parent_path() / (host + ".cpp")).string(), verify::on_host_text(trial.plan)});
  }
  return trial;
}

std::vector<OutputFile> with_main(const Trial& trial) {
  std::vector<OutputFile> files = trial.files;
  const fs::path folder = fs::path(files.front().path).parent_path();
  // One file: g++ warns of classes with parts in an unnamed namespace where that is included.
  std::string declarations;
  for (const OutputFile& file : files) {
    if (fs::path(file.path).extension() == ".cpp") declarations += file.text;
  }
  files.push_back({(folder / kDrive).string(), std::string(verify::drive_text())});
  files.push_back({(folder / kTrialMain).string(), verify::main_text(trial.plan, trial.interface, declarations)});
  return files;
}

}  // namespace nnc::driver
