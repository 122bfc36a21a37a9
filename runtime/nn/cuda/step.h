// A training step as the device keeps count of it: the check that gradients are finite, the step's number. The host
// only enqueues; nothing here depends on what it knows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../math.h"
#include "sums.h"

namespace nn {
namespace cuda {

/// In the device's memory, one a trainer.
struct StepState {
  std::int64_t step;  // updates applied so far
  std::uint32_t bad;  // not 0: a gradient of the last step is not finite, and nothing was changed
};

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
