// What a tile needs besides products, rows and tables: absent samples, sums over samples, the test for finite numbers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "math.h"
#include "vec.h"

namespace nn {
inline namespace NN_ISA {

/// The start of a product that adds to nothing: its `init`.
struct FromZero {
  NN_INLINE Vec operator()(int, int) const { return Vec{}; }
};
inline constexpr FromZero kFromZero{};

/// The start of a product that adds to a bias, one number a row.
struct FromRow {
  const float* bias;
  NN_INLINE Vec operator()(int row, int) const { return splat(bias[row]); }
};

/// x[N][T]: sets the lanes from `count` on to zero, so that they add nothing to sums over samples.
template <int N, int T>
inline void clear_lanes(float* x, int count) {
  if (count >= T) return;
  for (int i = 0; i < N; ++i) {
    for (int s = count; s < T; ++s) x[i * T + s] = 0.0f;
  }
}

/// sums[kLanes] += v.
NN_INLINE void add_lanes_to(float* sums, Vec v) { store(sums, load(sums) + v); }
NN_INLINE void add_lanes_to(float* sums, float v) { store(sums, load(sums) + v); }

/// x[feature][T] at lanes of their own: for each lane its own feature.
template <int T>
NN_INLINE Vec load_own(const float* x, VecInt feature) {
  Vec v;
  for (int lane = 0; lane < kLanes; ++lane) v[lane] = x[feature[lane] * T + lane];
  return v;
}
template <int T>
NN_INLINE VecInt load_own(const std::int32_t* x, VecInt feature) {
  VecInt v;
  for (int lane = 0; lane < kLanes; ++lane) v[lane] = x[feature[lane] * T + lane];
  return v;
}
template <int T>
NN_INLINE void add_to_own(float* x, VecInt feature, Vec v) {
  for (int lane = 0; lane < kLanes; ++lane) x[feature[lane] * T + lane] += v[lane];
}

/// True if none of the numbers is infinite or NaN.
inline bool are_finite(const float* x, std::size_t count) {
  VecInt bad{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) bad |= ~is_finite(load(x + i));
  bool all = holds_everywhere(~bad);
  for (; i < count; ++i) all = all && is_finite(x[i]);
  return all;
}

}  // namespace NN_ISA
}  // namespace nn
