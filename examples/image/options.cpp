#include "options.h"

#include <CLI/CLI.hpp>
#include <thread>

std::optional<Options> parse_options(int argc, char** argv, int& exit_status) {
  Options options;
  CLI::App app("Learns a picture: trains the network of image.nn on the colours of random pixels.");
  app.add_option("picture", options.picture, "PNG or JPEG file to learn")->capture_default_str();
  app.add_option("--out", options.out, "folder for what is written")->capture_default_str();
  app.add_option("--steps", options.steps, "training ends after this many steps, those before --resume included")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "or after this time")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the first weights and of the choice of pixels")->capture_default_str();
  app.add_option("--threads", options.threads, "0: one a processor")->check(CLI::Range(0, 256))->capture_default_str();
  app.add_option("--zoom", options.zoom, "size of the learned picture, relative to the picture's")
      ->check(CLI::Range(0.01, 16.0))
      ->capture_default_str();
  app.add_flag("--resume", options.resume,
               "go on from the weights file in the folder, exactly as if never interrupted");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_status = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  if (options.threads == 0) options.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return options;
}
