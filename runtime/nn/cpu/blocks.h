// Register blocks: how a product is cut into pieces whose sums stay in registers, and the kernel of one piece.
#pragma once

#include <type_traits>

#include "vec.h"

namespace nn {
inline namespace NN_ISA {
namespace blocks {

// Register blocks, by the registers of the instruction set. 32 registers: 8 rows × 3 vectors of accumulators, 3 inputs
// and a broadcast. 16 registers: 6 × 2, 2 inputs and a broadcast; 4 × 3 spills.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int kVectors = 3;
inline constexpr int kDotRows = 7, kDotTotal = 25;  // sums over lanes: rows of a block, and sums in all
constexpr int rows_for(int vectors) {
  return vectors > 6 ? 1 : vectors > 4 ? 4 : vectors == 4 ? 6 : vectors == 3 ? 8 : vectors == 2 ? 12 : 16;
}
#else
inline constexpr int kVectors = 2;
inline constexpr int kDotRows = 4, kDotTotal = 9;
constexpr int rows_for(int vectors) { return vectors > 4 ? 1 : vectors > 2 ? 3 : vectors == 2 ? 6 : 10; }
#endif

constexpr int smaller(int a, int b) { return a < b ? a : b; }
constexpr int largest_divisor(int n, int most) {
  for (int d = most; d > 1; --d) {
    if (n % d == 0) return d;
  }
  return 1;
}

/// Splits `kTotal` rows into the fewest blocks of at most `kMost`, as even as they can be: two sizes at most, so two
/// instantiations, and no remainder code. 21 rows by 8 are 7 + 7 + 7; 64 by 6 are 9 × 6 + 2 × 5.
/// Calls body(std::integral_constant<int, rows>, first row) block by block.
template <int kTotal, int kMost, class Body>
NN_INLINE void for_blocks(Body body) {
  constexpr int kCount = ceil_div(kTotal, kMost), kLarge = ceil_div(kTotal, kCount);
  constexpr int kLarges = kTotal - kCount * (kLarge - 1);
  NN_NO_UNROLL for (int b = 0; b < kLarges; ++b) body(std::integral_constant<int, kLarge>{}, b * kLarge);
  if constexpr (kLarges < kCount) {
    NN_NO_UNROLL for (int row = kLarges * kLarge; row < kTotal; row += kLarge - 1) {
      body(std::integral_constant<int, kLarge - 1>{}, row);
    }
  }
}

/// acc[m][n] = init(m, n) + sum_k w[m * kRowStep + k * kTermStep] * x[k * T + n * kLanes …], then done(m, n,
/// acc[m][n]).
template <int M, int N, int K, int kRowStep, int kTermStep, int T, class Init, class Done>
NN_INLINE void product_block(const float* w, const float* x, Init init, Done done) {
  Vec acc[M][N];
  NN_UNROLL for (int m = 0; m < M; ++m) { NN_UNROLL for (int n = 0; n < N; ++n) acc[m][n] = init(m, n); }
  // The side with fewer vectors is held in registers, the other passes through one.
  const auto add_term = [&](int k) NN_LAMBDA {
    if constexpr (M < N) {
      float weight[M];
      NN_UNROLL for (int m = 0; m < M; ++m) weight[m] = w[m * kRowStep + k * kTermStep];
      NN_UNROLL for (int n = 0; n < N; ++n) {
        const Vec input = load(x + k * T + n * kLanes);
        NN_UNROLL for (int m = 0; m < M; ++m) acc[m][n] += input * weight[m];
      }
    } else {
      Vec input[N];
      NN_UNROLL for (int n = 0; n < N; ++n) input[n] = load(x + k * T + n * kLanes);
      NN_UNROLL for (int m = 0; m < M; ++m) {
        const float weight = w[m * kRowStep + k * kTermStep];
        NN_UNROLL for (int n = 0; n < N; ++n) acc[m][n] += input[n] * weight;
      }
    }
  };
  NN_NO_UNROLL for (int k = 0; k < K / 2; ++k) {
    add_term(0), add_term(1);
    w += 2 * kTermStep, x += 2 * T;
  }
  if constexpr (K % 2 != 0) add_term(0);
  NN_UNROLL for (int m = 0; m < M; ++m) { NN_UNROLL for (int n = 0; n < N; ++n) done(m, n, acc[m][n]); }
}

template <int T>
constexpr void check_tile() {
  static_assert(T > 0 && T % kLanes == 0,
                "a tile holds a whole number of vectors of samples; 96 and 192 are the sizes to use");
}

}  // namespace blocks

}  // namespace NN_ISA
}  // namespace nn
