// Dense products of one sample: a lane is an output. For callers that have one position at a time, such as a path
// tracer.
//
// The weights are packed once for this path only (packing.h): [in][padded outputs], so that an input is broadcast and a
// row is loaded. One chain of additions would wait for itself; several partial sums keep eight in flight.
#pragma once

#include "../packing.h"
#include "vec.h"

namespace nn {
inline namespace NN_ISA {

namespace sample_detail {

inline constexpr int kChains = 8;  // two FMA units of latency 4
inline constexpr int kMostVectors =
    kLanes == 16 ? 16 : 8;  // accumulators that fit in registers beside input and weights

/// `kVectors` vectors of outputs from `first` on; kOutputs of them are stored.
template <int kVectors, int kOutputs, int kWidth, int I>
NN_INLINE void block(const float* packed, const float* x, const float* init, float* y) noexcept {
  constexpr int kParts = kVectors >= kChains ? 1 : kChains / kVectors > I ? I : kChains / kVectors;
  Vec acc[kParts][kVectors];
  NN_UNROLL for (int v = 0; v < kVectors; ++v) { NN_UNROLL for (int p = 0; p < kParts; ++p) acc[p][v] = Vec{}; }
  const auto add_inputs = [&](int i, int count) NN_LAMBDA {
    NN_UNROLL for (int p = 0; p < kParts; ++p) {
      if (p < count) {
        NN_UNROLL for (int v = 0; v < kVectors; ++v) acc[p][v] +=
            load(packed + (i + p) * kWidth + v * kLanes) * x[i + p];
      }
    }
  };
  constexpr int kWhole = I / kParts * kParts;
  NN_NO_UNROLL for (int i = 0; i < kWhole; i += kParts) add_inputs(i, kParts);
  add_inputs(kWhole, I - kWhole);
  NN_UNROLL for (int half = kChains / 2; half > 0; half /= 2) {  // the partial sums, as a tree
    NN_UNROLL for (int p = 0; p < half; ++p) {
      NN_UNROLL for (int v = 0; v < kVectors; ++v) {
        if (p + half < kParts) acc[p][v] += acc[p + half][v];
      }
    }
  }
  NN_UNROLL for (int v = 0; v < kVectors; ++v) {
    constexpr int kTail = kOutputs % kLanes == 0 ? kLanes : kOutputs % kLanes;
    if (v + 1 < kVectors) {
      const Vec start = init == nullptr ? Vec{} : load(init + v * kLanes);
      store(y + v * kLanes, acc[0][v] + start);
    } else {
      const Vec start = init == nullptr ? Vec{} : load_first<kTail>(init + v * kLanes);
      store_first<kTail>(y + v * kLanes, acc[0][v] + start);
    }
  }
}

}  // namespace sample_detail

/// y[O] = init[O] + w x[I], with w as `pack` left it. A null `init` is zero. Writes exactly O numbers; y is neither x
/// nor init.
template <int O, int I>
NN_INLINE void dense(const float* packed, const float* x, const float* init, float* y) noexcept {
  static_assert(O > 0 && I > 0, "a dense layer has outputs and inputs");
  constexpr int kStep = sample_detail::kMostVectors * kLanes, kWhole = O / kStep * kStep;
  NN_NO_UNROLL for (int o = 0; o < kWhole; o += kStep) {
    sample_detail::block<sample_detail::kMostVectors, kStep, kPackedWidth<O>, I>(
        packed + o, x, init == nullptr ? nullptr : init + o, y + o);
  }
  if constexpr (kWhole < O) {
    constexpr int kRest = O - kWhole;
    sample_detail::block<ceil_div(kRest, kLanes), kRest, kPackedWidth<O>, I>(
        packed + kWhole, x, init == nullptr ? nullptr : init + kWhole, y + kWhole);
  }
}

}  // namespace NN_ISA
}  // namespace nn
