// Optimizers and training as CUDA on the stand-in for a device, against the numbers of other software.
#include <gtest/gtest.h>

#include "run/follow_cases.h"

namespace nnc::test {
namespace {

TEST(TrajectoriesCuda, are_those_of_other_software) {
  expect_trajectories({.suffix = "_on_host",
                       .source = ".cu",
                       .compiler = NNC_RUN_COMPILER,
                       .last = NNC_CUDA_SHIM,
                       .folder = std::string(NNC_RUN_FOLDER) + "/trajectories"});
}

}  // namespace
}  // namespace nnc::test
