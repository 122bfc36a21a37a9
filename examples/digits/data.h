// Handwritten digits from a file.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

using Pixels = std::array<float, 64>;  // rows of 8 from the top, ink in [0, 1]

struct Digits {
  std::vector<Pixels> pixels;
  std::vector<std::int32_t> labels;

  std::size_t size() const { return labels.size(); }
  void add(const Digits& other, std::size_t i) {
    pixels.push_back(other.pixels[i]);
    labels.push_back(other.labels[i]);
  }
};

/// Reads lines of 64 pixels, from 0 to 16, and the digit from 0 to 9, with commas between; gzip or plain text. Throws
/// std::runtime_error, whose text names the file and the line.
Digits read_digits(const std::string& path);
