// A lane's own part of a tile x[feature][T]: what belongs to absent samples, and what begins at zero.
#pragma once

#include "device.h"

namespace nn {
namespace cuda {

/// x[M][T] = 0 in this lane.
template <int M, int T, class E>
NN_ANYWHERE void clear_lane(E* x, int lane) {
  for (int m = 0; m < M; ++m) x[m * T + lane] = 0;
}

/// The same, if the lane lies beyond the batch's end, lane ≥ count: it then adds nothing to a sum.
template <int M, int T, class E>
NN_ANYWHERE void clear_lanes(E* x, int lane, int count) {
  if (lane >= count) clear_lane<M, T>(x, lane);
}

}  // namespace cuda
}  // namespace nn
