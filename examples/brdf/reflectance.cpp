#include "reflectance.h"

#include <cmath>

namespace {

/// G₁ / (2 cos): the part of the facets that a direction sees, 2 / (cos + √(alpha² + (1 - alpha²) cos²)) / 2.
float visible(float cosine, float alpha) {
  const float square = alpha * alpha;
  return 1 / (cosine + std::sqrt(square + (1 - square) * cosine * cosine));
}

}  // namespace

Cosines cosines_of(const Vector& normal, const Vector& light, const Vector& eye) {
  const Vector half = normalized(light + eye);
  return {dot(normal, light), dot(normal, eye), dot(normal, half), dot(light, half)};
}

Color reflectance(const Cosines& cosines, float roughness) {
  constexpr Color kGold{1.0f, 0.78f, 0.34f};
  const auto& [to_light, to_eye, to_half, at_half] = cosines;
  const float alpha = roughness * roughness;
  const float root = to_half * to_half * (alpha * alpha - 1) + 1;
  const float facets = alpha * alpha / (3.14159265f * root * root);
  const float grazing = std::pow(1 - at_half, 5.f);
  const Color mirrored = kGold + grazing * (Color{1, 1, 1} - kGold);
  return facets * visible(to_light, alpha) * visible(to_eye, alpha) * mirrored;
}
