// One vector type, as wide as the instruction set this file is compiled for, in compiler vector extensions.
//
// A comparison gives a VecInt, -1 in the lanes where it holds and 0 elsewhere: such a mask is what `select` and the
// logical functions take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

#include "../platform.h"

namespace nn {
inline namespace NN_ISA {

typedef float Vec __attribute__((vector_size(kLanes * 4)));
typedef std::int32_t VecInt __attribute__((vector_size(kLanes * 4)));
typedef std::uint32_t VecUnsigned __attribute__((vector_size(kLanes * 4)));
/// The same at any address, over storage of any type.
typedef float VecAnywhere __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
typedef std::int32_t VecIntAnywhere __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
typedef std::uint32_t VecUnsignedAnywhere __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));

NN_INLINE Vec load(const float* p) { return *reinterpret_cast<const VecAnywhere*>(p); }
NN_INLINE VecInt load(const std::int32_t* p) { return *reinterpret_cast<const VecIntAnywhere*>(p); }
NN_INLINE VecUnsigned load(const std::uint32_t* p) { return *reinterpret_cast<const VecUnsignedAnywhere*>(p); }
NN_INLINE void store(float* p, Vec v) { *reinterpret_cast<VecAnywhere*>(p) = v; }
NN_INLINE void store(std::int32_t* p, VecInt v) { *reinterpret_cast<VecIntAnywhere*>(p) = v; }
NN_INLINE void store(std::uint32_t* p, VecUnsigned v) { *reinterpret_cast<VecUnsignedAnywhere*>(p) = v; }

/// The same number in every lane. Not `Vec{} + s`, which would turn -0 into 0.
NN_INLINE Vec splat(float s) { return s - Vec{}; }
NN_INLINE VecInt splat(std::int32_t s) { return s - VecInt{}; }
NN_INLINE VecUnsigned splat(std::uint32_t s) { return s - VecUnsigned{}; }
/// All lanes true, or none.
NN_INLINE VecInt splat(bool s) { return splat(s ? -1 : 0); }

/// The bits of a float as an integer, and back.
NN_INLINE VecInt bits_of(Vec v) { return reinterpret_cast<VecInt>(v); }
NN_INLINE Vec from_bits(VecInt v) { return reinterpret_cast<Vec>(v); }

namespace vec_detail {

template <int... i>
NN_INLINE VecInt counted(std::integer_sequence<int, i...>) {
  return VecInt{i...};
}
template <class Index, int... i>
NN_INLINE Vec permute(Vec a, Vec b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, Index::at(i)...);
}
using Sequence = std::make_integer_sequence<int, kLanes>;

}  // namespace vec_detail

/// 0, 1, 2, … kLanes - 1.
NN_INLINE VecInt lane_numbers() { return vec_detail::counted(vec_detail::Sequence{}); }
/// True in the first n lanes.
NN_INLINE VecInt first_lanes(int n) { return lane_numbers() < n; }

/// A fixed permutation of two vectors: lane i of the result is lane Index::at(i) of (a, b) laid one behind the other.
template <class Index>
NN_INLINE Vec permute(Vec a, Vec b) {
  return vec_detail::permute<Index>(a, b, vec_detail::Sequence{});
}
/// Within each four lanes a0 b0 a1 b1, or a2 b2 a3 b3.
template <int kHigh>
struct Interleave {
  static constexpr int at(int i) { return (i & ~3) + 2 * kHigh + (i & 3) / 2 + (i & 1) * kLanes; }
};
/// Within each four lanes a0 a1 b0 b1, or a2 a3 b2 b3.
template <int kHigh>
struct InterleavePairs {
  static constexpr int at(int i) { return (i & ~3) + 2 * kHigh + (i & 1) + (i & 2) / 2 * kLanes; }
};
/// In groups of four lanes: the even ones (or the odd ones) of a, then those of b.
template <int kOdd>
struct Quarters {
  static constexpr int kHalf = kLanes / 2;
  static constexpr int at(int i) {
    return ((i % kHalf / 4 * 2 + kOdd) * 4 + i % 4 + i / kHalf * kLanes) % (2 * kLanes);
  }
};
/// Lanes kOffset, kOffset + kStep, … of (a, b): every second one takes pairs apart.
template <int kStep, int kOffset>
struct Every {
  static constexpr int at(int i) { return (kStep * i + kOffset) % (2 * kLanes); }
};
/// a0 b0 a1 b1 … through the whole vector: its first half, or its second.
template <int kHigh>
struct Zip {
  static constexpr int at(int i) { return (i + kHigh * kLanes) / 2 + i % 2 * kLanes; }
};

