// A whole training step as generated code writes it: two layers, tiles of 128 samples, blocks that take tile after
// tile.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "control.h"
#include "device_arrays.h"
#include "nn/cuda/dense.h"
#include "nn/cuda/rows.h"
#include "nn/cuda/step.h"
#include "nn/cuda/sums.h"
#include "nn/cuda/tile.h"

namespace {

namespace cu = nn::cuda;
constexpr int T = 128, kIn = 8, kHidden = 64, kOut = 2;
constexpr int kWeights = kHidden * kIn + kOut * kHidden;
constexpr std::size_t kTile = static_cast<std::size_t>(kIn + 2 * kHidden + 2 * kOut + 1) * T;
constexpr std::size_t kBlock = kTile + kWeights + 1;

struct Arguments {
  const float* weights;
  float* workspace;
  cu::Rows<const float, kIn> x;
  cu::Rows<const float, kOut> target;
};

/// Loss Σ (y - target)² and its gradient, in the block's part of the workspace.
template <bool kBarrier>
__global__ void __launch_bounds__(T) train(Arguments a) {
  const int lane = static_cast<int>(threadIdx.x);
  float* x = a.workspace + blockIdx.x * kBlock;
  float* h = x + kIn * T;
  float* y = h + kHidden * T;
  float* target = y + kOut * T;
  float* dh = target + kOut * T;
  float* loss = dh + kHidden * T;
  float* sums = loss + T;
  for (int i = lane; i < kWeights + 1; i += T) sums[i] = 0;
  __syncthreads();
  for (std::size_t first = blockIdx.x * T; first < a.x.size(); first += gridDim.x * T) {
    const std::size_t rest = a.x.size() - first;
    const int count = rest < T ? static_cast<int>(rest) : T;
    cu::load_rows<kIn, T>(a.x, first, count, lane, x);
    cu::load_rows<kOut, T>(a.target, first, count, lane, target);
    const float* w1 = a.weights + kHidden * kIn;
    cu::dense<kHidden, kIn, T>(
        a.weights, x, lane, [](int) { return 0.f; }, [&](int m, float v) { h[m * T + lane] = v > 0 ? v : 0; });
    loss[lane] = 0;
    cu::dense<kOut, kHidden, T>(
        w1, h, lane, [](int) { return 0.f; },
        [&](int m, float v) {
          const float d = v - target[m * T + lane];
          loss[lane] += d * d;
          y[m * T + lane] = 2 * d;
        });
    cu::clear_lanes<kOut, T>(y, lane, count);
    cu::clear_lanes<1, T>(loss, lane, count);
    cu::dense_transposed<kHidden, kOut, T>(
        w1, y, lane, [](int) { return 0.f; }, [&](int m, float v) { dh[m * T + lane] = h[m * T + lane] > 0 ? v : 0; });
    if (kBarrier) __syncthreads();
    cu::accumulate_outer<kOut, kHidden, T>(y, h, sums + kHidden * kIn, kHidden);
    cu::accumulate_outer<kHidden, kIn, T>(dh, x, sums, kIn);
    cu::sum_lanes<1, T>(loss, sums + kWeights);
    __syncthreads();
  }
}

/// The gradient of the weights, then the loss.
__global__ void __launch_bounds__(T) add_blocks(const float* workspace, int blocks, float* gradient) {
  cu::add_blocks<1, kWeights + 1, T>(workspace + kTile, kBlock, blocks, gradient);
}

template <bool kBarrier>
std::vector<float> train_on_device(const std::vector<float>& weights, const std::vector<float>& x,
                                   const std::vector<float>& target, int blocks) {
  const auto device_weights = to_device(weights), device_x = to_device(x), device_target = to_device(target);
  cu::DeviceBuffer<> workspace(static_cast<std::size_t>(blocks) * kBlock), gradient(kWeights + 1);
  const Arguments arguments{device_weights.data(),
                            workspace.data(),
                            {device_x.data(), x.size() / kIn},
                            {device_target.data(), x.size() / kIn}};
  cu::launch(train<kBarrier>, blocks, T, nullptr, arguments);
  cu::launch(add_blocks, 4, T, nullptr, workspace.data(), blocks, gradient.data());
  return to_host(gradient);
}

/// The same in double, sample by sample.
std::vector<double> train_plainly(const std::vector<float>& w, const std::vector<float>& x,
                                  const std::vector<float>& target) {
  std::vector<double> gradient(kWeights + 1);
  for (std::size_t s = 0; s < x.size() / kIn; ++s) {
    double h[kHidden], dh[kHidden] = {};
    for (std::size_t m = 0; m < kHidden; ++m) {
      h[m] = 0;
      for (std::size_t i = 0; i < kIn; ++i) h[m] += double{w[m * kIn + i]} * x[s * kIn + i];
      h[m] = h[m] > 0 ? h[m] : 0;
    }
    for (std::size_t o = 0; o < kOut; ++o) {
      const std::size_t row = kHidden * kIn + o * kHidden;
      double d = -double{target[s * kOut + o]};
      for (std::size_t m = 0; m < kHidden; ++m) d += w[row + m] * h[m];
      gradient[kWeights] += d * d;
      for (std::size_t m = 0; m < kHidden; ++m) {
        gradient[row + m] += 2 * d * h[m];
        if (h[m] > 0) dh[m] += 2 * d * w[row + m];
      }
    }
    for (std::size_t m = 0; m < kHidden; ++m) {
      for (std::size_t i = 0; i < kIn; ++i) gradient[m * kIn + i] += dh[m] * x[s * kIn + i];
    }
  }
  return gradient;
}

TEST(CudaTraining, a_step_has_the_gradient_of_plain_loops_for_every_batch) {
  const auto weights = random_numbers(kWeights, 1);
  for (std::size_t count : {1u, 127u, 128u, 129u, 1000u}) {
    const auto x = random_numbers(count * kIn, 2), target = random_numbers(count * kOut, 3);
    const auto want = train_plainly(weights, x, target);
    const auto got = train_on_device<true>(weights, x, target, 3);
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < want.size(); ++i) {
      worst = std::max(worst, std::isnan(got[i]) ? HUGE_VAL : std::abs(got[i] - want[i]));
      largest = std::max(largest, std::abs(want[i]));
    }
    EXPECT_LT(worst, 1e-5 * largest) << count << " samples";
  }
}

TEST(CudaTraining, the_bits_depend_on_no_order_and_a_missing_barrier_shows) {
  const auto weights = random_numbers(kWeights, 1), x = random_numbers(300 * kIn, 2),
             target = random_numbers(300 * kOut, 3);
  const auto want = train_on_device<true>(weights, x, target, 2);
  int differ = 0;
  cuda_shim::for_each_order([&] {
    EXPECT_EQ(train_on_device<true>(weights, x, target, 2), want);
    differ += train_on_device<false>(weights, x, target, 2) != want;
  });
  EXPECT_GT(differ, 0);
}

}  // namespace
