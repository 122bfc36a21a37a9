// f16 and bf16 in memory as vectors of floats: loads, stores, and the rounding that storage does.
#pragma once

#include <cstdint>
#include <cstring>

#include "../half.h"
#include "vec.h"

namespace nn {
inline namespace NN_ISA {

typedef std::uint16_t VecHalves __attribute__((vector_size(kLanes * 2)));

namespace half_detail {

NN_INLINE VecHalves load_bits(const void* p) {
  VecHalves h;
  std::memcpy(&h, p, sizeof h);
  return h;
}
NN_INLINE void store_bits(void* p, VecHalves h) { std::memcpy(p, &h, sizeof h); }

NN_INLINE Vec widen_f16(VecHalves h) {
#if defined(__AVX512F__)
  return reinterpret_cast<Vec>(_mm512_maskz_cvtph_ps(0xffff, reinterpret_cast<__m256i>(h)));
#elif defined(__AVX2__) && defined(__F16C__)
  return reinterpret_cast<Vec>(_mm256_cvtph_ps(reinterpret_cast<__m128i>(h)));
#else
  const VecUnsigned u = __builtin_convertvector(h, VecUnsigned), rest = u & 0x7fffu;
  const Vec scaled = reinterpret_cast<Vec>(rest << 13) * 0x1p112f;  // brings the subnormals into place too, exactly
  const VecUnsigned special = (rest << 13) | 0x7f800000u;
  const VecUnsigned magnitude = rest >= 0x7c00u ? special : reinterpret_cast<VecUnsigned>(scaled);
  return reinterpret_cast<Vec>(magnitude | (u & 0x8000u) << 16);
#endif
}
NN_INLINE VecHalves narrow_f16(Vec x) {
#if defined(__AVX512F__)
  return reinterpret_cast<VecHalves>(
      _mm512_maskz_cvtps_ph(0xffff, reinterpret_cast<__m512>(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#elif defined(__AVX2__) && defined(__F16C__)
  return reinterpret_cast<VecHalves>(_mm256_cvtps_ph(reinterpret_cast<__m256>(x), _MM_FROUND_TO_NEAREST_INT));
#else
  const VecUnsigned u = reinterpret_cast<VecUnsigned>(x), rest = u & 0x7fffffffu;
  const VecUnsigned normal = (rest - 0x38000000u + 0xfffu + (rest >> 13 & 1u)) >> 13;
  const VecUnsigned subnormal = reinterpret_cast<VecUnsigned>(reinterpret_cast<Vec>(rest) + 0.5f) - 0x3f000000u;
  VecUnsigned half = rest >= 0x38800000u ? normal : subnormal;
  half = rest >= 0x477ff000u ? VecUnsigned{} + 0x7c00u : half;
  half = rest > 0x7f800000u ? 0x7e00u | (rest >> 13 & 0x3ffu) : half;
  return __builtin_convertvector(half | (u >> 16 & 0x8000u), VecHalves);
#endif
}
/// The nearest bf16, in the upper half of each lane.
NN_INLINE VecUnsigned rounded_bf16(Vec x) {
  const VecUnsigned u = reinterpret_cast<VecUnsigned>(x);
  const VecUnsigned nearest = u + (0x7fffu + (u >> 16 & 1u));
  const VecUnsigned bits = (u & 0x7fffffffu) > 0x7f800000u ? u | 0x400000u : nearest;  // NaN: a quiet one
  return bits & 0xffff0000u;
}

}  // namespace half_detail

NN_INLINE Vec load(const f16* p) { return half_detail::widen_f16(half_detail::load_bits(p)); }
NN_INLINE void store(f16* p, Vec v) { half_detail::store_bits(p, half_detail::narrow_f16(v)); }
NN_INLINE Vec load(const bf16* p) {
  return reinterpret_cast<Vec>(__builtin_convertvector(half_detail::load_bits(p), VecUnsigned) << 16);
}
NN_INLINE void store(bf16* p, Vec v) {
  half_detail::store_bits(p, __builtin_convertvector(half_detail::rounded_bf16(v) >> 16, VecHalves));
}

/// The nearest number that f16 or bf16 holds, ties to even.
NN_INLINE Vec round_f16(Vec x) { return half_detail::widen_f16(half_detail::narrow_f16(x)); }
NN_INLINE Vec round_bf16(Vec x) { return reinterpret_cast<Vec>(half_detail::rounded_bf16(x)); }

}  // namespace NN_ISA
}  // namespace nn
