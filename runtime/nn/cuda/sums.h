// What many threads do together: sums over the lanes of a tile, which is a block, and over the blocks of a grid.
//
// A thread owns elements of the result and adds up lanes, or blocks, in their order: the bits do not depend on when a
// thread ran. A tile x[feature][T] begins at a multiple of 16 bytes. Its numbers are float or double.
#pragma once

#include <cstddef>

#include "device.h"

namespace nn {
namespace cuda {
namespace sums_detail {

template <int T>
NN_DEVICE constexpr void check_tile() {
  static_assert(T > 0 && T % 32 == 0, "a tile has as many samples as its block has threads: whole warps");
}

}  // namespace sums_detail

/// The numbers 0 … count - 1, shared among the threads of a grid of T-thread blocks.
template <int T, class Body>
NN_DEVICE void for_each_element(std::size_t count, Body body) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * T;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * T + threadIdx.x; i < count; i += stride) body(i);
}

/// Samples of the tile that begins at sample `first`, T at most.
template <int T>
NN_DEVICE int samples_of_tile(std::size_t count, std::size_t first) {
  return count - first < T ? static_cast<int>(count - first) : T;
}

/// x[i] = 0 for i < count. A block of T threads calls it together, and meets before it reads.
template <int T>
NN_DEVICE void clear(float* x, std::size_t count) {
  for (std::size_t i = threadIdx.x; i < count; i += T) x[i] = 0;
}

/// dw[m * row_step + k] += sum over the lanes of dy[m][lane] * x[k][lane]. A block of T threads calls it together,
/// between two barriers: all of dy and x is read by all.
template <int M, int K, int T, class E>
NN_DEVICE void accumulate_outer(const E* dy, const E* x, E* dw, int row_step) {
  static_assert(M > 0 && K > 0, "a weight matrix has rows and columns");
  sums_detail::check_tile<T>();
  constexpr int kSide = M * K >= 16 * T ? 4 : M * K >= 4 * T ? 2 : 1;  // of a thread's square; each thread gets one
  constexpr int kColumns = ceil_div(K, kSide), kSquares = ceil_div(M, kSide) * kColumns;
  for (int square = static_cast<int>(threadIdx.x); square < kSquares; square += T) {
    const int first_m = square / kColumns * kSide, first_k = square % kColumns * kSide;
    const auto row = [](int i, int last) { return i < last ? i : last; };  // beyond the edge: computed, not stored
    E sum[kSide][kSide] = {};
    for (int s = 0; s < T; s += 4) {
      E d[kSide][4], input[kSide][4];
      NN_DEVICE_UNROLL for (int i = 0; i < kSide; ++i) {
        load_four(dy + row(first_m + i, M - 1) * T + s, d[i]);
        load_four(x + row(first_k + i, K - 1) * T + s, input[i]);
      }
      NN_DEVICE_UNROLL for (int l = 0; l < 4; ++l) {
        NN_DEVICE_UNROLL for (int i = 0; i < kSide; ++i) {
          NN_DEVICE_UNROLL for (int j = 0; j < kSide; ++j) sum[i][j] += d[i][l] * input[j][l];
        }
      }
    }
    NN_DEVICE_UNROLL for (int i = 0; i < kSide; ++i) {
      NN_DEVICE_UNROLL for (int j = 0; j < kSide; ++j) {
        if (first_m + i < M && first_k + j < K) dw[(first_m + i) * row_step + first_k + j] += sum[i][j];
      }
    }
  }
}

/// sums[m] += sum over the lanes of x[m][lane]. A block of T threads calls it together, between two barriers.
template <int M, int T, class E>
NN_DEVICE void sum_lanes(const E* x, E* sums) {
  static_assert(M > 0, "a sum has rows");
  sums_detail::check_tile<T>();
  for (int m = static_cast<int>(threadIdx.x); m < M; m += T) {
    E sum = 0;
    for (int s = 0; s < T; s += 4) {
      E four[4];
      load_four(x + m * T + s, four);
      NN_DEVICE_UNROLL for (int l = 0; l < 4; ++l) sum += four[l];
    }
    sums[m] += sum;
  }
}

/// to[m * row_step + k] += sum over the blocks, in their order, of the M × K numbers at from[b * stride]. A grid of
/// T-thread blocks calls it together. The order does not depend on when a block ran: the same bits each time.
template <int M, int K, int T, class E, class To>
NN_DEVICE void add_blocks(const E* from, std::size_t stride, int blocks, To* to, std::size_t row_step = K) {
  for_each_element<T>(static_cast<std::size_t>(M) * K, [&](std::size_t i) {
    E sum = 0;
    for (int b = 0; b < blocks; ++b) sum += from[static_cast<std::size_t>(b) * stride + i];
    To& place = to[i / K * row_step + i % K];
    place = static_cast<To>(place + sum);
  });
}

}  // namespace cuda
}  // namespace nn
