// Packed weights: a matrix as `w[out][in]` to and from the order that layers of one sample read (cpu/sample.h).
// packing.md has every layout of the runtime, to the byte. This header needs nothing but C++17.
#pragma once

#include <cstddef>

#include "platform.h"

namespace nn {
inline namespace NN_ISA {

/// Floats in a row of the packed weights of O outputs: O, padded to a multiple of 16, which is a cache line. The same
/// for every instruction set, so that files compiled for different ones can share packed weights.
template <int O>
inline constexpr int kPackedWidth = round_up(O, 16);
/// Floats in the packed weights of an O × I layer.
template <int O, int I>
inline constexpr std::size_t kPackedSize = static_cast<std::size_t>(I) * kPackedWidth<O>;

/// packed[I][kPackedWidth<O>] = the transpose of w[O][I], zeros in the padding. Rows of w are `row_stride` floats
/// apart: I, unless w is a slice of a larger matrix. Writes exactly kPackedSize<O, I> floats.
template <int O, int I>
constexpr void pack(const float* w, float* packed, std::ptrdiff_t row_stride = I) noexcept {
  static_assert(O > 0 && I > 0, "a layer has outputs and inputs");
  for (int i = 0; i < I; ++i) {
    for (int o = 0; o < kPackedWidth<O>; ++o) packed[i * kPackedWidth<O> + o] = o < O ? w[o * row_stride + i] : 0.0f;
  }
}

/// w[O][I] = what `pack` was given. Writes exactly O × I floats; what lies between the rows of a slice is let be.
template <int O, int I>
constexpr void unpack(const float* packed, float* w, std::ptrdiff_t row_stride = I) noexcept {
  static_assert(O > 0 && I > 0, "a layer has outputs and inputs");
  for (int o = 0; o < O; ++o) {
    for (int i = 0; i < I; ++i) w[o * row_stride + i] = packed[i * kPackedWidth<O> + o];
  }
}

}  // namespace NN_ISA
}  // namespace nn
