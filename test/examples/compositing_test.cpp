// The renderer's own loss: its gradient is the slope of what it composes, and its colour is what fog looks like.
#include "examples/renderer/compositing.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "common/random.h"
#include "common/vector.h"

namespace {

constexpr std::size_t kPieces = 7;

struct Pieces {
  std::array<float, kPieces> density{};
  std::array<Color, kPieces> color{};

  explicit Pieces(Random random) {
    for (float& value : density) value = random.uniform(0, 4);
    for (Color& value : color) value = {random.uniform(), random.uniform(), random.uniform()};
  }
  Fog fog() const { return {.density = density, .color = color, .spacing = 0.3f, .background = {0.2f, 0.9f, 0.5f}}; }
};

TEST(Compositing, without_density_the_background_is_seen) {
  Pieces pieces(Random(1, 0));
  pieces.density.fill(0);
  const Color color = composite(pieces.fog());
  for (std::size_t c = 0; c < 3; ++c) EXPECT_FLOAT_EQ(color[c], pieces.fog().background[c]);
}

TEST(Compositing, dense_fog_hides_what_is_behind_it) {
  Pieces pieces(Random(2, 0));
  pieces.density[0] = 100;
  const Color color = composite(pieces.fog());
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(color[c], pieces.color[0][c], 1e-6f);
}

TEST(Compositing, even_fog_of_one_color_lets_through_what_beer_and_lambert_say) {
  Pieces pieces(Random(3, 0));
  pieces.density.fill(0.5f);
  pieces.color.fill({1, 0, 0});
  EXPECT_NEAR(composite(pieces.fog())[1], 0.9f * std::exp(-0.5f * 0.3f * kPieces), 1e-6f);
}

TEST(Compositing, its_gradient_is_the_central_difference) {
  const Color weights{0.7f, -1.3f, 0.4f};
  for (std::uint64_t draw = 0; draw < 20; ++draw) {
    Pieces pieces(Random(4, draw));
    std::array<float, kPieces> density_gradient{};
    std::array<Color, kPieces> color_gradient{};
    composite_gradient(pieces.fog(), weights, density_gradient, color_gradient);
    const auto slope = [&](float& value) {
      constexpr float kStep = 1e-2f;
      const float at = value;
      value = at + kStep;
      const float above = dot(weights, composite(pieces.fog()));
      value = at - kStep;
      const float below = dot(weights, composite(pieces.fog()));
      value = at;
      return (above - below) / (2 * kStep);
    };
    for (std::size_t i = 0; i < kPieces; ++i) {
      EXPECT_NEAR(density_gradient[i], slope(pieces.density[i]), 5e-5f);
      for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(color_gradient[i][c], slope(pieces.color[i][c]), 5e-5f);
    }
  }
}

}  // namespace
