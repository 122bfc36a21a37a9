#include "cloud.h"

#include <algorithm>
#include <limits>

namespace {

constexpr float kTurn = 6.2831853f;
constexpr float kTube = 0.14f;   // the tube's radius
constexpr float kScale = 0.24f;  // of the curve, so that the tube fits into [-1, 1]³

/// The curve at t in [0, 1].
Vector curve(float t) {
  const float a = kTurn * t;
  return kScale * Vector{std::sin(a) + 2 * std::sin(2 * a), std::cos(a) - 2 * std::cos(2 * a), -std::sin(3 * a)};
}

}  // namespace

Cloud trefoil(std::size_t count, Random random) {
  Cloud cloud;
  for (std::size_t i = 0; i < count; ++i) {
    constexpr float kStep = 1e-3f;
    const float t = random.uniform(), around = kTurn * random.uniform();
    const Vector along = normalized(curve(t + kStep) - curve(t - kStep));
    const Vector side = normalized(cross(along, {0, 0, 1}));
    const Vector normal = std::cos(around) * side + std::sin(around) * cross(along, side);
    cloud.points.push_back(curve(t) + kTube * normal);
    cloud.normals.push_back(normal);
  }
  return cloud;
}

float distance_to(const Cloud& cloud, const Vector& place) {
  float nearest = std::numeric_limits<float>::infinity();
  std::size_t which = 0;
  for (std::size_t i = 0; i < cloud.points.size(); ++i) {
    const Vector way = place - cloud.points[i];
    const float square = dot(way, way);
    if (square < nearest) {
      nearest = square;
      which = i;
    }
  }
  const bool is_outside = dot(place - cloud.points[which], cloud.normals[which]) >= 0;
  return is_outside ? std::sqrt(nearest) : -std::sqrt(nearest);
}

float exact_distance(const Vector& place) {
  constexpr int kPieces = 200;
  const auto distance_at = [&](float t) { return length(place - curve(t)); };
  float best = 0;
  for (int i = 1; i < kPieces; ++i) {
    const float t = static_cast<float>(i) / kPieces;
    if (distance_at(t) < distance_at(best)) best = t;
  }
  float step =
      1.f / kPieces;  // between the neighbours of the best piece there is one minimum: the step is halved to it
  for (int i = 0; i < 20; ++i) {
    const float left = distance_at(best - step), right = distance_at(best + step);
    if (std::min(left, right) < distance_at(best)) {
      best += left < right ? -step : step;
    } else {
      step /= 2;
    }
  }
  return distance_at(best) - kTube;
}
