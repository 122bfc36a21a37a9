// A tile x[feature][T] in double: what cpu/dense.h, cpu/table.h and cpu/tile.h have for vectors of floats, as plain
// loops over the samples. Models of `precision f64` run through them; parameters and their gradients stay f32.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../f64.h"
#include "../platform.h"

namespace nn {
inline namespace NN_ISA {
namespace f64 {

/// done(m, s, init(m, s) + sum over k < K of w[m * kRowStep + k * kTermStep] * x[k][s]) for each row m < M, each
/// sample s.
template <int M, int K, int kRowStep, int kTermStep, int T, class W, class Init, class Done>
inline void product(const W* w, const double* x, Init init, Done done) {
  static_assert(M > 0 && K > 0, "a product has rows and terms");
  for (int m = 0; m < M; ++m) {
    double sum[T];
    for (int s = 0; s < T; ++s) sum[s] = init(m, s);
    for (int k = 0; k < K; ++k) {
      const double weight = w[m * kRowStep + k * kTermStep];
      for (int s = 0; s < T; ++s) sum[s] += weight * x[k * T + s];
    }
    for (int s = 0; s < T; ++s) done(m, s, sum[s]);
  }
}
/// A layer, with w[O][I].
template <int O, int I, int T, class W, class Init, class Done>
inline void dense(const W* w, const double* x, Init init, Done done) {
  product<O, I, I, 1, T>(w, x, init, done);
}
/// The gradient to a layer's input, with w[O][I].
template <int I, int O, int T, class W, class Init, class Done>
inline void dense_transposed(const W* w, const double* dy, Init init, Done done) {
  product<I, O, 1, I, T>(w, dy, init, done);
}

/// sums[m][k] += sum over the samples of dy[m][s] * x[k][s].
template <int M, int K, int T>
inline void accumulate_outer(const double* dy, const double* x, double* sums) {
  for (int m = 0; m < M; ++m) {
    for (int k = 0; k < K; ++k) {
      double sum = 0.0;
      for (int s = 0; s < T; ++s) sum += dy[m * T + s] * x[k * T + s];
      sums[m * K + k] += sum;
    }
  }
}
/// sums[m] += sum over the samples of x[m][s].
template <int M, int T>
inline void sum_lanes(const double* x, double* sums) {
  for (int m = 0; m < M; ++m) {
    for (int s = 0; s < T; ++s) sums[m] += x[m * T + s];
  }
}
/// to[m * row_step + k] += sums[m][k]: where a batch's sums end up, f32 for parameters.
template <int M, int K, class E>
inline void add_sums(const double* sums, E* to, int row_step = K) {
  for (int m = 0; m < M; ++m) {
    for (int k = 0; k < K; ++k) to[m * row_step + k] = static_cast<E>(to[m * row_step + k] + sums[m * K + k]);
  }
}

/// x[N][T]: sets the lanes from `count` on to zero, so that they add nothing to sums over samples.
template <int N, int T>
inline void clear_lanes(double* x, int count) {
  for (int i = 0; i < N; ++i) {
    for (int s = count; s < T; ++s) x[i * T + s] = 0.0;
  }
}

/// out[f] = table[row][f] of table[rows][F]. The row must lie inside the table.
template <int F, class E, class V>
NN_INLINE void gather(const E* table, std::int32_t row, V (&out)[F]) {
  for (int f = 0; f < F; ++f) out[f] = table[static_cast<std::ptrdiff_t>(row) * F + f];
}
/// table[row][f] += value[f], if `valid`.
template <int F, class E>
NN_INLINE void scatter_add(E* table, std::int32_t row, const double (&value)[F], bool valid) {
  if (!valid) return;
  E* at = table + static_cast<std::ptrdiff_t>(row) * F;
  for (int f = 0; f < F; ++f) at[f] = static_cast<E>(at[f] + value[f]);
}

}  // namespace f64
}  // namespace NN_ISA
}  // namespace nn
