// Learns a reflectance, and shows spheres with the true and the learned one.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <vector>

#include "brdf.h"
#include "common/command_line.h"
#include "common/plot.h"
#include "common/random.h"
#include "common/training.h"
#include "reflectance.h"

namespace {

constexpr std::size_t kBatch = 4096;
constexpr std::size_t kSide = 84;  // of a sphere's picture

using Reflectance = std::function<Color(const Cosines&, float roughness)>;

struct Batch {
  std::vector<Cosines> cosines = std::vector<Cosines>(kBatch);
  std::vector<float> roughness = std::vector<float>(kBatch);
  std::vector<Color> reflectance = std::vector<Color>(kBatch);

  /// Directions around the normal (0, 0, 1): an eye anywhere, and a light that is for half of the samples anywhere and
  /// for half near the eye's mirror image, where it shines.
  void draw(Random random) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const Vector eye = upper(random.direction());
      const Vector mirrored{-eye[0], -eye[1], eye[2]};
      const Vector light = upper(i % 2 == 0 ? random.direction() : normalized(mirrored + 0.3f * random.direction()));
      cosines[i] = cosines_of({0, 0, 1}, light, eye);
      roughness[i] = random.uniform(0.2f, 0.7f);
      reflectance[i] = ::reflectance(cosines[i], roughness[i]);
    }
  }

 private:
  static Vector upper(const Vector& direction) {
    return {direction[0], direction[1], std::max(std::abs(direction[2]), 1e-3f)};
  }
};

/// A component of linear light for a screen; bright light comes near 1 slowly.
float for_a_screen(float light) {
  const float mapped = light / (1 + 0.5f * light);
  return mapped <= 0.0031308f ? 12.92f * mapped : 1.055f * std::pow(mapped, 1 / 2.4f) - 0.055f;
}

/// A sphere, seen from far away, in the light of three lamps.
Picture sphere(const Reflectance& reflectance, float roughness) {
  struct Lamp {
    Vector direction;
    float power;
  };
  const Lamp lamps[] = {{normalized({-0.6f, 0.7f, 0.8f}), 3},
                        {normalized({0.9f, 0.1f, 0.5f}), 2},
                        {normalized({0.1f, -0.8f, 0.3f}), 1.5f}};
  const Vector eye{0, 0, 1};
  Picture picture = canvas(kSide, kSide, {0.15f, 0.16f, 0.18f});
  for (std::size_t i = 0; i < kSide * kSide; ++i) {
    const auto coordinate = [](std::size_t k) { return 1.08f * (2 * (static_cast<float>(k) + 0.5f) / kSide - 1); };
    const float x = coordinate(i % kSide), y = -coordinate(i / kSide), square = 1 - x * x - y * y;
    if (square <= 1e-4f) continue;
    const Vector normal{x, y, std::sqrt(square)};
    Color light{0.02f, 0.02f, 0.02f};
    for (const Lamp& lamp : lamps) {
      const float cosine = dot(normal, lamp.direction);
      if (cosine <= 0) continue;
      light = light + lamp.power * cosine * reflectance(cosines_of(normal, lamp.direction, eye), roughness);
    }
    picture.pixels[i] = {for_a_screen(light[0]), for_a_screen(light[1]), for_a_screen(light[2])};
  }
  return picture;
}

/// The mean of |learned - true| over the mean of the true.
double relative_error(const Reflectance& learned, Random random) {
  Batch batch;
  batch.draw(random);
  double error = 0, size = 0;
  for (std::size_t i = 0; i < kBatch; ++i) {
    const Color value = learned(batch.cosines[i], batch.roughness[i]);
    for (std::size_t c = 0; c < 3; ++c) {
      error += std::abs(value[c] - batch.reflectance[i][c]);
      size += batch.reflectance[i][c];
    }
  }
  return error / size;
}

int run(const Options& options) {
  brdf::Trainer trainer(brdf::Weights(options.seed), {.threads = options.threads});
  Batch batch;
  const Training training{.steps = options.steps, .seconds = options.seconds, .batch = kBatch};
  const TrainingEnd end = train(training, [&](std::uint64_t number) -> StepResult {
    batch.draw(Random(options.seed, number));
    const brdf::Step step =
        trainer.step({.cosines = batch.cosines, .roughness = batch.roughness}, {.reflectance = batch.reflectance});
    return {step.loss, step.applied};
  });

  const brdf::Network network(trainer.weights());
  const Reflectance learned = [&](const Cosines& cosines, float roughness) {
    return Color(brdf::evaluate(network, {.cosines = cosines, .roughness = roughness}).reflectance);
  };
  std::vector<Picture> rows;
  for (const float roughness : {0.25f, 0.4f, 0.6f}) {
    rows.push_back(side_by_side(sphere(reflectance, roughness), sphere(learned, roughness)));
  }
  Picture all = canvas(rows[0].width, rows.size() * kSide);
  for (std::size_t i = 0; i < rows.size(); ++i) place(all, 0, i * kSide, rows[i]);
  write_png(options.out / "brdf.png", all);
  std::printf("%s\nerror: %.2f %% of the reflectance\n%s\n", text(end),
              100 * relative_error(learned, Random(options.seed, ~0ull)), (options.out / "brdf.png").c_str());
  return exit_status(end);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("Learns how a rough metal reflects light.", {.steps = 4000}, argc, argv, run);
}
