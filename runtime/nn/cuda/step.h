// A training step as the device keeps count of it: sums of the blocks, the check that they are finite, the step's
// number. The host only enqueues; nothing here depends on what it knows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../math.h"
#include "device.h"

namespace nn {
namespace cuda {

/// In the device's memory, one a trainer.
struct StepState {
  std::int64_t step;  // updates applied so far
  std::uint32_t bad;  // not 0: a gradient of the last step is not finite, and nothing was changed
};

/// The numbers 0 … count - 1, shared among the threads of a grid of T-thread blocks.
template <int T, class Body>
NN_DEVICE void for_each_element(std::size_t count, Body body) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * T;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * T + threadIdx.x; i < count; i += stride) body(i);
}

/// to[m * row_step + k] += sum over the blocks, in their order, of the M × K numbers at from[b * stride]. A grid of
/// T-thread blocks calls it together. The order does not depend on when a block ran: the same bits each time.
template <int M, int K, int T>
NN_DEVICE void add_blocks(const float* from, std::size_t stride, int blocks, float* to, std::size_t row_step = K) {
  for_each_element<T>(static_cast<std::size_t>(M) * K, [&](std::size_t i) {
    float sum = 0;
    for (int b = 0; b < blocks; ++b) sum += from[static_cast<std::size_t>(b) * stride + i];
    to[i / K * row_step + i % K] += sum;
  });
}

/// state->bad = 1 if one of the numbers is not finite.
template <int T>
__global__ void __launch_bounds__(T) find_non_finite(const float* values, std::size_t count, StepState* state) {
  bool bad = false;
  for_each_element<T>(count, [&](std::size_t i) { bad = bad || !is_finite(values[i]); });
  if (bad) atomicOr(&state->bad, 1u);
}

/// After the update: the step counts, unless it was bad. One thread.
template <int T>
__global__ void __launch_bounds__(T) count_step(StepState* state) {
  if (state->bad == 0) ++state->step;
}

}  // namespace cuda
}  // namespace nn
