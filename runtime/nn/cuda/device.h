// What device code uses and C++ does not have: one small function each, and beside it what it means in plain C++.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "../platform.h"

#define NN_DEVICE __device__ __forceinline__
/// Of a thread alone, and therefore of a host's one sample as well.
#define NN_ANYWHERE __host__ __device__ __forceinline__
/// A loop over a register array: unrolled in full, or the array lives in memory.
#if defined(__CUDA_ARCH__)
#define NN_DEVICE_UNROLL _Pragma("unroll")
#define NN_DEVICE_UNROLL_BY_4 _Pragma("unroll 4")
#else
#define NN_DEVICE_UNROLL
#define NN_DEVICE_UNROLL_BY_4
#endif

namespace nn {
namespace cuda {

/// Whether an address is a multiple of so many bytes.
NN_ANYWHERE bool is_aligned(const void* at, std::size_t bytes) {
  return reinterpret_cast<std::uintptr_t>(at) % bytes == 0;
}

/// A number that no thread writes while the kernel runs.
template <class E>
NN_ANYWHERE E read_only(const E* at) {
#if defined(__CUDA_ARCH__)
  return __ldg(at);
#else
  return *at;
#endif
}

/// F such numbers, in accesses as wide as F and the address allow.
template <int F>
NN_ANYWHERE void read_only(const float* at, float (&out)[F]) {
#if defined(__CUDA_ARCH__)
  if (F % 4 == 0 && is_aligned(at, 16)) {
    NN_DEVICE_UNROLL for (int f = 0; f + 3 < F; f += 4) {
      const float4 v = __ldg(reinterpret_cast<const float4*>(at + f));
      out[f] = v.x, out[f + 1] = v.y, out[f + 2] = v.z, out[f + 3] = v.w;
    }
    return;
  }
  if (F % 2 == 0 && is_aligned(at, 8)) {
    NN_DEVICE_UNROLL for (int f = 0; f + 1 < F; f += 2) {
      const float2 v = __ldg(reinterpret_cast<const float2*>(at + f));
      out[f] = v.x, out[f + 1] = v.y;
    }
    return;
  }
#endif
  NN_DEVICE_UNROLL for (int f = 0; f < F; ++f) out[f] = read_only(at + f);
}

/// Four numbers at a multiple of 16 bytes, in one access.
NN_DEVICE void load_four(const float* at, float (&out)[4]) {
#if defined(__CUDA_ARCH__)
  const float4 v = *reinterpret_cast<const float4*>(at);
  out[0] = v.x, out[1] = v.y, out[2] = v.z, out[3] = v.w;
#else
  std::memcpy(out, at, sizeof out);
#endif
}

NN_DEVICE void load_four(const double* at, double (&out)[4]) {
  NN_DEVICE_UNROLL for (int l = 0; l < 4; ++l) out[l] = at[l];
}

/// at[f] += value[f] for global memory that other threads add to as well, each element by itself: in one instruction
/// from compute capability 9.0 on, where F and the address allow.
template <int F>
NN_DEVICE void add_atomically(float* at, const float (&value)[F]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  if (F % 4 == 0 && is_aligned(at, 16)) {
    NN_DEVICE_UNROLL for (int f = 0; f + 3 < F; f += 4) {
      asm volatile("red.global.add.v4.f32 [%0], {%1, %2, %3, %4};"
                   :
                   : "l"(__cvta_generic_to_global(at + f)), "f"(value[f]), "f"(value[f + 1]), "f"(value[f + 2]),
                     "f"(value[f + 3])
                   : "memory");
    }
    return;
  }
  if (F % 2 == 0 && is_aligned(at, 8)) {
    NN_DEVICE_UNROLL for (int f = 0; f + 1 < F; f += 2) {
      asm volatile("red.global.add.v2.f32 [%0], {%1, %2};"
                   :
                   : "l"(__cvta_generic_to_global(at + f)), "f"(value[f]), "f"(value[f + 1])
                   : "memory");
    }
    return;
  }
#endif
  NN_DEVICE_UNROLL for (int f = 0; f < F; ++f) atomicAdd(at + f, value[f]);
}

}  // namespace cuda
}  // namespace nn
