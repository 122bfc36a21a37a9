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

/// `kVectors` vectors of outputs; kOutputs of them are stored. Rows of weights are kWidth apart, and padded to whole
/// vectors or not.
template <int kVectors, int kOutputs, int kWidth, bool kIsPadded, int I>
NN_INLINE void block(const float* weights, const float* x, const float* init, float* y) noexcept {
  constexpr int kParts = kVectors >= kChains ? 1 : kChains / kVectors > I ? I : kChains / kVectors;
  constexpr int kTail = kOutputs % kLanes == 0 ? kLanes : kOutputs % kLanes;
  Vec acc[kParts][kVectors];
  NN_UNROLL for (int v = 0; v < kVectors; ++v) { NN_UNROLL for (int p = 0; p < kParts; ++p) acc[p][v] = Vec{}; }
  const auto add_inputs = [&](int i, int count) NN_LAMBDA {
    NN_UNROLL for (int p = 0; p < kParts; ++p) {
      if (p < count) {
        NN_UNROLL for (int v = 0; v < kVectors; ++v) {
          const float* row = weights + (i + p) * kWidth + v * kLanes;
          acc[p][v] += (kIsPadded || v + 1 < kVectors ? load(row) : load_first<kTail>(row)) * x[i + p];
        }
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
    if (v + 1 < kVectors) {
      const Vec start = init == nullptr ? Vec{} : load(init + v * kLanes);
      store(y + v * kLanes, acc[0][v] + start);
    } else {
      const Vec start = init == nullptr ? Vec{} : load_first<kTail>(init + v * kLanes);
      store_first<kTail>(y + v * kLanes, acc[0][v] + start);
    }
  }
}

/// y[O] = init[O] + sum over i < I of weights[i * kWidth + o] * x[i].
template <int O, int I, int kWidth, bool kIsPadded>
NN_INLINE void blocks(const float* weights, const float* x, const float* init, float* y) noexcept {
  static_assert(O > 0 && I > 0, "a dense layer has outputs and inputs");
  constexpr int kStep = kMostVectors * kLanes, kWhole = O / kStep * kStep;
  NN_NO_UNROLL for (int o = 0; o < kWhole; o += kStep) {
    block<kMostVectors, kStep, kWidth, kIsPadded, I>(weights + o, x, init == nullptr ? nullptr : init + o, y + o);
  }
  if constexpr (kWhole < O) {
    constexpr int kRest = O - kWhole;
    block<ceil_div(kRest, kLanes), kRest, kWidth, kIsPadded, I>(weights + kWhole, x,
                                                                init == nullptr ? nullptr : init + kWhole, y + kWhole);
  }
}

}  // namespace sample_detail

/// y[O] = init[O] + w x[I], with w as `pack` left it. A null `init` is zero. Writes exactly O numbers; y is neither x
/// nor init.
template <int O, int I>
NN_INLINE void dense(const float* packed, const float* x, const float* init, float* y) noexcept {
  sample_detail::blocks<O, I, kPackedWidth<O>, true>(packed, x, init, y);
}

/// The gradient to a layer's input: y[I] = init[I] + the transpose of w times dy[O], with w[O][I] as masters are
/// stored, rows kRowStep apart. Reads exactly the numbers of w; a null `init` is zero; y is neither dy nor init.
template <int I, int O, int kRowStep>
NN_INLINE void transposed_dense(const float* w, const float* dy, const float* init, float* y) noexcept {
  sample_detail::blocks<I, O, kRowStep, false>(w, dy, init, y);
}

}  // namespace NN_ISA
}  // namespace nn
