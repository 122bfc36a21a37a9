// Models as CUDA on the stand-in for a device: run through all that they offer, in several orders of the threads, and
// compared with the evaluator. Where nvcc is, it compiles them too.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "compiler/driver/expected.h"
#include "compiler/driver/tensors.h"
#include "run/generated.h"

namespace nnc::test {
namespace {

namespace fs = std::filesystem;

const std::string kModels[] = {"documentation",
                               "image",
                               "radiance_field",
                               "_02_skip_unet",
                               "_03_shared_encoder",
                               "_04_custom_layer",
                               "own_library",
                               "optimizer_per_tensor",
                               "optimizer_ratio",
                               "attention",
                               "weight_norm",
                               "tied",
                               "collisions",
                               "reductions",
                               "radiance_f16",
                               "residual_bf16",
                               "mixed_precision",
                               "heat_f64",
                               "grid_f64",
                               "stored_types",
                               "integers",
                               "only_constants",
                               "no_inputs",
                               "nothing_given",
                               "ranks",
                               "parts_of_values",
                               "pipeline",
                               "accumulated",
                               "loss_scaled",
                               "muon",
                               "jacobians",
                               "places_that_leave",
                               "parts_made_in_place",
                               "names_of_adjoints",
                               "sums_across_groups",
                               "copied_states",
                               "groups",
                               "groups_that_skip",
                               "own_optimizer"};

const char* const kArchitectures[] = {"75", "80", "90", "120"};
/// The model that nvcc compiles for each architecture; the others are for one each, in turns. One file of each
/// architecture includes all of its models: their time is that of the headers.
const std::string kEverywhere = "image";
const std::string kWithHost = "90";

/// Models that the project's own compiler takes; the others are compiled quickly.
const std::set<std::string> kOptimised = {"documentation", "image", "radiance_f16", "heat_f64", "integers"};

class RunCuda : public testing::TestWithParam<std::string> {};

TEST_P(RunCuda, agrees_with_the_evaluator) {
  const std::string name = GetParam(), folder = std::string(NNC_RUN_FOLDER) + "/" + name;
  fs::create_directories(folder);
  const Generated generated = generate_model(name, folder, ".cu");
  ASSERT_EQ(generated.complaints, "");
  ASSERT_EQ(driver::write_files(driver::with_main(*generated.trial)), "");
  const std::string program = folder + "/program";
  std::string said;
  const std::string sources = folder + "/verify-main.cpp -x c++ " + folder + "/" + name + ".cu -x none ";
  int status = run(std::string(kOptimised.contains(name) ? NNC_RUN_COMPILER : NNC_RUN_QUICK_COMPILER) + " -I" + folder +
                       " " + sources + NNC_CUDA_SHIM + " -o " + program,
                   folder, said);
  ASSERT_EQ(status, 0) << said.substr(0, 6000);
  const ir::Values given = driver::draw(generated.program(), generated.trial->plan.most(), 2024);
  const ir::Values expected = driver::expect(generated.trial->plan, given);
  ASSERT_EQ(driver::write_files({{folder + "/in.safetensors", driver::tensors_file(given)}}), "");
  for (const char* order : {"forward", "backward", "shuffled"}) {
    setenv("CUDA_SHIM_ORDER", order, 1);
    const std::string out = folder + "/" + order + ".safetensors";
    status = run(program + " " + folder + "/in.safetensors " + out, folder, said);
    // A shuffle is another one for each launch, and the order of additions to a table is that of the threads.
    const bool may_differ = std::string(order) == "shuffled" && generated.adds_in_any_order;
    EXPECT_TRUE(status == 0 || (status == 1 && may_differ)) << order << "\n" << said;
    if (status != 0 && status != 1) continue;
    expect_agreement(generated, driver::read_tensors(out), expected);
  }
}

class Nvcc : public testing::TestWithParam<const char*> {};

TEST_P(Nvcc, compiles) {
  if (std::string(NNC_NVCC).empty()) GTEST_SKIP() << "nvcc";
  const std::string arch = GetParam(), folder = std::string(NNC_RUN_FOLDER) + "/sm_" + arch;
  const auto turn = std::find(std::begin(kArchitectures), std::end(kArchitectures), arch) - std::begin(kArchitectures);
  std::string all;
  for (size_t m = 0; m < std::size(kModels); ++m) {
    const std::string& name = kModels[m];
    if (name != kEverywhere && m % std::size(kArchitectures) != static_cast<size_t>(turn)) continue;
    fs::create_directories(folder + "/" + name);
    ASSERT_EQ(driver::write_files(generate_model(name, folder + "/" + name, ".cu").trial->files), "");
    all += "#include \"" + name + "/" + name + ".cu\"\n";
  }
  ASSERT_EQ(driver::write_files({{folder + "/all.cu", all}}), "");
  std::string said;
  // Code of the host, which is the same for all architectures and which the stand-in has compiled, only with one.
  const std::string form = arch == kWithHost ? " -c" : " -cubin";
  const int status = run(NNC_NVCC + form + " -gencode arch=compute_" + arch + ",code=sm_" + arch + " " + folder +
                             "/all.cu -o " + folder + "/all.o > " + folder + "/nvcc.log",
                         folder, said);
  EXPECT_EQ(status, 0) << said;
}

INSTANTIATE_TEST_SUITE_P(Architectures, Nvcc, testing::ValuesIn(kArchitectures),
                         [](const testing::TestParamInfo<const char*>& arch) {
                           return std::string("sm_") + arch.param;
                         });

INSTANTIATE_TEST_SUITE_P(Models, RunCuda, testing::ValuesIn(kModels),
                         [](const testing::TestParamInfo<std::string>& model) { return model.param; });

}  // namespace
}  // namespace nnc::test
