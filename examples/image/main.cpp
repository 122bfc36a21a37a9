// Learns a picture with a compiled network, and writes what it has learned.
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "common/picture.h"
#include "image.h"
#include "options.h"
#include "training.h"

namespace {

std::size_t scaled(std::size_t size, double zoom) {
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(static_cast<double>(size) * zoom)));
}

void report(const std::filesystem::path& file, const char* what) {
  std::printf("%-10s %8.1f kB  %s\n", what, static_cast<double>(std::filesystem::file_size(file)) / 1e3, file.c_str());
}

int run(const ImageOptions& options) {
  const Picture picture = read_picture(options.picture);
  const auto& [out, seed, steps, seconds, threads] = options.common;
  std::filesystem::create_directories(out);
  const std::filesystem::path weights_file = out / "image.safetensors";
  const std::filesystem::path learned_file = out / "learned.png";
  const std::filesystem::path compared_file = out / "side_by_side.png";
  std::printf("%s: %zu×%zu pixels, %d %s\n", options.picture.c_str(), picture.width, picture.height, threads,
              threads == 1 ? "thread" : "threads");

  image::Trainer trainer(image::Weights(seed), {.threads = threads});
  if (options.resume) {
    image::restore(trainer, weights_file);
    std::printf("going on from step %llu\n", static_cast<unsigned long long>(trainer.steps()));
  }
  const TrainingEnd end = train(trainer, picture, options.common);
  image::save(weights_file, trainer);

  const Picture learned = render(trainer.weights(), picture.width, picture.height);
  write_png(compared_file, side_by_side(picture, learned));
  const bool same_size = options.zoom == 1;
  write_png(learned_file, same_size ? learned
                                    : render(trainer.weights(), scaled(picture.width, options.zoom),
                                             scaled(picture.height, options.zoom)));

  const bool resumable = end == TrainingEnd::out_of_time || end == TrainingEnd::stopped;
  std::printf("%s%s\nstep %llu: PSNR %.2f dB\n", text(end), resumable ? "; --resume goes on" : "",
              static_cast<unsigned long long>(trainer.steps()), psnr(picture, learned));
  report(learned_file, "learned");
  report(compared_file, "compared");
  report(weights_file, "weights");
  return exit_status(end);
}

}  // namespace

int main(int argc, char** argv) { return run_with_options(argc, argv, run); }
