#include "options.h"

#include <CLI/CLI.hpp>

int run_with_options(int argc, char** argv, int (*run)(const ImageOptions&)) {
  ImageOptions options;
  CLI::App app("Learns a picture: trains the network of image.nn on the colours of random pixels.");
  app.add_option("picture", options.picture, "PNG or JPEG file to learn")->capture_default_str();
  add_options(app, options.common);
  app.add_option("--zoom", options.zoom, "size of the learned picture, relative to the picture's")
      ->check(CLI::Range(0.01, 16.0))
      ->capture_default_str();
  app.add_flag(
      "--resume", options.resume,
      "go on from the weights file in the folder, exactly as if never interrupted; --steps counts from its start");
  return run_program(app, argc, argv, [&] { return run(options); });
}
