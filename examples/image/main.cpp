// Learns a picture with a compiled network, and writes what it has learned.
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>

#include "image.h"
#include "options.h"
#include "picture.h"
#include "training.h"

namespace {

std::atomic<bool> stop = false;

/// Ctrl-C ends the training after the current step; a second one ends the program.
void stop_on_interrupt() {
  std::signal(SIGINT, [](int signal) {
    stop = true;
    std::signal(signal, SIG_DFL);
  });
}

const char* text(TrainingEnd end) {
  switch (end) {
    case TrainingEnd::done:
      return "all steps are done";
    case TrainingEnd::out_of_time:
      return "the time is over (--seconds); --resume goes on";
    case TrainingEnd::stopped:
      return "interrupted; --resume goes on";
    case TrainingEnd::not_finite:
      return "stopped: the next step's gradient is not finite";
  }
  return "";
}

std::size_t scaled(std::size_t size, double zoom) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(static_cast<double>(size) * zoom)));
}

void report(const std::filesystem::path& file, const char* what) {
  std::printf("%-10s %8.1f kB  %s\n", what, static_cast<double>(std::filesystem::file_size(file)) / 1e3, file.c_str());
}

/// The exit status: 130 after an interruption, as a shell has it.
int run(const Options& options) {
  const Picture picture = read_picture(options.picture);
  std::filesystem::create_directories(options.out);
  const std::filesystem::path weights_file = options.out / "image.safetensors";
  const std::filesystem::path learned_file = options.out / "learned.png";
  const std::filesystem::path compared_file = options.out / "side_by_side.png";
  std::printf("%s: %zu×%zu pixels, %d %s\n", options.picture.c_str(), picture.width, picture.height, options.threads,
              options.threads == 1 ? "thread" : "threads");

  image::Trainer trainer(image::Weights(options.seed), {.threads = options.threads});
  if (options.resume) {
    image::restore(trainer, weights_file);
    std::printf("going on from step %llu\n", static_cast<unsigned long long>(trainer.steps()));
  }
  std::fflush(stdout);
  stop_on_interrupt();
  const TrainingEnd end =
      train(trainer, picture, {.steps = options.steps, .seconds = options.seconds, .seed = options.seed}, stop);
  image::save(weights_file, trainer);

  const Picture learned = render(trainer.weights(), picture.width, picture.height);
  write_png(compared_file, side_by_side(picture, learned));
  const bool same_size = options.zoom == 1;
  write_png(learned_file, same_size ? learned
                                    : render(trainer.weights(), scaled(picture.width, options.zoom),
                                             scaled(picture.height, options.zoom)));

  std::printf("%s\nstep %llu: PSNR %.2f dB\n", text(end), static_cast<unsigned long long>(trainer.steps()),
              psnr(picture, learned));
  report(learned_file, "learned");
  report(compared_file, "compared");
  report(weights_file, "weights");
  if (end == TrainingEnd::not_finite) return 1;
  return end == TrainingEnd::stopped ? 130 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  int exit_status = 0;
  const std::optional<Options> options = parse_options(argc, argv, exit_status);
  if (!options) return exit_status;
  try {
    return run(*options);
  } catch (const std::exception& error) {
    std::cerr << "image: " << error.what() << '\n';
    return 1;
  }
}
