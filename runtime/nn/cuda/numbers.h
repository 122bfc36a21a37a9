// Sums of all elements of an array, in double and always in the same order: each block writes its own, one block adds
// those up.
#pragma once

#include <cstddef>

#include "device.h"

namespace nn {
namespace cuda {

/// The sum over the threads of a block of T, in all of them. The block calls it together.
template <int T>
NN_DEVICE double sum_of_block(double x) {
  static_assert(T > 0 && (T & (T - 1)) == 0, "a block has a power of two of threads: halves are added up");
  __shared__ double sums[T];
  __syncthreads();  // what was read of an earlier sum has been read
  sums[threadIdx.x] = x;
  __syncthreads();
  for (int half = T / 2; half > 0; half /= 2) {
    if (static_cast<int>(threadIdx.x) < half) sums[threadIdx.x] += sums[threadIdx.x + static_cast<unsigned>(half)];
    __syncthreads();
  }
  return sums[0];
}

/// The sum of so many numbers, in all threads of a block of T, which calls it together.
template <int T>
NN_DEVICE double sum_of(const double* numbers, int count) {
  double sum = 0.0;
  for (int i = static_cast<int>(threadIdx.x); i < count; i += T) sum += numbers[i];
  return sum_of_block<T>(sum);
}

}  // namespace cuda
}  // namespace nn
