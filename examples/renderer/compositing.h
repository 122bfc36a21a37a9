// The colour that a ray through fog brings to the eye, and the derivative of it: the loss that is not in the model.
#pragma once

#include <span>

#include "common/picture.h"

/// Density and colour at the middles of pieces of a ray, each `spacing` long, from the eye on.
struct Fog {
  std::span<const float> density;
  std::span<const Color> color;
  float spacing = 0;
  Color background = {};
};

/// Of the light that starts in a piece, exp(-density · spacing) of each piece before it is left:
///   color = Σᵢ Tᵢ (1 - e^(-σᵢ δ)) cᵢ + T_end background,  Tᵢ = Π_{j < i} e^(-σⱼ δ).   Max 1995.
Color composite(const Fog& fog);

/// From the derivative of something by the composed colour, that by every piece's density and colour.
void composite_gradient(const Fog& fog, const Color& gradient, std::span<float> density_gradient,
                        std::span<Color> color_gradient);
