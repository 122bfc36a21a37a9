// What every example's command line says, and what a main function does around it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace CLI {
class App;
}

struct Options {
  std::filesystem::path out = "out";
  std::uint64_t seed = 0;
  std::uint64_t steps = 1000;
  double seconds = 40;
  int threads = 0;  // on the command line, 0 is one a processor
};

/// Makes `app` read --out, --seed, --steps, --seconds and --threads into `options`, whose values are the defaults.
void add_options(CLI::App& app, Options& options);

/// Reads the command line, then runs. Returns the exit status: 0 after --help, 2 after wrong use, which has been
/// explained, 1 after an exception, whose text goes to standard error, else what `run` says.
int run_program(CLI::App& app, int argc, char** argv, const std::function<int()>& run);

/// The same for a program that has no options of its own.
int run_program(const char* about, Options options, int argc, char** argv,
                const std::function<int(const Options&)>& run);
