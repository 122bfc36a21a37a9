// What depends on the compiler and the instruction set: attributes, the vector width, and the namespace of this
// translation unit.
//
// Templates that two files compile under different -m flags must not be merged by the linker, so everything with code
// of its own lives in `nn` inside an inline namespace named for the instruction set. Types that cross such files
// (views, storage types, executors, buffers, errors) live in `nn` itself, and their members are inlined everywhere.
#pragma once

#include <cstddef>
#include <cstdint>

#define NN_INLINE inline __attribute__((always_inline))
/// After the parameters of a lambda: it is a part of the kernel that it is given to.
#define NN_LAMBDA __attribute__((always_inline))
#define NN_NOINLINE __attribute__((noinline))
/// What runs once in a while, such as reading a file: compiled for size, which takes less time.
#define NN_COLD __attribute__((cold))
#if defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE__)
#define NN_UNROLL  // without optimisation g++ has a warning for what it leaves out
#define NN_NO_UNROLL
#else
/// A loop over a register array: unrolled in full, or the array lives in memory.
#define NN_UNROLL _Pragma("GCC unroll 64")
/// A loop over blocks: left as it is, or the code grows without getting faster.
#define NN_NO_UNROLL _Pragma("GCC unroll 1")
#endif

#if defined(__CUDACC__) || defined(NN_CUDA_SHIM)
#define NN_HOST_DEVICE __host__ __device__
#else
#define NN_HOST_DEVICE
#endif

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define NN_HAS_FMA 1
#define NN_TAG_FMA _fma
#else
#define NN_HAS_FMA 0
#define NN_TAG_FMA
#endif
#if defined(__F16C__)
#define NN_TAG_F16C _f16c
#else
#define NN_TAG_F16C
#endif

#if defined(__AVX512F__)
#define NN_LANES 16
#define NN_TAG_ISA avx512
#elif defined(__AVX2__)
#define NN_LANES 8
#define NN_TAG_ISA avx2
#elif defined(__SSE4_1__)
#define NN_LANES 4
#define NN_TAG_ISA sse4
#elif defined(__SSE2__)
#define NN_LANES 4
#define NN_TAG_ISA sse2
#elif defined(__aarch64__)
#define NN_LANES 4
#define NN_TAG_ISA neon
#else
#define NN_LANES 4
#define NN_TAG_ISA portable
#endif

#define NN_PASTE3(a, b, c) a##b##c
#define NN_EXPAND3(a, b, c) NN_PASTE3(a, b, c)
/// The inline namespace of this file, for example `avx2_fma_f16c`.
#define NN_ISA NN_EXPAND3(NN_TAG_ISA, NN_TAG_FMA, NN_TAG_F16C)

namespace nn {
inline namespace NN_ISA {

/// Numbers in a vector register.
inline constexpr int kLanes = NN_LANES;
/// Bytes in a cache line, and the alignment of every buffer.
inline constexpr int kCacheLine = 64;

constexpr NN_HOST_DEVICE int ceil_div(int a, int b) { return (a + b - 1) / b; }
constexpr NN_HOST_DEVICE int round_up(int a, int b) { return ceil_div(a, b) * b; }

}  // namespace NN_ISA
}  // namespace nn
