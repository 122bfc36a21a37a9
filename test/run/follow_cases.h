// The trajectories of the conformance files, by generated code.
#pragma once

#include <string>

#include "run/generated.h"

namespace nnc::test {

/// What differs from one target to another.
struct Follower {
  std::string suffix;          // of the namespaces that have the interface, and of the files with it
  std::string source;          // the ending of what is compiled
  std::string compiler, last;  // the command, and what stands behind the sources
  std::string folder;
};

/// Compiles the models of optimizers.json and training.json into one program, runs each case, and expects its numbers
/// within the tolerance for f32.
void expect_trajectories(const Follower& follower);

}  // namespace nnc::test
