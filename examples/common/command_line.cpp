#include "common/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <thread>

void add_options(CLI::App& app, Options& options) {
  app.add_option("--out", options.out, "folder for what is written")->capture_default_str();
  app.add_option("--steps", options.steps, "training ends after this many steps")->capture_default_str();
  app.add_option("--seconds", options.seconds, "or after this time")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the first weights and of the choice of samples")->capture_default_str();
  app.add_option("--threads", options.threads, "0: one a processor")->check(CLI::Range(0, 256))->capture_default_str();
  app.parse_complete_callback([&options] {
    if (options.threads == 0) options.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  });
}

int run_program(CLI::App& app, int argc, char** argv, const std::function<int()>& run) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) { return app.exit(error) == 0 ? 0 : 2; }
  try {
    return run();
  } catch (const std::exception& error) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s: %s\n", std::filesystem::path(argv[0]).filename().c_str(), error.what());
    return 1;
  }
}

int run_program(const char* about, Options options, int argc, char** argv,
                const std::function<int(const Options&)>& run) {
  CLI::App app(about);
  add_options(app, options);
  return run_program(app, argc, argv, [&] {
    std::filesystem::create_directories(options.out);
    return run(options);
  });
}
