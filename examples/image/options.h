// What the command line says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

struct Options {
  std::string picture = "/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg";
  std::filesystem::path out = "out";
  std::uint64_t seed = 0;
  std::uint64_t steps = 3000;
  double seconds = 19;
  int threads = 0;  // 0: one a processor
  double zoom = 1;
  bool resume = false;
};

/// Reads the command line. Without a value: the program is to end with `exit_status` (after --help, or wrong use, which
/// has been explained).
std::optional<Options> parse_options(int argc, char** argv, int& exit_status);
