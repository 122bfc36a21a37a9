// Learns handwritten digits, and counts what it takes for what among digits that it has not seen.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "common/command_line.h"
#include "common/plot.h"
#include "common/random.h"
#include "common/training.h"
#include "data.h"
#include "digits.h"

namespace {

constexpr std::size_t kBatch = 256;
constexpr std::size_t kClasses = 10;
constexpr float kNoise = 0.2f;  // added to what is learned from, so that it is learned less by heart

/// Row: what was written; column: what it was taken for.
using Confusion = std::array<std::array<int, kClasses>, kClasses>;

TrainingEnd train_on(digits::Trainer& trainer, const Digits& seen, const Options& options) {
  Digits batch{.pixels = std::vector<Pixels>(kBatch), .labels = std::vector<std::int32_t>(kBatch)};
  const Training training{.steps = options.steps, .seconds = options.seconds, .batch = kBatch};
  return train(training, [&](std::uint64_t number) -> StepResult {
    Random random(options.seed, number);
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::size_t digit = random.below(seen.size());
      batch.pixels[i] = seen.pixels[digit];
      for (float& pixel : batch.pixels[i]) pixel += kNoise * random.normal();
      batch.labels[i] = seen.labels[digit];
    }
    const digits::Step step = trainer.step({.pixels = batch.pixels}, {.scores = batch.labels});
    return {step.loss, step.applied};
  });
}

Confusion confusion_of(const digits::Weights& weights, const Digits& unseen) {
  const digits::Network network(weights);
  auto workspace = std::make_unique<digits::Workspace>();
  std::vector<std::array<float, kClasses>> scores(unseen.size());
  digits::infer(network, {.pixels = unseen.pixels}, {.scores = scores}, *workspace);
  Confusion confusion{};
  for (std::size_t i = 0; i < unseen.size(); ++i) {
    const auto best = std::max_element(scores[i].begin(), scores[i].end()) - scores[i].begin();
    ++confusion[static_cast<std::size_t>(unseen.labels[i])][static_cast<std::size_t>(best)];
  }
  return confusion;
}

/// A cell for each pair, the brighter the more of the row's digits are in it, with their number.
Picture plot(const Confusion& confusion) {
  constexpr std::size_t kCell = 30, kMargin = 20;
  const Color black{0, 0, 0}, white{1, 1, 1};
  Picture picture = canvas(kMargin + kCell * kClasses, kMargin + kCell * kClasses);
  const auto write_centred = [&](std::size_t left, std::size_t top, std::size_t width, std::size_t height, int number,
                                 const Color& color) {
    const std::string text = std::to_string(number);
    write_text(picture, left + (width - text_width(text)) / 2, top + (height - 7) / 2, text, color);
  };
  for (std::size_t i = 0; i < kClasses; ++i) {
    const std::size_t start = kMargin + i * kCell;
    write_centred(0, start, kMargin, kCell, static_cast<int>(i), black);
    write_centred(start, 0, kCell, kMargin, static_cast<int>(i), black);
    int total = 0;
    for (int count : confusion[i]) total += count;
    for (std::size_t j = 0; j < kClasses; ++j) {
      const float share = static_cast<float>(confusion[i][j]) / static_cast<float>(std::max(total, 1));
      const std::size_t left = kMargin + j * kCell;
      fill(picture, left, start, kCell - 1, kCell - 1, heat_color(share));
      if (confusion[i][j] > 0) write_centred(left, start, kCell, kCell, confusion[i][j], share > 0.6f ? black : white);
    }
  }
  return picture;
}

int run(const Options& options, const std::string& file) {
  const Digits all = read_digits(file);
  Digits seen, unseen;
  for (std::size_t i = 0; i < all.size(); ++i) (i % 5 == 4 ? unseen : seen).add(all, i);
  std::printf("%s: %zu digits to learn from, %zu to be tested with\n", file.c_str(), seen.size(), unseen.size());

  digits::Trainer trainer(digits::Weights(options.seed), {.threads = options.threads});
  const TrainingEnd end = train_on(trainer, seen, options);
  const Confusion confusion = confusion_of(trainer.weights(), unseen);
  int right = 0;
  for (std::size_t i = 0; i < kClasses; ++i) right += confusion[i][i];
  const std::filesystem::path picture = options.out / "digits.png";
  std::filesystem::create_directories(options.out);
  write_png(picture, plot(confusion));
  std::printf("%s\naccuracy %.1f %%, %d of %zu\n%s\n", text(end), 100.0 * right / static_cast<double>(unseen.size()),
              right, unseen.size(), picture.c_str());
  return exit_status(end);
}

}  // namespace

int main(int argc, char** argv) {
  Options options{.steps = 2000};
  std::string file = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz";
  CLI::App app(
      "Learns handwritten digits: 64 pixels and the digit a line of a file, a fifth of them to be tested with.");
  app.add_option("digits", file, "lines of 64 numbers from 0 to 16 and a digit, gzip or plain")->capture_default_str();
  add_options(app, options);
  return run_program(app, argc, argv, [&] { return run(options, file); });
}