/// The first n of the numbers at p and zeros behind them (at all, if n ≤ 0; whole, if n ≥ kLanes). Touches nothing
/// else.
template <int n>
NN_INLINE Vec load_first(const float* p) {
  if constexpr (n >= kLanes) return load(p);
#if defined(__AVX512F__)
  else
    return reinterpret_cast<Vec>(_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << (n & 15)) - 1u), p));
#elif defined(__AVX2__)
  else
    return reinterpret_cast<Vec>(_mm256_maskload_ps(p, reinterpret_cast<__m256i>(first_lanes(n))));
#else
  Vec v{};
  NN_UNROLL for (int i = 0; i < n && i < kLanes; ++i) v[i] = p[i];
  return v;
#endif
}
/// Stores the first n lanes, and touches nothing behind them.
template <int n>
NN_INLINE void store_first(float* p, Vec v) {
  if constexpr (n >= kLanes) {
    store(p, v);
  } else {
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << (n & 15)) - 1u), reinterpret_cast<__m512>(v));
#elif defined(__AVX2__)
    _mm256_maskstore_ps(p, reinterpret_cast<__m256i>(first_lanes(n)), reinterpret_cast<__m256>(v));
#else
    NN_UNROLL for (int i = 0; i < n && i < kLanes; ++i) p[i] = v[i];
#endif
  }
}

/// Whether a mask holds in every lane.
NN_INLINE bool holds_everywhere(VecInt mask) {
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask(reinterpret_cast<__m512i>(mask), reinterpret_cast<__m512i>(mask)) == 0xffff;
#elif defined(__AVX2__)
  return _mm256_movemask_ps(reinterpret_cast<__m256>(mask)) == 0xff;
#elif defined(__SSE2__)
  return _mm_movemask_ps(reinterpret_cast<__m128>(mask)) == 0xf;
#else
  std::int32_t all = -1;
  NN_UNROLL for (int i = 0; i < kLanes; ++i) all &= mask[i];
  return all != 0;
#endif
}

#if NN_HAS_FMA
/// a * b + c with one rounding.
NN_INLINE Vec fused_multiply_add(Vec a, Vec b, Vec c) {
#if defined(__AVX512F__)
  return reinterpret_cast<Vec>(
      _mm512_fmadd_ps(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), reinterpret_cast<__m512>(c)));
#elif defined(__AVX2__)
  return reinterpret_cast<Vec>(
      _mm256_fmadd_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), reinterpret_cast<__m256>(c)));
#else
  NN_UNROLL for (int i = 0; i < kLanes; ++i) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return c;
#endif
}
#endif

/// The sum of all lanes, as a tree: the same order for every caller.
NN_INLINE float horizontal_sum(Vec v) {
  float part[kLanes];
  store(part, v);
  NN_UNROLL for (int half = kLanes / 2; half > 0; half /= 2) {
    NN_UNROLL for (int i = 0; i < half; ++i) part[i] += part[i + half];
  }
  return part[0];
}

/// Lane i of the result is the sum over the lanes of get(i). With 16 lanes: 16 sums in 30 shuffles and 15 additions.
template <class Get>
NN_INLINE Vec horizontal_sums(Get get) {
  const auto fold_lanes = [](Vec a, Vec b)
                              NN_LAMBDA { return permute<Interleave<0>>(a, b) + permute<Interleave<1>>(a, b); };
  const auto fold_pairs = [](Vec a, Vec b) NN_LAMBDA {
    return permute<InterleavePairs<0>>(a, b) + permute<InterleavePairs<1>>(a, b);
  };
  [[maybe_unused]] const auto fold_quarters = [](Vec a, Vec b) NN_LAMBDA {
    return permute<Quarters<0>>(a, b) + permute<Quarters<1>>(a, b);
  };
  Vec sums[kLanes / 4];
  NN_UNROLL for (int q = 0; q < kLanes / 4; ++q) {
    sums[q] = fold_pairs(fold_lanes(get(4 * q), get(4 * q + 1)), fold_lanes(get(4 * q + 2), get(4 * q + 3)));
  }
  if constexpr (kLanes == 4)
    return sums[0];
  else if constexpr (kLanes == 8)
    return fold_quarters(sums[0], sums[1]);
  else
    return fold_quarters(fold_quarters(sums[0], sums[1]), fold_quarters(sums[2], sums[3]));
}

