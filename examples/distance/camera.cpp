#include "camera.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "common/plot.h"
#include "common/vector.h"

namespace {

struct Ray {
  Vector start, direction;

  Vector at(float t) const { return start + t * direction; }
};

/// Where a ray is in [-1, 1]³, if anywhere.
struct Span {
  float from = 0, to = 0;
};

Span in_the_box(const Ray& ray) {
  Span span{.from = 0, .to = 1e9f};
  for (std::size_t i = 0; i < 3; ++i) {
    const float a = (-1 - ray.start[i]) / ray.direction[i], b = (1 - ray.start[i]) / ray.direction[i];
    span.from = std::max(span.from, std::min(a, b));
    span.to = std::min(span.to, std::max(a, b));
  }
  return span;
}

/// Asks the network for many places at once.
class Shape {
 public:
  explicit Shape(const distance::Network& network) : network_(network) {}

  void distances(const std::vector<Vector>& places, std::vector<float>& out) {
    out.resize(places.size());
    distance::infer(network_, {.p = places}, {.distance = out, .normal = {}}, *workspace_);
  }
  void normals(const std::vector<Vector>& places, std::vector<Vector>& out) {
    out.resize(places.size());
    distance::infer(network_, {.p = places}, {.distance = {}, .normal = out}, *workspace_);
    for (Vector& normal : out) normal = normalized(normal);
  }

 private:
  const distance::Network& network_;
  std::unique_ptr<distance::Workspace> workspace_ = std::make_unique<distance::Workspace>();
};

/// How far along each ray the shape is; nothing where the ray misses it. The distance is how far a ray may go without
/// touching anything, so that is how far it goes; those that are still on their way go on together.
std::vector<std::optional<float>> trace(Shape& shape, const std::vector<Ray>& rays) {
  constexpr int kSteps = 80;
  constexpr float kNear = 1e-3f;
  std::vector<std::optional<float>> hits(rays.size());
  std::vector<std::size_t> walking(rays.size());
  std::vector<Span> spans(rays.size());
  for (std::size_t i = 0; i < rays.size(); ++i) {
    walking[i] = i;
    spans[i] = in_the_box(rays[i]);
  }
  std::vector<Vector> places;
  std::vector<float> distances;
  for (int step = 0; step < kSteps; ++step) {
    std::erase_if(walking, [&](std::size_t i) { return hits[i] || spans[i].from >= spans[i].to; });
    if (walking.empty()) break;
    places.clear();
    for (std::size_t i : walking) places.push_back(rays[i].at(spans[i].from));
    shape.distances(places, distances);
    for (std::size_t k = 0; k < walking.size(); ++k) {
      Span& span = spans[walking[k]];
      if (distances[k] < kNear) hits[walking[k]] = span.from;
      span.from += distances[k];
    }
  }
  return hits;
}

/// The rays of a square picture, row by row.
std::vector<Ray> camera_rays(std::size_t side) {
  const Vector eye{1.1f, -1.5f, 1.9f};
  const Vector forward = normalized(Vector{} - eye);
  const Vector right = normalized(cross(forward, {0, 0, 1})), up = cross(right, forward);
  std::vector<Ray> rays;
  for (std::size_t i = 0; i < side * side; ++i) {
    const auto coordinate = [&](std::size_t k) {
      return (2 * (static_cast<float>(k) + 0.5f) / static_cast<float>(side) - 1) * 0.34f;
    };
    rays.push_back({eye, normalized(forward + coordinate(i % side) * right - coordinate(i / side) * up)});
  }
  return rays;
}

/// Half as wide and half as high, each pixel the mean of four.
Picture halved(const Picture& picture) {
  Picture half(picture.width / 2, picture.height / 2);
  for (std::size_t i = 0; i < half.pixels.size(); ++i) {
    const std::size_t corner = 2 * (i / half.width) * picture.width + 2 * (i % half.width);
    for (const std::size_t at : {corner, corner + 1, corner + picture.width, corner + picture.width + 1}) {
      half.pixels[i] = half.pixels[i] + 0.25f * picture.pixels[at];
    }
  }
  return half;
}

}  // namespace

Picture render(const distance::Network& network, std::size_t side) {
  Shape shape(network);
  const Vector light = normalized({-0.5f, -0.9f, 1.6f});
  const Color background{0.93f, 0.94f, 0.96f}, clay{0.90f, 0.52f, 0.30f};

  const std::vector<Ray> rays = camera_rays(2 * side);
  const auto hits = trace(shape, rays);
  std::vector<std::size_t> pixels;
  std::vector<Vector> places, normals;
  for (std::size_t i = 0; i < rays.size(); ++i) {
    if (!hits[i]) continue;
    pixels.push_back(i);
    places.push_back(rays[i].at(*hits[i]));
  }
  shape.normals(places, normals);

  std::vector<Ray> to_the_light;
  for (std::size_t k = 0; k < places.size(); ++k) to_the_light.push_back({places[k] + 0.02f * normals[k], light});
  const auto shadows = trace(shape, to_the_light);

  Picture lit = canvas(2 * side, 2 * side, background), colored = lit;
  for (std::size_t k = 0; k < pixels.size(); ++k) {
    const Vector& normal = normals[k];
    const float lamp = shadows[k] ? 0 : std::max(0.f, dot(normal, light));
    const Vector between = normalized(light - rays[pixels[k]].direction);
    const float gloss = shadows[k] ? 0 : 0.35f * std::pow(std::max(0.f, dot(normal, between)), 40.f);
    const float sky = 0.22f + 0.12f * normal[2];
    lit.pixels[pixels[k]] = (sky + 0.8f * lamp) * clay + gloss * Color{1, 1, 1};
    colored.pixels[pixels[k]] = 0.5f * (normal + Vector{1, 1, 1});
  }
  return beside({halved(lit), halved(colored)});
}
