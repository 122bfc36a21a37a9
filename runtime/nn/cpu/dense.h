// Dense products over a tile of T samples stored feature by feature, x[feature][T]: a lane is a sample.
//
// Two kernels serve every dense layer. `product` is weight × vector of samples: the layer itself and, with the two
// strides of the weights exchanged, the gradient to its input. `WeightGradient` is vector × vector, summed over the
// lanes once a tile. Weights are read as stored, w[out][in]; no width has to be a multiple of anything.
#pragma once

#include <cstddef>
#include <type_traits>

#include "vec.h"

namespace nn {
inline namespace NN_ISA {
namespace dense_detail {

// Register blocks, by the registers of the instruction set. 32 registers: 8 rows × 3 vectors of accumulators, 3 inputs
// and a broadcast. 16 registers: 6 × 2, 2 inputs and a broadcast; 4 × 3 spills.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int kVectors = 3;
inline constexpr int kDotRows = 7, kDotTotal = 25;
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
  const auto add_term = [&](int k) NN_LAMBDA {
    Vec input[N];
    NN_UNROLL for (int n = 0; n < N; ++n) input[n] = load(x + k * T + n * kLanes);
    NN_UNROLL for (int m = 0; m < M; ++m) {
      const float weight = w[m * kRowStep + k * kTermStep];
      NN_UNROLL for (int n = 0; n < N; ++n) acc[m][n] += input[n] * weight;
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

}  // namespace dense_detail

/// For each row m < M and each vector of samples that starts at sample s, in any order:
///   done(m, s, init(m, s) + sum over k < K of w[m * kRowStep + k * kTermStep] * x[k * T + s … s + kLanes - 1]).
/// `init` returns a Vec (the bias, or zero); `done` stores it, with what belongs to the store: an activation, a
/// derivative.
template <int M, int K, int kRowStep, int kTermStep, int T, class Init, class Done>
NN_NOINLINE void product(const float* w, const float* x, Init init, Done done) {
  static_assert(M > 0 && K > 0, "a product has rows and terms");
  dense_detail::check_tile<T>();
  constexpr int kPreferred = M <= 4 ? 2 * dense_detail::kVectors : dense_detail::kVectors;  // few rows: more vectors
  constexpr int N = dense_detail::largest_divisor(T / kLanes, kPreferred);
  NN_NO_UNROLL for (int s = 0; s < T; s += N * kLanes) {
    dense_detail::for_blocks<M, dense_detail::rows_for(N)>([&](auto rows, int first) NN_LAMBDA {
      dense_detail::product_block<rows, N, K, kRowStep, kTermStep, T>(
          w + first * kRowStep, x + s, [&](int m, int n) NN_LAMBDA { return init(first + m, s + n * kLanes); },
          [&](int m, int n, Vec value) NN_LAMBDA { done(first + m, s + n * kLanes, value); });
    });
  }
}

/// A layer: done(o, s, init(o, s) + sum_i w[o][i] * x[i][s]), with w[O][I].
template <int O, int I, int T, class Init, class Done>
NN_INLINE void dense(const float* w, const float* x, Init init, Done done) {
  product<O, I, I, 1, T>(w, x, init, done);
}

/// The gradient to a layer's input: done(i, s, init(i, s) + sum_o w[o][i] * dy[o][s]), with w[O][I].
template <int I, int O, int T, class Init, class Done>
NN_INLINE void dense_transposed(const float* w, const float* dy, Init init, Done done) {
  product<I, O, 1, I, T>(w, dy, init, done);
}

/// The gradient of w[O][I], summed in a buffer whose order is that of the register blocks, so that a tile adds whole
/// vectors to it. Zero the buffer, `accumulate` tile after tile, then `add_to` the gradient in the order of the
/// weights.
template <int O, int I>
class WeightGradient {
  static_assert(O > 0 && I > 0, "a weight matrix has rows and columns");

  /// The extent of a block along n: a divisor between half of the most and the most, or else as even as can be.
  static constexpr int block_extent(int n, int most) {
    if (n <= most) return n;
    for (int d = most; 2 * d > most; --d) {
      if (n % d == 0) return d;
    }
    return ceil_div(n, ceil_div(n, most));
  }
  // The shorter side of the matrix chooses first; the other takes what registers are left.
  static constexpr int registers_left(int taken) {
    return dense_detail::smaller(dense_detail::kDotRows, dense_detail::kDotTotal / taken);
  }
  static constexpr int kRows = O <= I ? block_extent(O, dense_detail::kDotRows)
                                      : block_extent(O, registers_left(block_extent(I, dense_detail::kDotRows)));
  static constexpr int kColumns = O <= I ? block_extent(I, registers_left(block_extent(O, dense_detail::kDotRows)))
                                         : block_extent(I, dense_detail::kDotRows);
  static constexpr int kStride = round_up(kRows * kColumns, kLanes);

 public:
  /// Floats in the buffer.
  static constexpr std::size_t size = static_cast<std::size_t>(ceil_div(O, kRows)) * ceil_div(I, kColumns) * kStride;

  /// buffer += dy[O][T] x[I][T]ᵀ.
  template <int T>
  NN_NOINLINE static void accumulate(const float* dy, const float* x, float* buffer) {
    dense_detail::check_tile<T>();
    for_each_block([&](auto rows, auto columns, int o, int i) NN_LAMBDA {
      accumulate_block<T, rows, columns>(dy + o * T, x + i * T, buffer);
      buffer += kStride;
    });
  }

  /// dw[o * row_stride + i] += the sum so far. Rows of dw are `row_stride` floats apart: I, unless dw is a slice.
  static void add_to(const float* buffer, float* dw, std::ptrdiff_t row_stride = I) {
    for_each_block([&](auto rows, auto columns, int o, int i) NN_LAMBDA {
      for (int m = 0; m < rows; ++m) {
        for (int n = 0; n < columns; ++n) dw[(o + m) * row_stride + i + n] += buffer[m * columns + n];
      }
      buffer += kStride;
    });
  }

 private:
  template <class Body>
  NN_INLINE static void for_each_block(Body body) {
    dense_detail::for_blocks<O, kRows>([&](auto rows, int o) NN_LAMBDA {
      dense_detail::for_blocks<I, kColumns>([&](auto columns, int i) NN_LAMBDA { body(rows, columns, o, i); });
    });
  }

  /// One block: M × N sums, each a vector over the samples, folded to one number each at the end.
  template <int T, int M, int N>
  NN_INLINE static void accumulate_block(const float* dy, const float* x, float* buffer) {
    Vec acc[M * N];
    NN_UNROLL for (int k = 0; k < M * N; ++k) acc[k] = Vec{};
    _Pragma("GCC unroll 2") for (int s = 0; s < T; s += kLanes) {
      Vec input[N];
      NN_UNROLL for (int n = 0; n < N; ++n) input[n] = load(x + n * T + s);
      NN_UNROLL for (int m = 0; m < M; ++m) {
        const Vec d = load(dy + m * T + s);
        NN_UNROLL for (int n = 0; n < N; ++n) acc[m * N + n] += d * input[n];
      }
    }
    NN_UNROLL for (int first = 0; first < M * N; first += kLanes) {
      const Vec sums = horizontal_sums([&](int k) NN_LAMBDA { return first + k < M * N ? acc[first + k] : Vec{}; });
      store(buffer + first, load(buffer + first) + sums);
    }
  }
};

/// sums[O][kLanes] += dy[O][T], lane by lane: the gradient of a bias, until `add_lanes` at the end of the batch.
template <int O, int T>
NN_NOINLINE void sum_lanes(const float* dy, float* sums) {
  dense_detail::check_tile<T>();
  NN_NO_UNROLL for (int o = 0; o < O; ++o) {
    Vec even = load(sums + o * kLanes), odd{};
    NN_UNROLL for (int s = 0; s < T; s += 2 * kLanes) {
      even += load(dy + o * T + s);
      if (s + kLanes < T) odd += load(dy + o * T + s + kLanes);
    }
    store(sums + o * kLanes, even + odd);
  }
}

/// db[O] += the lanes of sums[O][kLanes], added up.
template <int O>
inline void add_lanes(const float* sums, float* db) {
  NN_NO_UNROLL for (int o = 0; o < O; ++o) db[o] += horizontal_sum(load(sums + o * kLanes));
}

}  // namespace NN_ISA
}  // namespace nn
