// Dense products over a tile of T samples stored feature by feature, x[feature][T]: a thread is a lane is a sample.
//
// Two kinds serve every dense layer, as on the CPU. `product` is a thread's own: weight × the lane's number, the layer
// itself and, with the strides of the weights exchanged, the gradient to its input. `accumulate_outer` and `sum_lanes`
// are the block's: a thread owns elements of the result and adds up the lanes in their order. Weights are read as
// stored, w[out][in]; no width has to be a multiple of anything. A tile buffer begins at a multiple of 16 bytes.
#pragma once

#include <type_traits>

#include "device.h"

namespace nn {
namespace cuda {
namespace dense_detail {

/// Rows of a product that a thread holds at once.
inline constexpr int kRows = 16;

/// Splits `kTotal` rows into the fewest blocks of at most `kMost`, as even as they can be: two sizes at most, and no
/// remainder code. Calls body(std::integral_constant<int, rows>, first row) block by block.
template <int kTotal, int kMost, class Body>
NN_ANYWHERE void for_blocks(Body body) {
  constexpr int kCount = ceil_div(kTotal, kMost), kLarge = ceil_div(kTotal, kCount);
  constexpr int kLarges = kTotal - kCount * (kLarge - 1);
  for (int b = 0; b < kLarges; ++b) body(std::integral_constant<int, kLarge>{}, b * kLarge);
  if constexpr (kLarges < kCount) {
    for (int row = kLarges * kLarge; row < kTotal; row += kLarge - 1) {
      body(std::integral_constant<int, kLarge - 1>{}, row);
    }
  }
}

template <int M, int K, int kRowStep, int kTermStep, int T, class Init, class Done>
NN_ANYWHERE void product_block(const float* w, const float* x, Init init, Done done) {
  float acc[M];
  NN_DEVICE_UNROLL for (int m = 0; m < M; ++m) acc[m] = init(m);
  NN_DEVICE_UNROLL_BY_4 for (int k = 0; k < K; ++k) {
    const float input = x[k * T];
    NN_DEVICE_UNROLL for (int m = 0; m < M; ++m) acc[m] += read_only(w + m * kRowStep + k * kTermStep) * input;
  }
  NN_DEVICE_UNROLL for (int m = 0; m < M; ++m) done(m, acc[m]);
}

template <int T>
NN_DEVICE constexpr void check_tile() {
  static_assert(T > 0 && T % 32 == 0, "a tile has as many samples as its block has threads: whole warps");
}

}  // namespace dense_detail

/// For each row m < M, in any order:
///   done(m, init(m) + sum over k < K of w[m * kRowStep + k * kTermStep] * x[k][lane]).
/// `init` gives the bias, or zero, or what is added to; `done` stores the sum, with what belongs to the store. No
/// thread may write w while the kernel runs.
template <int M, int K, int kRowStep, int kTermStep, int T, class Init, class Done>
NN_ANYWHERE void product(const float* w, const float* x, int lane, Init init, Done done) {
  static_assert(M > 0 && K > 0, "a product has rows and terms");
  dense_detail::for_blocks<M, dense_detail::kRows>([&](auto rows, int first) {
    dense_detail::product_block<decltype(rows)::value, K, kRowStep, kTermStep, T>(
        w + first * kRowStep, x + lane, [&](int m) { return init(first + m); },
        [&](int m, float value) { done(first + m, value); });
  });
}

/// A layer: done(o, init(o) + sum_i w[o][i] * x[i][lane]), with w[O][I].
template <int O, int I, int T, class Init, class Done>
NN_ANYWHERE void dense(const float* w, const float* x, int lane, Init init, Done done) {
  product<O, I, I, 1, T>(w, x, lane, init, done);
}

/// The gradient to a layer's input: done(i, init(i) + sum_o w[o][i] * dy[o][lane]), with w[O][I].
template <int I, int O, int T, class Init, class Done>
NN_ANYWHERE void dense_transposed(const float* w, const float* dy, int lane, Init init, Done done) {
  product<I, O, 1, I, T>(w, dy, lane, init, done);
}

/// buffer[M][T] = 0 in this lane if it lies beyond the batch's end, lane ≥ count: it then adds nothing to a sum.
template <int M, int T>
NN_DEVICE void clear_lanes(float* buffer, int lane, int count) {
  if (lane < count) return;
  for (int m = 0; m < M; ++m) buffer[m * T + lane] = 0;
}

/// dw[m * row_step + k] += sum over the lanes of dy[m][lane] * x[k][lane]. A block of T threads calls it together,
/// between two barriers: all of dy and x is read by all.
template <int M, int K, int T>
NN_DEVICE void accumulate_outer(const float* dy, const float* x, float* dw, int row_step) {
  static_assert(M > 0 && K > 0, "a weight matrix has rows and columns");
  dense_detail::check_tile<T>();
  constexpr int kSide = M * K >= 16 * T ? 4 : M * K >= 4 * T ? 2 : 1;  // of a thread's square; each thread gets one
  constexpr int kColumns = ceil_div(K, kSide), kSquares = ceil_div(M, kSide) * kColumns;
  for (int square = static_cast<int>(threadIdx.x); square < kSquares; square += T) {
    const int first_m = square / kColumns * kSide, first_k = square % kColumns * kSide;
    const auto row = [](int i, int last) { return i < last ? i : last; };  // beyond the edge: computed, not stored
    float sum[kSide][kSide] = {};
    for (int s = 0; s < T; s += 4) {
      float d[kSide][4], input[kSide][4];
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
template <int M, int T>
NN_DEVICE void sum_lanes(const float* x, float* sums) {
  static_assert(M > 0, "a sum has rows");
  dense_detail::check_tile<T>();
  for (int m = static_cast<int>(threadIdx.x); m < M; m += T) {
    float sum = 0;
    for (int s = 0; s < T; s += 4) {
      float four[4];
      load_four(x + m * T + s, four);
      NN_DEVICE_UNROLL for (int l = 0; l < 4; ++l) sum += four[l];
    }
    sums[m] += sum;
  }
}

}  // namespace cuda
}  // namespace nn
