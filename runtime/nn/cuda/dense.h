// Dense products of one lane of a tile stored feature by feature, x[feature][T]: a thread is a lane is a sample.
//
// `product` is weight × the lane's number: a layer itself and, with the strides of the weights exchanged, the gradient
// to its input. Weights are read as stored, w[out][in]; no width has to be a multiple of anything. The gradient of the
// weights is a sum over lanes (sums.h). Numbers are float or, under `precision f64`, double with weights of either.
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

template <int M, int K, int kRowStep, int kTermStep, int T, class W, class E, class Init, class Done>
NN_ANYWHERE void product_block(const W* w, const E* x, Init init, Done done) {
  E acc[M];
  NN_DEVICE_UNROLL for (int m = 0; m < M; ++m) acc[m] = init(m);
  NN_DEVICE_UNROLL_BY_4 for (int k = 0; k < K; ++k) {
    const E input = x[k * T];
    NN_DEVICE_UNROLL for (int m = 0; m < M; ++m) acc[m] += read_only(w + m * kRowStep + k * kTermStep) * input;
  }
  NN_DEVICE_UNROLL for (int m = 0; m < M; ++m) done(m, acc[m]);
}

}  // namespace dense_detail

/// For each row m < M, in any order:
///   done(m, init(m) + sum over k < K of w[m * kRowStep + k * kTermStep] * x[k][lane]).
/// `init` gives the bias, or zero, or what is added to; `done` stores the sum, with what belongs to the store. No
/// thread may write w while the kernel runs.
template <int M, int K, int kRowStep, int kTermStep, int T, class W, class E, class Init, class Done>
NN_ANYWHERE void product(const W* w, const E* x, int lane, Init init, Done done) {
  static_assert(M > 0 && K > 0, "a product has rows and terms");
  dense_detail::for_blocks<M, dense_detail::kRows>([&](auto rows, int first) {
    dense_detail::product_block<decltype(rows)::value, K, kRowStep, kTermStep, T>(
        w + first * kRowStep, x + lane, [&](int m) { return init(first + m); },
        [&](int m, E value) { done(first + m, value); });
  });
}

/// A layer: done(o, init(o) + sum_i w[o][i] * x[i][lane]), with w[O][I].
template <int O, int I, int T, class W, class E, class Init, class Done>
NN_ANYWHERE void dense(const W* w, const E* x, int lane, Init init, Done done) {
  product<O, I, I, 1, T>(w, x, lane, init, done);
}

/// The gradient to a layer's input: done(i, init(i) + sum_o w[o][i] * dy[o][lane]), with w[O][I].
template <int I, int O, int T, class W, class E, class Init, class Done>
NN_ANYWHERE void dense_transposed(const W* w, const E* dy, int lane, Init init, Done done) {
  product<I, O, 1, I, T>(w, dy, lane, init, done);
}

}  // namespace cuda
}  // namespace nn
