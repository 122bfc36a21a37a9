#include "compiler/driver/verify.h"

#include <algorithm>
#include <future>
#include <initializer_list>
#include <mutex>
#include <new>
#include <optional>

#include "compiler/driver/backend.h"
#include "compiler/driver/expected.h"
#include "compiler/driver/files.h"
#include "compiler/driver/tensors.h"
#include "compiler/driver/toolchain.h"
#include "compiler/driver/trial.h"
#include "compiler/verify/compare.h"
#include "nn/weights_file.h"

namespace nnc::driver {
namespace {

enum class Machine { processor, device, stand_in };
constexpr const char* kMachines[] = {"as C++ on this processor", "as CUDA on this machine's device",
                                     "as CUDA on the stand-in for a device, which this machine does not have"};

/// How a trial becomes a program.
struct Build {
  Machine machine;
  std::string compiler;  // and its flags
  std::string command;   // the compiler, and all files
};

void missing(Diagnostics& diagnostics, const std::string& what, const std::string& hint) {
  diagnostics.error(DiagnosticKind::MissingTool, {}, "--verify: " + what).hint(hint);
}

std::optional<Build> find_build(const std::string& folder, const std::string& name, bool is_cuda,
                                Diagnostics& diagnostics) {
  const std::string runtime = runtime_folder();
  if (runtime.empty()) {
    missing(diagnostics, "the headers of generated code, nn/view.h and others, are nowhere",
            "they lie in include/ beside the bin/ that nnc is installed in");
    return std::nullopt;
  }
  const std::string main = quoted(folder + "/" + kTrialMain), source = quoted(folder + "/" + name + ".cu"),
                    rest = " -I" + quoted(runtime) + " -I" + quoted(folder) + " -o " + quoted(folder + "/program");
  const std::string nvcc = is_cuda && has_cuda_device() ? nvcc_command() : "";
  if (!nvcc.empty()) return Build{Machine::device, nvcc, nvcc + " -x cu " + main + " " + source + rest};

  const std::string cxx = cxx_command();
  if (cxx.empty()) {
    missing(diagnostics, "there is no C++ compiler", "$CXX names one; without it, c++ is looked for");
    return std::nullopt;
  }
  if (!is_cuda) return Build{Machine::processor, cxx, cxx + " " + main + rest + " -pthread"};

  const std::string shim = cuda_shim_folder();
  if (shim.empty()) {
    missing(diagnostics, "there is no CUDA device with an nvcc, and the stand-in for one is only in nnc's source tree",
            "-o FILE.cpp verifies the same model as C++");
    return std::nullopt;
  }
  std::string files = main + " -x c++ " + source + " -x none";
  for (const char* file : {"api.cpp", "fibre.cpp", "grid.cpp"}) files += " " + quoted(shim + "/" + file);
  return Build{Machine::stand_in, cxx,
               cxx + " -DNN_CUDA_SHIM -include cuda_runtime.h -I" + quoted(shim) + " " + files + rest + " -pthread"};
}

/// What is expected, worked out on two threads, and how it moves when operations have small errors.
class Meaning {
 public:
  Meaning(const verify::Plan& plan, const ir::Values& given)
      : expected_(std::async(std::launch::async,
                             [this, &plan, &given] {
                               ir::Values expected = expect(plan, given);
                               draw(plan, given, {0, 2});
                               return expected;
                             })),
        other_draws_(std::async(std::launch::async, [this, &plan, &given] { draw(plan, given, {1, 3}); })) {}

  ir::Values wait(verify::Spread& spread) {
    ir::Values expected = expected_.get();
    other_draws_.get();
    spread = std::move(spread_);
    return expected;
  }

 private:
  void draw(const verify::Plan& plan, const ir::Values& given, std::initializer_list<uint64_t> seeds) {
    for (uint64_t seed : seeds) {
      const ir::Values noisy = expect_with_noise(plan, given, seed);
      const std::lock_guard<std::mutex> lock(mutex_);
      spread_.add(noisy);
    }
  }

