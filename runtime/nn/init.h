// The first values of a parameter: each element is a function of the seed, the parameter's number and its own place.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "random.h"

namespace nn {
inline namespace NN_ISA {

/// Which numbers: a seed, and the parameter's place in the model, counted from 0 in order of use.
struct RandomStream {
  std::uint64_t seed = 0;
  std::uint32_t parameter = 0;
};

namespace init_detail {

/// w[e] = value(u) for the uniform number u of each element.
template <class Value>
inline void fill_from_uniform(float* w, std::size_t count, RandomStream stream, Value value) {
  for (std::size_t e = 0; e < count; e += 4) {
    const RandomBlock block = random_block(stream.seed, stream.parameter, e / 4);
    for (std::size_t i = 0; i < 4 && e + i < count; ++i) w[e + i] = value(unit_uniform(block.word[i]));
  }
}

}  // namespace init_detail

/// Uniform in [-k, k): f32(k) (2u - 1), rounded once.
inline void fill_uniform(float* w, std::size_t count, RandomStream stream, double k) {
  const float bound = static_cast<float>(k);
  init_detail::fill_from_uniform(w, count, stream, [=](float u) { return bound * (2.0f * u - 1.0f); });
}

/// Uniform in [low, high): middle + half width (2u - 1), rounded once; middle and half width are rounded before.
inline void fill_uniform(float* w, std::size_t count, RandomStream stream, double low, double high) {
  const float half_width = static_cast<float>((high - low) / 2), middle = static_cast<float>((high + low) / 2);
  init_detail::fill_from_uniform(w, count, stream,
                                 [=](float u) { return std::fma(half_width, 2.0f * u - 1.0f, middle); });
}

/// Normal with mean 0 and standard deviation sigma, in double and rounded once.
inline void fill_normal(float* w, std::size_t count, RandomStream stream, double sigma) {
  for (std::size_t e = 0; e < count; e += 4) {
    const RandomBlock block = random_block(stream.seed, stream.parameter, e / 4);
    const NormalPair a = unit_normals(block.word[0], block.word[1]), b = unit_normals(block.word[2], block.word[3]);
    const double value[4] = {a.first, a.second, b.first, b.second};
    for (std::size_t i = 0; i < 4 && e + i < count; ++i) w[e + i] = static_cast<float>(sigma * value[i]);
  }
}

/// The same number everywhere.
inline void fill_constant(float* w, std::size_t count, double value) {
  for (std::size_t e = 0; e < count; ++e) w[e] = static_cast<float>(value);
}

}  // namespace NN_ISA
}  // namespace nn