namespace vec_detail {

/// Four floats in each group of four lanes: from p, p + step, p + 2 step, … (bytes).
template <class Step>
NN_INLINE Vec load_groups(const char* p, Step step) {
#if defined(__AVX512F__)
  __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(reinterpret_cast<const float*>(p)));
  v = _mm512_maskz_insertf32x4(0xffff, v, _mm_loadu_ps(reinterpret_cast<const float*>(p + step)), 1);
  v = _mm512_maskz_insertf32x4(0xffff, v, _mm_loadu_ps(reinterpret_cast<const float*>(p + 2 * step)), 2);
  v = _mm512_maskz_insertf32x4(0xffff, v, _mm_loadu_ps(reinterpret_cast<const float*>(p + 3 * step)), 3);
  return reinterpret_cast<Vec>(v);
#elif defined(__AVX2__)
  const __m256 v = _mm256_castps128_ps256(_mm_loadu_ps(reinterpret_cast<const float*>(p)));
  return reinterpret_cast<Vec>(_mm256_insertf128_ps(v, _mm_loadu_ps(reinterpret_cast<const float*>(p + step)), 1));
#else
  static_cast<void>(step);
  return load(reinterpret_cast<const float*>(p));
#endif
}

}  // namespace vec_detail

/// columns[c][r] = row r, column c of kLanes rows of kLanes floats, `stride` bytes apart. Half of the exchange is done
/// by the loads, which spares the port that shuffles.
template <class Stride>
NN_INLINE void load_transposed(const char* rows, Stride stride, Vec (&columns)[kLanes]) {
  NN_UNROLL for (int c = 0; c < kLanes; c += 4) {
    Vec group[4];
    NN_UNROLL for (int r = 0; r < 4; ++r) {
      group[r] = vec_detail::load_groups(rows + r * stride + c * 4, 4 * static_cast<std::ptrdiff_t>(stride));
    }
    const Vec a = permute<Interleave<0>>(group[0], group[1]), b = permute<Interleave<1>>(group[0], group[1]);
    const Vec d = permute<Interleave<0>>(group[2], group[3]), e = permute<Interleave<1>>(group[2], group[3]);
    columns[c] = permute<InterleavePairs<0>>(a, d), columns[c + 1] = permute<InterleavePairs<1>>(a, d);
    columns[c + 2] = permute<InterleavePairs<0>>(b, e), columns[c + 3] = permute<InterleavePairs<1>>(b, e);
  }
}

/// rows[r][c] becomes rows[c][r], kLanes vectors at once.
NN_INLINE void transpose(Vec (&rows)[kLanes]) {
  Vec t[kLanes];
  NN_UNROLL for (int q = 0; q < kLanes; q += 4) {
    const Vec a = permute<Interleave<0>>(rows[q], rows[q + 1]), b = permute<Interleave<1>>(rows[q], rows[q + 1]);
    const Vec c = permute<Interleave<0>>(rows[q + 2], rows[q + 3]),
              d = permute<Interleave<1>>(rows[q + 2], rows[q + 3]);
    t[q] = permute<InterleavePairs<0>>(a, c), t[q + 1] = permute<InterleavePairs<1>>(a, c);
    t[q + 2] = permute<InterleavePairs<0>>(b, d), t[q + 3] = permute<InterleavePairs<1>>(b, d);
  }
  NN_UNROLL for (int c = 0; c < 4; ++c) {
    if constexpr (kLanes == 4) {
      rows[c] = t[c];
    } else if constexpr (kLanes == 8) {
      rows[c] = permute<Quarters<0>>(t[c], t[c + 4]), rows[c + 4] = permute<Quarters<1>>(t[c], t[c + 4]);
    } else {
      const Vec a = permute<Quarters<0>>(t[c], t[c + 4]), b = permute<Quarters<1>>(t[c], t[c + 4]);
      const Vec d = permute<Quarters<0>>(t[c + 8], t[c + 12]), e = permute<Quarters<1>>(t[c + 8], t[c + 12]);
      rows[c] = permute<Quarters<0>>(a, d), rows[c + 4] = permute<Quarters<0>>(b, e);
      rows[c + 8] = permute<Quarters<1>>(a, d), rows[c + 12] = permute<Quarters<1>>(b, e);
    }
  }
}

}  // namespace NN_ISA
}  // namespace nn