  std::mutex mutex_;
  verify::Spread spread_;
  std::future<ir::Values> expected_;
  std::future<void> other_draws_;
};

/// What a program said, as much as a reader wants to see.
std::string shortened(std::string said) {
  constexpr size_t kMost = 2000;
  if (said.size() > kMost) said = said.substr(0, kMost) + "…";
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return said;
}

/// The claims that drive.h found to be wrong, a line each.
void report_claims(const std::string& said, Diagnostics& diagnostics) {
  for (size_t at = 0; at < said.size();) {
    const size_t end = std::min(said.find('\n', at), said.size());
    diagnostics.error(DiagnosticKind::Disagreement, {}, "--verify: " + said.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

std::string verify(emit::Model model, const Options& options, Diagnostics& diagnostics) {
  const TemporaryFolder folder;
  if (folder.path().empty()) {
    diagnostics.error(DiagnosticKind::UnwritableFile, {}, "--verify: no temporary folder can be made");
    return "";
  }
  const bool is_cuda = &backend_of(options).target() == &kernel::cuda(), any_order = adds_in_any_order(model);
  const sema::Program& program = *model.program;
  const std::string name = "verified";  // whatever the user calls it
  const std::optional<Build> build = find_build(folder.path(), name, is_cuda, diagnostics);
  if (!build) return "";

  Options inside = options;
  inside.output = folder.path() + "/" + name + (is_cuda ? ".cu" : ".cpp");
  inside.name_space = name;
  const Trial made = trial(std::move(model), inside);
  std::vector<OutputFile> files = with_main(made);
  const ir::Values given = draw(program, made.plan.most(), options.seed);
  const std::string in = folder.path() + "/in.safetensors", out = folder.path() + "/out.safetensors";
  files.push_back({in, tensors_file(given)});
  if (std::string error = write_files(files); !error.empty()) {
    diagnostics.error(DiagnosticKind::UnwritableFile, {}, "cannot write " + error);
    return "";
  }
  const Ran compiled = run_command(build->command);
  if (compiled.status != 0) {
    diagnostics.error(DiagnosticKind::FailedProgram, {},
                      "--verify: the compiler ends with status " + std::to_string(compiled.status) + ": " +
                          build->compiler + "\n" + shortened(compiled.said));
    return "";
  }
  Meaning meaning(made.plan, given);
  const Ran ran = run_command(quoted(folder.path() + "/program") + " " + quoted(in) + " " + quoted(out));
  if (ran.status != 0 && ran.status != 1) {
    diagnostics.error(
        DiagnosticKind::FailedProgram, {},
        "--verify: the program ends with status " + std::to_string(ran.status) + "\n" + shortened(ran.said));
    return "";
  }
  verify::Comparison comparison;
  try {
    verify::Tolerance tolerance = tolerance_of(program);
    const ir::Values expected = meaning.wait(tolerance.spread);
    comparison = verify::compare(read_tensors(out), expected, tolerance);
  } catch (const nn::FileError& error) {
    diagnostics.error(DiagnosticKind::UnreadableFile, {}, error.what());
    return "";
  } catch (const std::bad_alloc&) {
    diagnostics.error(DiagnosticKind::TooLarge, {}, "--verify: there is not enough memory for what is compared");
    return "";
  }
  // Where threads of a device add to one place, bits depend on their order: what drive.h claims of bits does not hold.
  if (!(any_order && build->machine == Machine::device)) report_claims(ran.said, diagnostics);
  for (const std::string& complaint : comparison.complaints) {
    diagnostics.error(DiagnosticKind::Disagreement, {}, "--verify: " + complaint);
  }
  size_t beyond = 0;
  for (const verify::Row& row : comparison.rows) beyond += row.holds() ? 0 : 1;
  if (beyond > 0) {
    diagnostics.error(DiagnosticKind::Disagreement, {},
                      "--verify: " + std::to_string(beyond) + " of " + std::to_string(comparison.rows.size()) +
                          " errors are beyond their bound");
  }
  return program.name + " " + kMachines[static_cast<size_t>(build->machine)] +
         ", beside the evaluator; errors in units of a tensor's largest number\n" + build->compiler + ", seed " +
         std::to_string(options.seed) + "\n\n" + verify::table(comparison.rows);
}

}  // namespace nnc::driver
