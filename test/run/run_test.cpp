// Each model of models/ and of the parser's models as C++: compiled with warnings as errors, run through all that it
// offers, and compared with the evaluator.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "compiler/driver/expected.h"
#include "compiler/driver/tensors.h"
#include "compiler/emit/text.h"
#include "compiler/verify/compare.h"
#include "run/generated.h"

namespace nnc::test {
namespace {

namespace fs = std::filesystem;

struct Isa {
  const char* name;
  const char* flags;
  bool (*is_here)();
};
constexpr Isa kIsas[] = {
    {"native", "-march=native", [] { return true; }},
    {"avx2", "-mavx2 -mfma", [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }},
    {"baseline", "", [] { return true; }},
};

/// Models that run on each instruction set, optimised; the others run on this machine's own, compiled quickly.
const std::set<std::string> kEverywhere = {"image", "own_library", "own_places", "stored_types", "heat_f64"};

/// Those of run/models, and of parse/models what holds a model.
std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const char* folder : {"run/models", "parse/models"}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = emit::identifier(entry.path().stem().string());
      if (entry.path().extension() == ".nn" && name != "_05_optimizer_norm") names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// What data is drawn from. In most draws the tails of 01's encoding give gradients as small as what its optimizer adds
/// to their size before it divides by it, and so small that rounding is a part of them.
uint64_t seed_of(const std::string& name) { return name == "_01_radiance_cache" ? 8 : 2024; }

/// Given values are the first values.
void expect_given_start(const sema::Program& program, const ir::Values& actual) {
  for (const sema::Tensor* param : program.params) {
    if (param->initial.kind != sema::Initial::Kind::given) continue;
    const ir::Array& start = actual.at("start/" + param->name);
    ASSERT_EQ(start.elements.size(), param->initial.values.size());
    for (size_t i = 0; i < start.elements.size(); ++i) EXPECT_NEAR(start.elements[i], param->initial.values[i], 1e-7)
        << param->name;
  }
}

class Run : public testing::TestWithParam<std::string> {};

TEST_P(Run, agrees_with_the_evaluator) {
  const std::string name = GetParam(), folder = std::string(NNC_RUN_FOLDER) + "/" + name;
  fs::create_directories(folder);
  const Generated generated = generate_model(name, folder, ".cpp");
  ASSERT_EQ(generated.complaints, "");
  ASSERT_EQ(driver::write_files(driver::with_main(*generated.trial)), "");
  const ir::Values given = driver::draw(generated.program(), generated.trial->plan.most(), seed_of(name));
  const ir::Values expected = driver::expect(generated.trial->plan, given);
  ASSERT_EQ(driver::write_files({{folder + "/in.safetensors", driver::tensors_file(given)}}), "");
  for (const Isa& isa : kIsas) {
    if (std::string(isa.name) != "native" && !kEverywhere.contains(name)) continue;
    if (!isa.is_here()) {
      std::cout << isa.name << " is left out: this machine does not have it\n";
      continue;
    }
    const std::string program = folder + "/" + isa.name, out = program + ".safetensors";
    std::string said;
    int status = run(std::string(kEverywhere.contains(name) ? NNC_RUN_COMPILER : NNC_RUN_QUICK_COMPILER) + " " +
                         isa.flags + " -I" + folder + " " + folder + "/verify-main.cpp -o " + program + " -pthread",
                     folder, said);
    ASSERT_EQ(status, 0) << isa.name << "\n" << said.substr(0, 6000);
    status = run(program + " " + folder + "/in.safetensors " + out, folder, said);
    EXPECT_EQ(status, 0) << isa.name << "\n" << said;
    if (status != 0 && status != 1) continue;
    std::cout << name << ", " << isa.name << ", largest errors:\n";
    const ir::Values actual = driver::read_tensors(out);
    expect_agreement(generated, actual, expected);
    expect_given_start(generated.program(), actual);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, Run, testing::ValuesIn(model_names()),
                         [](const testing::TestParamInfo<std::string>& model) { return model.param; });

}  // namespace
}  // namespace nnc::test
