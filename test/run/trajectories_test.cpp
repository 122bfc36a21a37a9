// Optimizers and training as C++, against the numbers of other software.
#include <gtest/gtest.h>

#include "run/follow_cases.h"

namespace nnc::test {
namespace {

TEST(Trajectories, are_those_of_other_software) {
  expect_trajectories({.suffix = "",
                       .source = ".cpp",
                       .compiler = NNC_RUN_COMPILER,
                       .last = "",
                       .folder = std::string(NNC_RUN_FOLDER) + "/trajectories"});
}

}  // namespace
}  // namespace nnc::test
