// Rows of a table by number: gather for a vector of samples, and the addition of its gradient, sample after sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "vec.h"

// A gather instruction of 64-bit pairs is the fastest way to rows of two on Intel's cores with AVX-512, and slower than
// loads on AMD's.
#if defined(__AVX512F__) && !defined(__znver3__) && !defined(__znver4__) && !defined(__znver5__)
#define NN_FAST_GATHER 1
#else
#define NN_FAST_GATHER 0
#endif

namespace nn {
inline namespace NN_ISA {
namespace table_detail {

template <int F>
NN_INLINE std::size_t offset(std::int32_t row) {
  return static_cast<std::size_t>(static_cast<std::uint32_t>(row)) * F;
}

/// at[0], at[1] += pair[0], pair[1].
NN_INLINE void add_pair(float* at, const float* pair) {
#if defined(__SSE2__)
  const auto two = [](const float* p) NN_LAMBDA {
    double both;
    std::memcpy(&both, p, 8);
    return _mm_castpd_ps(_mm_set_sd(both));
  };
  const double sum = _mm_cvtsd_f64(_mm_castps_pd(_mm_add_ps(two(at), two(pair))));
  std::memcpy(at, &sum, 8);
#else
  at[0] += pair[0], at[1] += pair[1];
#endif
}

}  // namespace table_detail

/// out[f] = table[row][f] of table[rows][F], one row for each lane. Every row must lie inside the table.
template <int F>
NN_INLINE void gather(const float* table, VecInt row, Vec (&out)[F]) {
  static_assert(F > 0, "a row has at least one number");
#if NN_FAST_GATHER
  if constexpr (F == 2) {
    // With a source and a mask of its own, and halves by shuffles: g++ 12 warns of undefined values inside its header
    // else.
    typedef std::int32_t HalfRow __attribute__((vector_size(32)));
    const auto pairs = [&](HalfRow rows) NN_LAMBDA {
      return reinterpret_cast<Vec>(
          _mm512_mask_i32gather_pd(_mm512_setzero_pd(), 0xff, reinterpret_cast<__m256i>(rows), table, 8));
    };
    const Vec low = pairs(__builtin_shufflevector(row, row, 0, 1, 2, 3, 4, 5, 6, 7));
    const Vec high = pairs(__builtin_shufflevector(row, row, 8, 9, 10, 11, 12, 13, 14, 15));
    out[0] = permute<Every<2, 0>>(low, high), out[1] = permute<Every<2, 1>>(low, high);
    return;
  }
#endif
  alignas(64) std::int32_t number[kLanes];
  store(number, row);
  if constexpr (F == 2) {  // a 64-bit load a lane, through the stack
    alignas(64) float pair[2 * kLanes];
    NN_UNROLL for (int i = 0; i < kLanes; ++i) std::memcpy(pair + 2 * i, table + table_detail::offset<2>(number[i]), 8);
    const Vec low = load(pair), high = load(pair + kLanes);
    out[0] = permute<Every<2, 0>>(low, high), out[1] = permute<Every<2, 1>>(low, high);
  } else if constexpr (F == 4) {
    alignas(64) float four[4 * kLanes];
    NN_UNROLL for (int i = 0; i < kLanes; ++i)
        std::memcpy(four + 4 * i, table + table_detail::offset<4>(number[i]), 16);
    const Vec a = load(four), b = load(four + kLanes), c = load(four + 2 * kLanes), d = load(four + 3 * kLanes);
    const Vec even_low = permute<Every<2, 0>>(a, b), even_high = permute<Every<2, 0>>(c, d);
    const Vec odd_low = permute<Every<2, 1>>(a, b), odd_high = permute<Every<2, 1>>(c, d);
    out[0] = permute<Every<2, 0>>(even_low, even_high), out[1] = permute<Every<2, 0>>(odd_low, odd_high);
    out[2] = permute<Every<2, 1>>(even_low, even_high), out[3] = permute<Every<2, 1>>(odd_low, odd_high);
  } else {
    NN_UNROLL for (int f = 0; f < F; ++f) {
      alignas(64) float one[kLanes];
      NN_UNROLL for (int i = 0; i < kLanes; ++i) one[i] =
          table[table_detail::offset<F>(number[i]) + static_cast<std::size_t>(f)];
      out[f] = load(one);
    }
  }
}
/// The same for one sample.
template <int F>
NN_INLINE void gather(const float* table, std::int32_t row, float (&out)[F]) {
  std::memcpy(out, table + table_detail::offset<F>(row), sizeof out);
}

/// table[row][f] += value[f] for the first `lanes` lanes, one after the other: rows may repeat, and the order of
/// additions is that of the samples.
template <int F>
NN_INLINE void scatter_add(float* table, VecInt row, const Vec (&value)[F], int lanes = kLanes) {
  alignas(64) std::int32_t number[kLanes];
  store(number, row);
  if constexpr (F == 2) {  // one 64-bit addition a lane
    alignas(64) float pair[2 * kLanes];
    store(pair, permute<Zip<0>>(value[0], value[1])), store(pair + kLanes, permute<Zip<1>>(value[0], value[1]));
    NN_UNROLL for (int i = 0; i < kLanes; ++i) {
      if (i < lanes) table_detail::add_pair(table + table_detail::offset<2>(number[i]), pair + 2 * i);
    }
  } else {
    alignas(64) float column[F][kLanes];
    NN_UNROLL for (int f = 0; f < F; ++f) store(column[f], value[f]);
    NN_NO_UNROLL for (int i = 0; i < lanes; ++i) {
      float* at = table + table_detail::offset<F>(number[i]);
      NN_UNROLL for (int f = 0; f < F; ++f) at[f] += column[f][i];
    }
  }
}
/// The same, for the lanes in which `mask` holds.
template <int F>
NN_INLINE void scatter_add(float* table, VecInt row, const Vec (&value)[F], VecInt mask) {
  alignas(64) std::int32_t number[kLanes], holds[kLanes];
  alignas(64) float column[F][kLanes];
  store(number, row), store(holds, mask);
  NN_UNROLL for (int f = 0; f < F; ++f) store(column[f], value[f]);
  NN_NO_UNROLL for (int i = 0; i < kLanes; ++i) {
    if (holds[i] == 0) continue;
    float* at = table + table_detail::offset<F>(number[i]);
    NN_UNROLL for (int f = 0; f < F; ++f) at[f] += column[f][i];
  }
}
/// The same for one sample.
template <int F>
NN_INLINE void scatter_add(float* table, std::int32_t row, const float (&value)[F]) {
  float* at = table + table_detail::offset<F>(row);
  NN_UNROLL for (int f = 0; f < F; ++f) at[f] += value[f];
}

}  // namespace NN_ISA
}  // namespace nn
