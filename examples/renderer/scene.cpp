#include "scene.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "compositing.h"

namespace {

struct Ball {
  Vector center;
  float radius;
  Color color;
};

constexpr std::array<Ball, 3> kBalls = {{{{-0.35f, -0.25f, 0.0f}, 0.42f, {0.85f, 0.25f, 0.20f}},
                                         {{0.40f, -0.10f, -0.15f}, 0.36f, {0.15f, 0.50f, 0.85f}},
                                         {{0.05f, 0.42f, 0.20f}, 0.30f, {0.95f, 0.75f, 0.20f}}}};

/// From 1 inside a ball to 0 outside, over a thin shell.
float inside(const Ball& ball, const Vector& place) {
  constexpr float kShell = 0.04f;
  return 1 / (1 + std::exp((length(place - ball.center) - ball.radius) / (0.25f * kShell)));
}

}  // namespace

Ray camera_ray(float turn, float x, float y) {
  const float angle = 6.2831853f * turn;
  const Vector eye{2.6f * std::cos(angle), 2.6f * std::sin(angle), 1.1f};
  const Vector forward = normalized(Vector{} - eye);
  const Vector right = normalized(cross(forward, {0, 0, 1})), down = cross(forward, right);
  constexpr float kWidth = 0.72f;
  Ray ray{eye, normalized(forward + kWidth * (x - 0.5f) * right + kWidth * (y - 0.5f) * down), 0, 1e9f};
  for (std::size_t i = 0; i < 3; ++i) {
    const float a = (-1 - eye[i]) / ray.direction[i], b = (1 - eye[i]) / ray.direction[i];
    ray.from = std::max(ray.from, std::min(a, b));
    ray.to = std::min(ray.to, std::max(a, b));
  }
  ray.to = std::max(ray.from, ray.to);
  return ray;
}

float scene_density(const Vector& place) {
  float density = 0;
  for (const Ball& ball : kBalls) density += 12 * inside(ball, place);
  return density;
}

Color scene_color(const Vector& place) {
  Color sum{};
  float weights = 1e-9f;
  for (const Ball& ball : kBalls) {
    const float weight = inside(ball, place);
    const float stripe = 0.85f + 0.15f * std::sin(24 * (place[2] - ball.center[2]));
    sum = sum + weight * stripe * ball.color;
    weights += weight;
  }
  return (1 / weights) * sum;
}

Color photograph(const Ray& ray) {
  constexpr std::size_t kPieces = 128;
  std::array<float, kPieces> density;
  std::array<Color, kPieces> color;
  const float spacing = (ray.to - ray.from) / kPieces;
  for (std::size_t i = 0; i < kPieces; ++i) {
    const Vector place = ray.at(ray.from + (static_cast<float>(i) + 0.5f) * spacing);
    density[i] = scene_density(place);
    color[i] = scene_color(place);
  }
  return composite({.density = density, .color = color, .spacing = spacing, .background = kBackground});
}
