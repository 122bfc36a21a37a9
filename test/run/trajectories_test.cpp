// Optimizers and training by generated code, against the numbers of other software: compiled once for each target.
#include <gtest/gtest.h>

#include "run/follow_cases.h"

namespace nnc::test {
namespace {

TEST(Trajectories, are_those_of_other_software) {
  expect_trajectories({.suffix = NNC_RUN_SUFFIX,
                       .source = NNC_RUN_SOURCE,
                       .compiler = NNC_RUN_COMPILER,
                       .last = NNC_RUN_LAST,
                       .folder = std::string(NNC_RUN_FOLDER) + "/trajectories"});
}

}  // namespace
}  // namespace nnc::test
