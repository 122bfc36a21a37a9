// Stands in for CUDA's <cuda_runtime.h>: a .cu file that starts its kernels with cudaLaunchKernel compiles as C++ and
// runs on the CPU. What is here behaves as on a device, except that everything is done when the call returns: a stream
// executes at once. Mistakes that a device forgives or hides are reported (grid.h); fresh memory is filled with NaN.
//
// `extern __shared__ float buffer[]` cannot be said in C++: dynamic shared memory is behind a function.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "grid.h"

#define __host__
#define __device__
#define __global__
#define __constant__
#define __shared__ static thread_local
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(bytes) alignas(bytes)

// Vectors.

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};
struct uint3 {
  unsigned x, y, z;
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) int2 {
  int x, y;
};
struct alignas(16) int4 {
  int x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

// What a thread knows of itself.

#define threadIdx (::cuda_shim::position.thread)
#define blockIdx (::cuda_shim::position.block)
#define blockDim (::cuda_shim::position.block_size)
#define gridDim (::cuda_shim::position.grid_size)
inline constexpr int warpSize = 32;

// Barriers and collectives. Each notes the line of its call, so that two that must not meet are told apart.

#define CUDA_SHIM_PLACE const char *file = __builtin_FILE(), int line = __builtin_LINE()

inline void __syncthreads(CUDA_SHIM_PLACE) { cuda_shim::meet_block({"__syncthreads", file, line}); }
inline void __syncwarp(unsigned mask = cuda_shim::lanes_of_warp(), CUDA_SHIM_PLACE) {
  cuda_shim::meet_warp(mask, {"__syncwarp", file, line}, nullptr, [](std::uint32_t, void* const(&)[32]) {});
}
inline void __threadfence() {}
inline void __threadfence_block() {}

namespace cuda_shim {

/// What a lane brings to a shuffle: its value and the lane whose value it takes.
template <class T>
struct Shuffled {
  T value;
  T taken;
  unsigned from;
};

/// The value of lane `from`, which must take part.
template <class T>
T shuffle(unsigned mask, const Place& place, T value, unsigned from) {
  static_assert(std::is_trivially_copyable_v<T> && (sizeof(T) == 4 || sizeof(T) == 8), "a shuffle moves 4 or 8 bytes");
  Shuffled<T> mine{value, value, from};
  meet_warp(mask, place, &mine, [](std::uint32_t all, void* const(&brought)[32]) {
    for (void* lane : brought) {
      if (lane == nullptr) continue;
      auto& to = *static_cast<Shuffled<T>*>(lane);
      if ((all >> to.from & 1) == 0) fail("a shuffle reads lane %u, which does not take part", to.from);
      to.taken = static_cast<Shuffled<T>*>(brought[to.from])->value;
    }
  });
  return mine.taken;
}

/// The lanes in which `predicate` holds.
inline unsigned vote(unsigned mask, const Place& place, bool predicate) {
  std::pair<bool, unsigned> mine{predicate, 0};
  meet_warp(mask, place, &mine, [](std::uint32_t, void* const(&brought)[32]) {
    unsigned holds = 0;
    for (unsigned l = 0; l < 32; ++l) {
      if (brought[l] != nullptr && static_cast<std::pair<bool, unsigned>*>(brought[l])->first) holds |= 1u << l;
    }
    for (void* lane : brought) {
      if (lane != nullptr) static_cast<std::pair<bool, unsigned>*>(lane)->second = holds;
    }
  });
  return mine.second;
}

}  // namespace cuda_shim

template <class T>
T __shfl_sync(unsigned mask, T value, int from, int width = 32, CUDA_SHIM_PLACE) {
  const unsigned lane = cuda_shim::lane(), w = static_cast<unsigned>(width);
  return cuda_shim::shuffle(mask, {"__shfl_sync", file, line}, value, lane / w * w + static_cast<unsigned>(from) % w);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, CUDA_SHIM_PLACE) {
  const unsigned lane = cuda_shim::lane(), w = static_cast<unsigned>(width), from = lane ^ static_cast<unsigned>(bits);
  return cuda_shim::shuffle(mask, {"__shfl_xor_sync", file, line}, value, from / w > lane / w ? lane : from);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32, CUDA_SHIM_PLACE) {
  const unsigned lane = cuda_shim::lane(), w = static_cast<unsigned>(width);
  return cuda_shim::shuffle(mask, {"__shfl_down_sync", file, line}, value, lane % w + by < w ? lane + by : lane);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32, CUDA_SHIM_PLACE) {
  const unsigned lane = cuda_shim::lane(), w = static_cast<unsigned>(width);
  return cuda_shim::shuffle(mask, {"__shfl_up_sync", file, line}, value, lane % w >= by ? lane - by : lane);
}
inline unsigned __ballot_sync(unsigned mask, int predicate, CUDA_SHIM_PLACE) {
  return cuda_shim::vote(mask, {"__ballot_sync", file, line}, predicate != 0);
}
inline int __any_sync(unsigned mask, int predicate, CUDA_SHIM_PLACE) {
  return cuda_shim::vote(mask, {"__any_sync", file, line}, predicate != 0) != 0;
}
inline int __all_sync(unsigned mask, int predicate, CUDA_SHIM_PLACE) {
  return cuda_shim::vote(mask, {"__all_sync", file, line}, predicate != 0) == mask;
}

// Atomics: threads do not interrupt each other. They return what was there before.

namespace cuda_shim {
template <class T, class Change>
T atomically(T* at, Change change) {
  if (reinterpret_cast<std::uintptr_t>(at) % sizeof(T) != 0) fail("an atomic access to a misaligned address");
  const T before = *at;
  *at = change(before);
  return before;
}
}  // namespace cuda_shim

template <class T>
T atomicAdd(T* at, T value) {
  static_assert(std::is_arithmetic_v<T> && sizeof(T) >= 4, "an atomic addition is of 32 or 64 bits");
  return cuda_shim::atomically(at, [&](T before) { return static_cast<T>(before + value); });
}
template <class T>
T atomicExch(T* at, T value) {
  return cuda_shim::atomically(at, [&](T) { return value; });
}
template <class T>
T atomicCAS(T* at, T expected, T value) {
  return cuda_shim::atomically(at, [&](T before) { return before == expected ? value : before; });
}
template <class T>
T atomicMax(T* at, T value) {
  static_assert(std::is_integral_v<T>, "an atomic maximum is of integers");
  return cuda_shim::atomically(at, [&](T before) { return before < value ? value : before; });
}
template <class T>
T atomicOr(T* at, T value) {
  return cuda_shim::atomically(at, [&](T before) { return before | value; });
}

template <class T>
T __ldg(const T* at) {
  return *at;
}
template <class To, class From>
To cuda_shim_bits(From from) {
  static_assert(sizeof(To) == sizeof(From), "the same bits, read otherwise");
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}
inline int __float_as_int(float x) { return cuda_shim_bits<int>(x); }
inline unsigned __float_as_uint(float x) { return cuda_shim_bits<unsigned>(x); }
inline float __int_as_float(int x) { return cuda_shim_bits<float>(x); }
inline float __uint_as_float(unsigned x) { return cuda_shim_bits<float>(x); }

// The runtime's functions.

enum cudaError_t : int {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInvalidConfiguration = 9,
  cudaErrorInvalidDevice = 101,
  cudaErrorInvalidResourceHandle = 400,
};
enum cudaMemcpyKind : int {
  cudaMemcpyHostToHost,
  cudaMemcpyHostToDevice,
  cudaMemcpyDeviceToHost,
  cudaMemcpyDeviceToDevice,
  cudaMemcpyDefault,
};
enum cudaDeviceAttr : int {
  cudaDevAttrMaxThreadsPerBlock = 1,
  cudaDevAttrMultiProcessorCount = 16,
  cudaDevAttrComputeCapabilityMajor = 75,
  cudaDevAttrComputeCapabilityMinor = 76,
  cudaDevAttrMaxSharedMemoryPerBlockOptin = 97,
};
enum cudaFuncAttribute : int { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
struct cudaDeviceProp {
  char name[256];
  std::size_t totalGlobalMem;
  std::size_t sharedMemPerBlock;
  std::size_t sharedMemPerBlockOptin;
  int maxThreadsPerBlock;
  int warpSize;
  int multiProcessorCount;
  int major;
  int minor;
};
using cudaStream_t = struct CUstream_st*;
using cudaEvent_t = struct CUevent_st*;
inline constexpr unsigned cudaStreamDefault = 0, cudaStreamNonBlocking = 1;
inline constexpr unsigned cudaEventDefault = 0, cudaEventDisableTiming = 2;

cudaError_t cudaGetLastError();
cudaError_t cudaPeekAtLastError();
const char* cudaGetErrorName(cudaError_t error);
const char* cudaGetErrorString(cudaError_t error);

cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
cudaError_t cudaDeviceSynchronize();

/// Copies check that device memory is what they are told it is, and that it belongs to one allocation.
cudaError_t cudaMalloc(void** memory, std::size_t bytes);
cudaError_t cudaFree(void* memory);
cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind);
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream = nullptr);
cudaError_t cudaMemset(void* memory, int byte, std::size_t bytes);
cudaError_t cudaMemsetAsync(void* memory, int byte, std::size_t bytes, cudaStream_t stream = nullptr);

