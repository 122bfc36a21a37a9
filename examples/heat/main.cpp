// Solves the heat equation with the network of heat.nn, and compares with the closed solution.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "closed_solution.h"
#include "common/command_line.h"
#include "common/plot.h"
#include "common/random.h"
#include "common/training.h"
#include "heat.h"

namespace {

constexpr std::size_t kBatch = 2048;
constexpr std::size_t kSide = 120;  // of a field's picture

/// Half of the samples inside, where the equation holds; a quarter at the first moment and a quarter at the ends, where
/// the temperature is given.
struct Batch {
  std::vector<float> x = std::vector<float>(kBatch), t = x, known = x, temperature = x;

  void draw(Random random) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const bool is_inside = i % 2 == 0, is_first = i % 4 == 1;
      x[i] = is_inside || is_first ? random.uniform() : static_cast<float>(random.below(2));
      t[i] = is_first ? 0 : random.uniform();
      known[i] = is_inside ? 0 : 1;
      temperature[i] = is_inside ? 0 : closed_solution(x[i], t[i]);
    }
  }
};

/// The place of a pixel's centre in [0, 1].
float place_of(std::size_t pixel) { return (static_cast<float>(pixel) + 0.5f) / kSide; }

/// A function of x, to the right, and t, downwards, in colours.
template <class Function>
Picture field(const Function& value) {
  Picture picture(kSide, kSide);
  for (std::size_t i = 0; i < kSide * kSide; ++i) {
    picture.pixels[i] = heat_color(value(place_of(i % kSide), place_of(i / kSide)));
  }
  return picture;
}

/// Closed solution, learned one, and the difference times fifty; under them the rod at five moments, the closed
/// solution as broad grey curves.
template <class Function>
Picture plot(const Function& learned) {
  const Picture fields =
      beside({field(closed_solution), field(learned),
              field([&](float x, float t) { return 50 * std::abs(learned(x, t) - closed_solution(x, t)); })});
  constexpr std::size_t kMargin = 24, kCurves = 190;
  Picture picture = canvas(fields.width, kSide + kCurves);
  place(picture, 0, 0, fields);
  const Box box{.left = kMargin,
                .top = kSide + 10,
                .width = fields.width - kMargin - 10,
                .height = kCurves - 20,
                .low = 0,
                .high = 1.2f};
  draw_frame(picture, box);
  for (const float t : {0.f, 0.05f, 0.15f, 0.4f, 1.f}) {
    draw_curve(picture, box, {0.8f, 0.8f, 0.8f}, 5, [t](float x) { return closed_solution(x, t); });
    draw_curve(picture, box, heat_color(0.8f * (1 - t)), 1.5f, [&](float x) { return learned(x, t); });
  }
  return picture;
}

int run(const Options& options) {
  heat::Trainer trainer(heat::Weights(options.seed), {.threads = options.threads});
  Batch batch;
  const Training training{.steps = options.steps, .seconds = options.seconds, .batch = kBatch};
  const TrainingEnd end = train(training, [&](std::uint64_t number) -> StepResult {
    batch.draw(Random(options.seed, number));
    const heat::Step step =
        trainer.step({.x = batch.x, .t = batch.t, .known = batch.known}, {.temperature = batch.temperature});
    return {step.loss, step.applied};
  });

  const heat::Network network(trainer.weights());
  const auto learned = [&](float x, float t) {
    return heat::evaluate(network, {.x = x, .t = t, .known = 0}).temperature;
  };
  double squares = 0, largest = 0;
  for (std::size_t i = 0; i < kSide * kSide; ++i) {
    const float x = place_of(i % kSide), t = place_of(i / kSide);
    const double error = std::abs(learned(x, t) - closed_solution(x, t));
    squares += error * error;
    largest = std::max(largest, error);
  }
  write_png(options.out / "heat.png", plot(learned));
  std::printf("%s\nerror: %.2e root mean square, %.2e at most, of temperatures up to 1.1\n%s\n", text(end),
              std::sqrt(squares / (kSide * kSide)), largest, (options.out / "heat.png").c_str());
  return exit_status(end);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("Solves the heat equation with a network.", {.steps = 8000}, argc, argv, run);
}
