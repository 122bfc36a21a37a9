#include "training.h"

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "common/random.h"

namespace {

constexpr std::size_t kBatch = std::size_t{1} << 14;

using Position = std::array<float, 2>;

/// The centre of pixel (x, y); the picture covers [0, 1]².
Position center(std::size_t x, std::size_t y, std::size_t width, std::size_t height) {
  return {(static_cast<float>(x) + 0.5f) / static_cast<float>(width),
          (static_cast<float>(y) + 0.5f) / static_cast<float>(height)};
}

/// Random pixels: where they are and their colours.
struct Batch {
  std::vector<Position> positions = std::vector<Position>(kBatch);
  std::vector<Color> colors = std::vector<Color>(kBatch);

  void draw(const Picture& picture, Random random) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::size_t pixel = random.below(picture.pixels.size());
      positions[i] = center(pixel % picture.width, pixel / picture.width, picture.width, picture.height);
      colors[i] = picture.pixels[pixel];
    }
  }
};

}  // namespace

TrainingEnd train(image::Trainer& trainer, const Picture& picture, const Options& options) {
  Batch batch;
  const Training training{
      .first = trainer.steps(), .steps = options.steps, .seconds = options.seconds, .batch = kBatch};
  return train(training, [&](std::uint64_t number) -> StepResult {
    batch.draw(picture, Random(options.seed, number));
    const image::Step step = trainer.step({.position = batch.positions}, {.color = batch.colors});
    return {step.loss, step.applied};
  });
}

Picture render(const image::Weights& weights, std::size_t width, std::size_t height) {
  const image::Network network(weights);
  auto workspace = std::make_unique<image::Workspace>();
  Picture picture(width, height);
  std::vector<Position> row(width);
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) row[x] = center(x, y, width, height);
    const std::span<Color> colors = std::span(picture.pixels).subspan(y * width, width);
    image::infer(network, {.position = row}, {.color = colors}, *workspace);
  }
  return picture;
}
