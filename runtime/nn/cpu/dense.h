// Dense products over a tile of T samples stored feature by feature, x[feature][T]: a lane is a sample.
//
// `product` is weight × vector of samples, and serves a layer and, with the two strides of the weights exchanged, the
// gradient to its input. Weights are read as stored, w[out][in]; no width has to be a multiple of anything. The
// gradient to the weights is `WeightGradient`, the gradient to a bias `sum_lanes` and `add_lanes`.
#pragma once

#include "blocks.h"
#include "vec.h"
#include "weight_gradient.h"

namespace nn {
inline namespace NN_ISA {

/// For each row m < M and each vector of samples that starts at sample s, in any order:
///   done(m, s, init(m, s) + sum over k < K of w[m * kRowStep + k * kTermStep] * x[k * T + s … s + kLanes - 1]).
/// `init` returns a Vec (the bias, or zero); `done` stores it, with what belongs to the store: an activation, a
/// derivative.
template <int M, int K, int kRowStep, int kTermStep, int T, class Init, class Done>
NN_NOINLINE void product(const float* w, const float* x, Init init, Done done) {
  static_assert(M > 0 && K > 0, "a product has rows and terms");
  blocks::check_tile<T>();
  constexpr int kPreferred = M <= 4 ? 2 * blocks::kVectors : blocks::kVectors;  // few rows: more vectors
  constexpr int N = blocks::largest_divisor(T / kLanes, kPreferred);
  for (int s = 0; s < T; s += N * kLanes) {
    blocks::for_blocks<M, blocks::rows_for(N)>([&](auto rows, int first) NN_LAMBDA {
      blocks::product_block<rows, N, K, kRowStep, kTermStep, T>(
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

/// sums[O][kLanes] += dy[O][T], lane by lane: the gradient of a bias, until `add_lanes` at the end of the batch.
template <int O, int T>
NN_NOINLINE void sum_lanes(const float* dy, float* sums) {
  blocks::check_tile<T>();
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