cudaError_t cudaStreamCreate(cudaStream_t* stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags = 0);
cudaError_t cudaEventCreate(cudaEvent_t* event);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream = nullptr);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end);

template <class T>
cudaError_t cudaMalloc(T** memory, std::size_t bytes) {
  return cudaMalloc(reinterpret_cast<void**>(memory), bytes);
}

namespace cuda_shim {
cudaError_t begin_launch(const void* kernel, dim3 grid, dim3 block, std::size_t dynamic_shared, cudaStream_t stream);
cudaError_t allow_dynamic_shared(const void* kernel, int bytes);

template <class... A, std::size_t... I>
void launch(void (*kernel)(A...), dim3 grid, dim3 block, void** arguments, std::size_t dynamic_shared,
            std::index_sequence<I...>) {
  const std::tuple<A...> copies(*static_cast<std::remove_reference_t<A>*>(arguments[I])...);
  auto body = [kernel, &copies] { std::apply(kernel, copies); };
  run_grid(
      {grid.x, grid.y, grid.z}, {block.x, block.y, block.z}, dynamic_shared,
      [](void* call) { (*static_cast<decltype(body)*>(call))(); }, &body);
}
}  // namespace cuda_shim

/// The typed launch of CUDA's runtime.
template <class... A>
cudaError_t cudaLaunchKernel(void (*kernel)(A...), dim3 grid, dim3 block, void** arguments,
                             std::size_t dynamic_shared = 0, cudaStream_t stream = nullptr) {
  const cudaError_t error =
      cuda_shim::begin_launch(reinterpret_cast<const void*>(kernel), grid, block, dynamic_shared, stream);
  if (error == cudaSuccess) {
    cuda_shim::launch(kernel, grid, block, arguments, dynamic_shared, std::index_sequence_for<A...>{});
  }
  return error;
}
template <class... A>
cudaError_t cudaFuncSetAttribute(void (*kernel)(A...), cudaFuncAttribute, int value) {
  return cuda_shim::allow_dynamic_shared(reinterpret_cast<const void*>(kernel), value);
}
template <class... A>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void (*)(A...), int, std::size_t) {
  *blocks = 2;
  return cudaSuccess;
}
