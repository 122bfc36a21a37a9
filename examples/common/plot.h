// Small plots: fields and matrices in colours, curves, and numbers in a font of seven rows.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "common/picture.h"

/// A colour for a number: 0 is dark blue, 0.5 green, 1 yellow; what is outside is cut off.
Color heat_color(float value);

/// A picture of one colour.
Picture canvas(std::size_t width, std::size_t height, const Color& color = {1, 1, 1});

/// Paints pixels left … left + width - 1 and top … top + height - 1, as far as they are in the picture.
void fill(Picture& picture, std::size_t left, std::size_t top, std::size_t width, std::size_t height,
          const Color& color);

/// Puts a picture into another, which is large enough.
void place(Picture& picture, std::size_t left, std::size_t top, const Picture& part);

/// Pictures of one height next to each other.
Picture beside(const std::vector<Picture>& pictures);

/// Text of digits, `.`, `-`, `%` and blanks, from its corner at the top left: 5 pixels by 7 a character, one between.
void write_text(Picture& picture, std::size_t left, std::size_t top, std::string_view text, const Color& color);
std::size_t text_width(std::string_view text);

/// A curve y(x) for x in [0, 1], with y from `low` at the bottom to `high` at the top of a box; `thickness` in pixels.
struct Box {
  std::size_t left = 0, top = 0, width = 0, height = 0;
  float low = 0, high = 1;
};
void draw_curve(Picture& picture, const Box& box, const Color& color, float thickness,
                const std::function<float(float x)>& y);
/// The box's frame, and `low` and `high` to its left.
void draw_frame(Picture& picture, const Box& box);
