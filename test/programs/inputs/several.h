// What the programs of several models have in common on the host and on a device.
#pragma once

#include <cstdio>
#include <vector>

using Losses = std::vector<float>;

/// What a learner's first steps say, with nothing else going on.
template <class Learner, int Steps>
Losses alone() {
  Learner learner;
  Losses losses;
  for (int i = 0; i < Steps; ++i) losses.push_back(learner.step());
  return losses;
}

inline void say(const char* what, bool holds) { std::printf("%s: %s\n", what, holds ? "yes" : "NO"); }
