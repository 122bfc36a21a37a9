#include "common/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace {

/// A character: seven rows from the top, five bits each, the leftmost the highest.
struct Glyph {
  char character;
  std::array<std::uint8_t, 7> rows;
};

constexpr Glyph kGlyphs[] = {
    {'0', {0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110}},
    {'1', {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'2', {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111}},
    {'3', {0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110}},
    {'4', {0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010}},
    {'5', {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110}},
    {'6', {0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110}},
    {'7', {0b11111, 0b00001, 0b00010, 0b00100, 0b00100, 0b01000, 0b01000}},
    {'8', {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110}},
    {'9', {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100}},
    {'.', {0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100}},
    {'-', {0b00000, 0b00000, 0b00000, 0b11111, 0b00000, 0b00000, 0b00000}},
    {'%', {0b11001, 0b11010, 0b00010, 0b00100, 0b01000, 0b01011, 0b10011}},
};
constexpr std::size_t kGlyphWidth = 5, kGlyphHeight = 7;

Color mix(const Color& a, const Color& b, float t) {
  Color color{};
  for (std::size_t c = 0; c < 3; ++c) color[c] = a[c] + t * (b[c] - a[c]);
  return color;
}

}  // namespace

Color heat_color(float value) {
  constexpr std::array<Color, 5> kStops = {
      {{0.10f, 0.05f, 0.35f}, {0.15f, 0.35f, 0.60f}, {0.10f, 0.60f, 0.50f}, {0.55f, 0.80f, 0.25f}, {1, 0.92f, 0.2f}}};
  const float at = std::clamp(value, 0.f, 1.f) * (kStops.size() - 1);
  const std::size_t below = std::min(static_cast<std::size_t>(at), kStops.size() - 2);
  return mix(kStops[below], kStops[below + 1], at - static_cast<float>(below));
}

Picture canvas(std::size_t width, std::size_t height, const Color& color) {
  Picture picture(width, height);
  std::fill(picture.pixels.begin(), picture.pixels.end(), color);
  return picture;
}

void fill(Picture& picture, std::size_t left, std::size_t top, std::size_t width, std::size_t height,
          const Color& color) {
  for (std::size_t y = top; y < std::min(top + height, picture.height); ++y) {
    for (std::size_t x = left; x < std::min(left + width, picture.width); ++x) {
      picture.pixels[y * picture.width + x] = color;
    }
  }
}

void place(Picture& picture, std::size_t left, std::size_t top, const Picture& part) {
  for (std::size_t y = 0; y < part.height; ++y) {
    std::copy_n(&part.pixels[y * part.width], part.width, &picture.pixels[(top + y) * picture.width + left]);
  }
}

Picture beside(const std::vector<Picture>& pictures) {
  std::size_t width = 0;
  for (const Picture& picture : pictures) width += picture.width;
  Picture all(width, pictures.front().height);
  std::size_t left = 0;
  for (const Picture& picture : pictures) {
    place(all, left, 0, picture);
    left += picture.width;
  }
  return all;
}

std::size_t text_width(std::string_view text) { return text.size() * (kGlyphWidth + 1); }

void write_text(Picture& picture, std::size_t left, std::size_t top, std::string_view text, const Color& color) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto* glyph =
        std::find_if(std::begin(kGlyphs), std::end(kGlyphs), [&](const Glyph& g) { return g.character == text[i]; });
    if (glyph == std::end(kGlyphs)) continue;
    for (std::size_t y = 0; y < kGlyphHeight; ++y) {
      for (std::size_t x = 0; x < kGlyphWidth; ++x) {
        if (glyph->rows[y] >> (kGlyphWidth - 1 - x) & 1) {
          fill(picture, left + i * (kGlyphWidth + 1) + x, top + y, 1, 1, color);
        }
      }
    }
  }
}

void draw_curve(Picture& picture, const Box& box, const Color& color, float thickness,
                const std::function<float(float x)>& y) {
  const auto columns = static_cast<float>(box.width - 1), rows = static_cast<float>(box.height - 1);
  const auto row = [&](float column) { return rows * (box.high - y(column / columns)) / (box.high - box.low); };
  for (std::size_t x = 0; x < box.width; ++x) {
    const auto column = static_cast<float>(x);
    const float at = row(column);
    const float slope = row(std::min(column + 0.5f, columns)) - row(std::max(column - 0.5f, 0.f));
    const float half = 0.5f * thickness * std::sqrt(1 + slope * slope);  // of the line, measured along the column
    for (std::size_t r = 0; r < box.height; ++r) {
      const float cover = std::clamp(half - std::abs(static_cast<float>(r) - at) + 0.5f, 0.f, 1.f);
      Color& pixel = picture.pixels[(box.top + r) * picture.width + box.left + x];
      pixel = mix(pixel, color, cover);
    }
  }
}

void draw_frame(Picture& picture, const Box& box) {
  const Color grey{0.5f, 0.5f, 0.5f}, black{0, 0, 0};
  fill(picture, box.left - 1, box.top - 1, box.width + 2, 1, grey);
  fill(picture, box.left - 1, box.top + box.height, box.width + 2, 1, grey);
  fill(picture, box.left - 1, box.top - 1, 1, box.height + 2, grey);
  fill(picture, box.left + box.width, box.top - 1, 1, box.height + 2, grey);
  for (const bool is_high : {false, true}) {
    char number[16];
    std::snprintf(number, sizeof number, "%.2g", static_cast<double>(is_high ? box.high : box.low));
    write_text(picture, box.left - text_width(number) - 3, is_high ? box.top : box.top + box.height - kGlyphHeight,
               number, black);
  }
}
