// What the command line says.
#pragma once

#include <string>

#include "common/command_line.h"

struct ImageOptions {
  Options common{.steps = 3000, .seconds = 19};
  std::string picture = "/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg";
  double zoom = 1;
  bool resume = false;
};

/// Reads the command line, then runs; returns the exit status.
int run_with_options(int argc, char** argv, int (*run)(const ImageOptions&));
