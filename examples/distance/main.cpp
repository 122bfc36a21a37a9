// Learns the distance from a knot, of which it is given points and normals, and looks at what was learned.
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include "camera.h"
#include "cloud.h"
#include "common/command_line.h"
#include "common/training.h"
#include "distance.h"

namespace {

constexpr std::size_t kBatch = 4096;
constexpr std::size_t kSide = 200;  // of each of the two pictures

/// Places and their distances from the cloud.
struct Samples {
  std::vector<Vector> places;
  std::vector<float> distances;
};

/// Half of them on the normals of the cloud's points, so near that the way along the normal is the distance; the others
/// anywhere, as far as they are farther than that.
Samples draw(const Cloud& cloud, std::size_t count, Random random) {
  constexpr float kNear = 0.08f;
  Samples samples;
  while (samples.places.size() < count) {
    const std::size_t point = random.below(cloud.points.size());
    const float offset = random.uniform(-kNear, kNear);
    samples.places.push_back(cloud.points[point] + offset * cloud.normals[point]);
    samples.distances.push_back(offset);
    const Vector place{random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)};
    const float distance = distance_to(cloud, place);
    if (std::abs(distance) < kNear) continue;
    samples.places.push_back(place);
    samples.distances.push_back(distance);
  }
  return samples;
}

TrainingEnd train_on(distance::Trainer& trainer, const Samples& samples, const Options& options) {
  Samples batch{.places = std::vector<Vector>(kBatch), .distances = std::vector<float>(kBatch)};
  const Training training{.steps = options.steps, .seconds = options.seconds, .batch = kBatch};
  return train(training, [&](std::uint64_t number) -> StepResult {
    Random random(options.seed, number);
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::size_t sample = random.below(samples.places.size());
      batch.places[i] = samples.places[sample];
      batch.distances[i] = samples.distances[sample];
    }
    const distance::Step step = trainer.step({.p = batch.places}, {.distance = batch.distances});
    return {step.loss, step.applied};
  });
}

/// The mean error of the learned distance, and of the length of its derivative, which should be 1, near the surface.
struct Error {
  double distance = 0, slope = 0;
};

Error measure(const distance::Network& network, Random random) {
  constexpr std::size_t kPlaces = 4096;
  const Cloud cloud = trefoil(kPlaces, random);
  Error error;
  for (std::size_t i = 0; i < kPlaces; ++i) {
    const Vector place = cloud.points[i] + random.uniform(-0.1f, 0.1f) * cloud.normals[i];
    const distance::Result learned = distance::evaluate(network, {.p = place});
    error.distance += std::abs(learned.distance - exact_distance(place)) / kPlaces;
    error.slope += std::abs(length(learned.normal) - 1) / kPlaces;
  }
  return error;
}

int run(const Options& options) {
  constexpr std::size_t kPoints = 8192, kSamples = std::size_t{1} << 16;
  const Cloud cloud = trefoil(kPoints, Random(options.seed, ~0ull));
  const Samples samples = draw(cloud, kSamples, Random(options.seed, ~1ull));
  std::printf("%zu points of a knot, %zu places around them\n", cloud.points.size(), samples.places.size());

  distance::Trainer trainer(distance::Weights(options.seed), {.threads = options.threads});
  const TrainingEnd end = train_on(trainer, samples, options);
  const distance::Network network(trainer.weights());
  const Error error = measure(network, Random(options.seed, ~2ull));
  write_png(options.out / "distance.png", render(network, kSide));
  std::printf("%s\nerror: %.2e of the distance, %.2e of the slope, on average near the surface\n%s\n", text(end),
              error.distance, error.slope, (options.out / "distance.png").c_str());
  return exit_status(end);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("Learns the signed distance from a point cloud.", {.steps = 2000, .seconds = 40}, argc, argv, run);
}
