// Teaches the network of page.nn a smooth pattern, and shows the pattern beside what was learned.
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "common/command_line.h"
#include "common/picture.h"
#include "common/random.h"
#include "common/training.h"
#include "page.h"

namespace {

using Position = std::array<float, 2>;
constexpr std::size_t kBatch = 4096, kSide = 128;

/// The colours of the pattern, each in [-0.8, 0.8]: three waves across each other.
Color pattern(const Position& p) {
  const float x = p[0], y = p[1];
  return {0.8f * std::sin(3 * x + y), 0.8f * std::cos(3 * y - x), 0.8f * std::sin(2 * (x * x + y * y))};
}

/// As pixels, whose components go from 0 to 1.
Color pixel(const Color& color) { return {0.5f + 0.5f * color[0], 0.5f + 0.5f * color[1], 0.5f + 0.5f * color[2]}; }

int run(const Options& options) {
  page::Trainer trainer(page::Weights(options.seed), {.threads = options.threads});
  std::vector<Position> positions(kBatch);
  std::vector<Color> colors(kBatch);
  const Training training{.steps = options.steps, .seconds = options.seconds, .batch = kBatch};
  const TrainingEnd end = train(training, [&](std::uint64_t number) -> StepResult {
    Random random(options.seed, number);
    for (std::size_t i = 0; i < kBatch; ++i) {
      positions[i] = {random.uniform(-1, 1), random.uniform(-1, 1)};
      colors[i] = pattern(positions[i]);
    }
    const page::Step step = trainer.step({.position = positions}, {.color = colors});
    return {step.loss, step.applied};
  });

  const page::Network network(trainer.weights());
  Picture target(kSide, kSide), learned(kSide, kSide);
  for (std::size_t i = 0; i < target.pixels.size(); ++i) {
    const auto coordinate = [](std::size_t k) { return (2 * static_cast<float>(k) + 1) / kSide - 1; };
    const Position position{coordinate(i % kSide), coordinate(i / kSide)};
    target.pixels[i] = pixel(pattern(position));
    learned.pixels[i] = pixel(page::evaluate(network, {.position = position}).color);
  }
  write_png(options.out / "page.png", side_by_side(target, learned));
  std::printf("%s\nPSNR %.2f dB\n%s\n", text(end), psnr(target, learned), (options.out / "page.png").c_str());
  return exit_status(end);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("Teaches a small network a pattern.", {.steps = 4000}, argc, argv, run);
}
