#include "compositing.h"

#include <cmath>
#include <cstddef>

#include "common/vector.h"

Color composite(const Fog& fog) {
  Color color{};
  float left = 1;  // of the light from here
  for (std::size_t i = 0; i < fog.density.size(); ++i) {
    const float behind = left * std::exp(-fog.density[i] * fog.spacing);
    color = color + (left - behind) * fog.color[i];
    left = behind;
  }
  return color + left * fog.background;
}

// Density i takes from all that comes from behind the piece, and adds to what the piece itself sends:
//   ∂color/∂σᵢ = δ (Tᵢ₊₁ cᵢ - what comes from behind i).
// So the walk goes from the back, and needs the T of each piece first: it is kept where the result will be.
void composite_gradient(const Fog& fog, const Color& gradient, std::span<float> density_gradient,
                        std::span<Color> color_gradient) {
  float left = 1;
  for (std::size_t i = 0; i < fog.density.size(); ++i) {
    density_gradient[i] = left;
    left *= std::exp(-fog.density[i] * fog.spacing);
  }
  Color from_behind = left * fog.background;
  float behind = left;
  for (std::size_t i = fog.density.size(); i-- > 0;) {
    const float before = density_gradient[i];
    density_gradient[i] = fog.spacing * dot(gradient, behind * fog.color[i] - from_behind);
    color_gradient[i] = (before - behind) * gradient;
    from_behind = from_behind + (before - behind) * fog.color[i];
    behind = before;
  }
}
