// The example of runtime/nn/README.md: a layer of 3 outputs for a batch of positions, with the kernels alone.
#include <gtest/gtest.h>

// begin of the example
#include <algorithm>
#include <array>
#include <vector>

#include "nn/aligned.h"
#include "nn/cpu/dense.h"
#include "nn/cpu/math.h"
#include "nn/cpu/rows.h"
#include "nn/init.h"

using Position = std::array<float, 2>;
using Color = std::array<float, 3>;

/// color = sigmoid(weight[3][2] position + offset), for any number of positions.
void shade(const float* weight, const float* offset, const std::vector<Position>& positions,
           std::vector<Color>& colors) {
  constexpr int T = 96;  // samples in a tile
  const nn::Rows<const float, 2> in(positions);
  const nn::Rows<float, 3> out(colors);
  alignas(64) float x[2 * T], y[3 * T];  // x[feature][T]: a lane is a sample
  for (std::size_t first = 0; first < in.size(); first += T) {
    const int count = static_cast<int>(std::min<std::size_t>(T, in.size() - first));
    nn::load_rows<2, T>(in, first, count, x);
    nn::dense<3, 2, T>(
        weight, x, [=](int o, int) NN_LAMBDA { return nn::splat(offset[o]); },
        [&](int o, int s, nn::Vec v) NN_LAMBDA { nn::store(y + o * T + s, 1.0f / (1.0f + nn::exp(-v))); });
    nn::store_rows<3, T>(y, out, first, count);
  }
}
// end of the example

#include <fstream>
#include <sstream>
#include <string>

namespace {

TEST(Example, shades_any_number_of_positions) {
  nn::AlignedBuffer<float> weight(6), offset(3);
  nn::fill_uniform(weight.data(), weight.size(), {1337, 0}, 0.7);
  nn::fill_uniform(offset.data(), offset.size(), {1337, 1}, 0.7);
  for (const std::size_t count : {0u, 1u, 95u, 96u, 97u, 1000u}) {
    std::vector<Position> positions(count);
    std::vector<Color> colors(count);
    for (std::size_t i = 0; i < count; ++i) positions[i] = {static_cast<float>(i) * 0.01f, 1.0f};
    shade(weight.data(), offset.data(), positions, colors);
    for (std::size_t i = 0; i < count; ++i) {
      const float sum = weight[2] * positions[i][0] + weight[3] * positions[i][1] + offset[1];
      ASSERT_NEAR(colors[i][1], 1 / (1 + std::exp(-sum)), 1e-6f);
    }
  }
}

std::string text_of(const char* path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Example, stands_in_the_readme_as_it_stands_here) {
  const std::string here = text_of("runtime/example_test.cpp"), readme = text_of("../runtime/nn/README.md");
  const std::string begin = "// begin of the example\n", end = "// end of the example\n";
  const std::size_t from = here.find(begin) + begin.size();
  EXPECT_NE(readme.find(here.substr(from, here.find(end) - from)), std::string::npos);
}

}  // namespace
