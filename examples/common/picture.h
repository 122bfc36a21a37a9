// Pictures in memory and in files.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

/// Red, green, blue: sRGB, each in [0, 1].
using Color = std::array<float, 3>;

/// Row-major from the top left; pixel (x, y) is `pixels[y * width + x]`.
struct Picture {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<Color> pixels = {};

  Picture() = default;
  Picture(std::size_t w, std::size_t h) : width(w), height(h), pixels(w * h) {}
};

/// A component as a file of 8 bits a component holds it.
unsigned char to_byte(float component);

/// Reads a PNG or JPEG file of any size and depth: grey becomes colour, what is transparent lies on white. Throws
/// std::runtime_error, whose text names the file and says what is wrong with it.
Picture read_picture(const std::string& path);

/// Writes a PNG file of 8 bits a component; a file of that name is replaced when the new one is complete.
void write_png(const std::string& path, const Picture& picture);

/// The peak signal-to-noise ratio of two pictures of one size, as files of 8 bits a component, in dB.
double psnr(const Picture& target, const Picture& picture);

/// The target, the picture, and their absolute difference times eight, next to each other.
Picture side_by_side(const Picture& target, const Picture& picture);
