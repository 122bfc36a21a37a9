// Stands in for CUDA's <cuda_fp16.h>: the types and their conversions.
#pragma once

#include "cuda_runtime.h"
#include "nn/half.h"

struct __half {
  nn::f16 value;
};
struct alignas(4) __half2 {
  __half x, y;
};

inline __half __float2half(float x) { return {nn::to_f16(x)}; }
inline float __half2float(__half x) { return nn::to_float(x.value); }
inline __half2 __floats2half2_rn(float x, float y) { return {__float2half(x), __float2half(y)}; }
inline float __low2float(__half2 pair) { return __half2float(pair.x); }
inline float __high2float(__half2 pair) { return __half2float(pair.y); }
