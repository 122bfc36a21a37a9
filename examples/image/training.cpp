#include "training.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "nn/random.h"
#include "progress.h"

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

  /// Four pixels from each block of the counter-based generator.
  void draw(const Picture& picture, std::uint64_t seed, std::uint64_t step) {
    const std::uint32_t key[] = {low(seed), high(seed)};
    for (std::uint32_t block = 0; block < kBatch / 4; ++block) {
      const nn::RandomBlock random = nn::philox({block, low(step), high(step), kStream}, key);
      for (std::size_t i = 0; i < 4; ++i) {
        const std::size_t pixel = random.word[i] * picture.pixels.size() >> 32;
        positions[4 * block + i] = center(pixel % picture.width, pixel / picture.width, picture.width, picture.height);
        colors[4 * block + i] = picture.pixels[pixel];
      }
    }
  }

 private:
  static constexpr std::uint32_t kStream = 1;  // 0 is what weights are drawn from

  static std::uint32_t low(std::uint64_t number) { return static_cast<std::uint32_t>(number); }
  static std::uint32_t high(std::uint64_t number) { return static_cast<std::uint32_t>(number >> 32); }
};

/// The loss as the eye wants it: a mean over the last steps, later ones counting more.
class SmoothLoss {
 public:
  void add(double loss) {
    value_ = count_ == 0 ? loss : value_ + (loss - value_) * std::max(0.02, 1.0 / (count_ + 1));
    ++count_;
  }
  double value() const { return value_; }

 private:
  double value_ = 0;
  double count_ = 0;
};

}  // namespace

TrainingEnd train(image::Trainer& trainer, const Picture& picture, const Training& training,
                  const std::atomic<bool>& stop) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const std::uint64_t first = trainer.steps();
  Batch batch;
  SmoothLoss loss;
  Progress progress;

  for (std::uint64_t done = 0; first + done < training.steps;) {
    if (stop) return TrainingEnd::stopped;
    batch.draw(picture, training.seed, first + done);
    const image::Step step = trainer.step({.position = batch.positions}, {.color = batch.colors});
    if (!step.applied) return TrainingEnd::not_finite;
    ++done;
    loss.add(step.loss);

    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const double a_step = seconds / static_cast<double>(done);
    const double left = a_step * static_cast<double>(training.steps - first - done);
    progress.show({.step = first + done,
                   .steps = training.steps,
                   .loss = loss.value(),
                   .samples_per_second = static_cast<double>(kBatch) / a_step,
                   .seconds = seconds,
                   .seconds_left = std::min(left, training.seconds - seconds)});
    if (seconds >= training.seconds) return TrainingEnd::out_of_time;
  }
  return TrainingEnd::done;
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
