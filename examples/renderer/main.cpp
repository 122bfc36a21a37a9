// Learns a scene from photographs of it: the network gives density and colour of places, and this program composes
// them to pixels, compares those with photographs, and leads the error back to the places.
#include <cstdio>
#include <memory>
#include <span>
#include <vector>

#include "common/command_line.h"
#include "common/picture.h"
#include "common/random.h"
#include "common/training.h"
#include "compositing.h"
#include "renderer.h"
#include "scene.h"

namespace {

constexpr std::size_t kRays = 256;
constexpr std::size_t kPieces = 48;       // of a ray
constexpr std::size_t kPhotographs = 24;  // from evenly around the scene
constexpr std::size_t kSide = 128;        // of a photograph, in pixels

/// Rays, the places on them, what the network says of those, and the gradients that go back to it.
struct Batch {
  std::vector<Ray> rays = std::vector<Ray>(kRays);
  std::vector<Vector> places = std::vector<Vector>(kRays * kPieces);
  std::vector<float> density = std::vector<float>(kRays * kPieces), density_gradient = density;
  std::vector<Color> color = std::vector<Color>(kRays * kPieces), color_gradient = color;

  /// The middles of a ray's pieces, moved by up to half a piece: `shift` is in [-½, ½].
  void set(std::size_t r, const Ray& ray, float shift) {
    rays[r] = ray;
    const float spacing = (ray.to - ray.from) / kPieces;
    for (std::size_t i = 0; i < kPieces; ++i) {
      places[r * kPieces + i] = ray.at(ray.from + (static_cast<float>(i) + 0.5f + shift) * spacing);
    }
  }
  Fog fog(std::size_t r) const {
    return {.density = std::span(density).subspan(r * kPieces, kPieces),
            .color = std::span(color).subspan(r * kPieces, kPieces),
            .spacing = (rays[r].to - rays[r].from) / kPieces,
            .background = kBackground};
  }
};

/// A pixel's place in [0, 1].
float center(std::size_t pixel) { return (static_cast<float>(pixel) + 0.5f) / kSide; }

/// A step whose loss is the program's own: the mean square of the difference between composed and photographed pixels.
StepResult step(renderer::Trainer& trainer, Batch& batch, const std::vector<Picture>& photographs, Random random) {
  std::vector<Color> target(kRays);
  for (std::size_t r = 0; r < kRays; ++r) {
    const std::size_t photograph = random.below(kPhotographs), x = random.below(kSide), y = random.below(kSide);
    const float turn = static_cast<float>(photograph) / kPhotographs;
    batch.set(r, camera_ray(turn, center(x), center(y)), random.uniform(-0.5f, 0.5f));
    target[r] = photographs[photograph].pixels[y * kSide + x];
  }

  trainer.forward({.position = batch.places}, {.density = batch.density, .color = batch.color});

  double loss = 0;
  for (std::size_t r = 0; r < kRays; ++r) {
    const Color difference = composite(batch.fog(r)) - target[r];
    loss += dot(difference, difference) / (3 * kRays);
    composite_gradient(batch.fog(r), 2.f / (3 * kRays) * difference,
                       std::span(batch.density_gradient).subspan(r * kPieces, kPieces),
                       std::span(batch.color_gradient).subspan(r * kPieces, kPieces));
  }

  trainer.backward({.density = batch.density_gradient, .color = batch.color_gradient});
  return {loss, trainer.update()};
}

/// What a camera sees of the learned scene.
Picture render(const renderer::Network& network, float turn) {
  auto workspace = std::make_unique<renderer::Workspace>();
  Batch batch;
  Picture picture(kSide, kSide);
  for (std::size_t first = 0; first < picture.pixels.size(); first += kRays) {
    for (std::size_t r = 0; r < kRays; ++r) {
      batch.set(r, camera_ray(turn, center((first + r) % kSide), center((first + r) / kSide)), 0);
    }
    renderer::infer(network, {.position = batch.places}, {.density = batch.density, .color = batch.color}, *workspace);
    for (std::size_t r = 0; r < kRays; ++r) picture.pixels[first + r] = composite(batch.fog(r));
  }
  return picture;
}

Picture photograph_from(float turn) {
  Picture picture(kSide, kSide);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    picture.pixels[i] = photograph(camera_ray(turn, center(i % kSide), center(i / kSide)));
  }
  return picture;
}

int run(const Options& options) {
  std::vector<Picture> photographs;
  for (std::size_t i = 0; i < kPhotographs; ++i) {
    photographs.push_back(photograph_from(static_cast<float>(i) / kPhotographs));
  }
  std::printf("%zu photographs of %zu×%zu pixels\n", kPhotographs, kSide, kSide);

  renderer::Trainer trainer(renderer::Weights(options.seed), {.threads = options.threads});
  Batch batch;
  const Training training{.steps = options.steps, .seconds = options.seconds, .batch = kRays * kPieces};
  const TrainingEnd end = train(
      training, [&](std::uint64_t number) { return step(trainer, batch, photographs, Random(options.seed, number)); });

  const float between = 2.5f / kPhotographs;  // in the middle between two cameras
  const Picture target = photograph_from(between);
  const Picture learned = render(renderer::Network(trainer.weights()), between);
  write_png(options.out / "renderer.png", side_by_side(target, learned));
  std::printf("%s\nPSNR %.2f dB from where no photograph was taken\n%s\n", text(end), psnr(target, learned),
              (options.out / "renderer.png").c_str());
  return exit_status(end);
}

}  // namespace

int main(int argc, char** argv) {
  return run_program("Learns a scene from photographs, by a loss of its own.", {.steps = 1500}, argc, argv, run);
}
