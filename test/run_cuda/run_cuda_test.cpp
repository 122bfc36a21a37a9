// Models as CUDA on the stand-in for a device: run through all that they offer, in several orders of the threads, and
// compared with the evaluator. Where nvcc is, it compiles them for each architecture.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "compiler/driver/tensors.h"
#include "run/compare.h"
#include "run/expected.h"
#include "run_cuda/on_host.h"

namespace nnc::test {
namespace {

namespace fs = std::filesystem;

const std::string kModels[] = {"documentation",   "image",
                               "radiance_field",  "skip_unet",
                               "shared_encoder",  "custom_layer",
                               "own_library",     "optimizer_per_tensor",
                               "optimizer_ratio", "attention",
                               "weight_norm",     "tied",
                               "collisions",      "reductions",
                               "radiance_f16",    "residual_bf16",
                               "mixed_precision", "heat_f64",
                               "grid_f64",        "stored_types",
                               "integers",        "only_constants",
                               "no_inputs",       "nothing_given",
                               "ranks",           "parts_of_values",
                               "pipeline",        "accumulated",
                               "loss_scaled",     "muon",
                               "groups",          "groups_that_skip",
                               "own_optimizer"};

/// True if several threads add to one place: the bits then depend on their order.
bool scatters(const Generated& generated) {
  return std::any_of(generated.files.begin(), generated.files.end(),
                     [](const driver::OutputFile& file) { return file.text.find("scatter_add") != std::string::npos; });
}

class RunCuda : public testing::TestWithParam<std::string> {};

TEST_P(RunCuda, agrees_with_the_evaluator) {
  const std::string name = GetParam(), folder = std::string(NNC_RUN_FOLDER) + "/" + name;
  fs::create_directories(folder);
  Generated generated = generate_cuda(name, folder);
  ASSERT_EQ(generated.complaints, "");
  ASSERT_EQ(driver::write_files(generated.files), "");
  const std::string program = folder + "/program";
  std::string said;
  const std::string sources = folder + "/main.cpp -x c++ " + folder + "/" + name + ".cu -x none ";
  int status = run(std::string(NNC_RUN_COMPILER) + " -I" + folder + " " + sources + NNC_CUDA_SHIM + " -o " + program,
                   folder, said);
  ASSERT_EQ(status, 0) << said.substr(0, 6000);
  const ir::Values given = draw(generated.program(), generated.sizes.back());
  const ir::Values expected = expect(generated, given);
  write_f64(given, folder + "/in.safetensors");
  for (const char* order : {"forward", "backward", "shuffled"}) {
    setenv("CUDA_SHIM_ORDER", order, 1);
    const std::string out = folder + "/" + order + ".safetensors";
    status = run(program + " " + folder + "/in.safetensors " + out, folder, said);
    // A shuffle is another one for each launch, and the order of additions to a table is that of the threads.
    const bool may_differ = std::string(order) == "shuffled" && scatters(generated);
    EXPECT_TRUE(status == 0 || (status == 1 && may_differ)) << order << "\n" << said;
    if (status != 0 && status != 1) continue;
    compare(driver::read_tensors(out), expected, tolerance_of(generated.program()));
  }
}

TEST_P(RunCuda, compiles_for_each_architecture) {
  if (std::string(NNC_NVCC).empty()) GTEST_SKIP() << "no nvcc here";
  const std::string name = GetParam(), folder = std::string(NNC_RUN_FOLDER) + "/" + name;
  fs::create_directories(folder);
  ASSERT_EQ(driver::write_files(generate_cuda(name, folder).files), "");
  std::string architectures, said;
  for (const char* arch : {"75", "80", "90", "120"})
    architectures += std::string(" -gencode arch=compute_") + arch + ",code=sm_" + arch;
  int status = run(std::string(NNC_NVCC) + architectures + " " + folder + "/" + name + ".cu -o " + folder +
                       "/model.o > " + folder + "/nvcc.log",
                   folder, said);
  EXPECT_EQ(status, 0) << said;
}

INSTANTIATE_TEST_SUITE_P(Models, RunCuda, testing::ValuesIn(kModels),
                         [](const testing::TestParamInfo<std::string>& model) { return model.param; });

}  // namespace
}  // namespace nnc::test
