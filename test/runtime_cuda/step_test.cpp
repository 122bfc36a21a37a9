// Sums of blocks, the check that they are finite, the count of steps.
#include "nn/cuda/step.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "control.h"
#include "device_arrays.h"
#include "nn/cuda/launch.h"
#include "nn/cuda/numbers.h"

namespace {

constexpr int kThreads = 64;

constexpr int kRows = 20, kColumns = 50, kStride = 1024;

__global__ void __launch_bounds__(kThreads) add(const float* from, int blocks, float* to, std::size_t row_step) {
  nn::cuda::add_blocks<kRows, kColumns, kThreads>(from, kStride, blocks, to, row_step);
}

TEST(CudaStep, blocks_are_added_in_their_order_whatever_order_they_ran_in) {
  constexpr std::size_t kRowStep = 53;
  const auto parts = random_numbers(5 * kStride, 1), before = random_numbers(kRows * kRowStep, 2);
  const auto from = to_device(parts);
  cuda_shim::for_each_order([&] {
    auto to = to_device(before);
    nn::cuda::launch(add, 3, kThreads, nullptr, from.data(), 5, to.data(), kRowStep);
    auto want = before;
    for (std::size_t i = 0; i < kRows * kColumns; ++i) {
      float sum = 0;
      for (std::size_t b = 0; b < 5; ++b) sum += parts[b * kStride + i];
      want[i / kColumns * kRowStep + i % kColumns] += sum;
    }
    EXPECT_EQ(to_host(to), want);
  });
}

__global__ void __launch_bounds__(kThreads) add_up(const float* values, std::size_t count, double* sums) {
  double sum = 0.0;
  nn::cuda::for_each_element<kThreads>(count, [&](std::size_t i) { sum += static_cast<double>(values[i]); });
  sum = nn::cuda::sum_of_block<kThreads>(sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}
__global__ void __launch_bounds__(kThreads) add_blocks_up(const double* sums, int count, double* to) {
  const double first = nn::cuda::sum_of<kThreads>(sums, count), again = nn::cuda::sum_of<kThreads>(sums, count);
  if (threadIdx.x == 0) *to = first == again ? first : 0.0;
}

TEST(CudaStep, sums_of_all_elements_are_in_double_and_the_same_in_any_order) {
  const auto numbers = random_numbers(10000, 7);
  double want = 0;
  for (float number : numbers) want += static_cast<double>(number);
  const auto values = to_device(numbers);
  std::vector<double> found;
  cuda_shim::for_each_order([&] {
    auto sums = to_device(std::vector<double>(150)), to = to_device(std::vector<double>(1));
    nn::cuda::launch(add_up, 150, kThreads, nullptr, values.data(), numbers.size(), sums.data());
    nn::cuda::launch(add_blocks_up, 1, kThreads, nullptr, sums.data(), 150, to.data());
    found.push_back(to_host(to)[0]);
  });
  for (double sum : found) {
    EXPECT_NEAR(sum, want, 1e-9);
    EXPECT_EQ(sum, found[0]);
  }
}

nn::cuda::StepState state_after(const std::vector<float>& gradient) {
  const auto values = to_device(gradient);
  auto state = to_device(std::vector<nn::cuda::StepState>{{41, 0}});
  nn::cuda::launch(nn::cuda::find_non_finite<kThreads>, 2, kThreads, nullptr, values.data(), gradient.size(),
                   state.data());
  nn::cuda::launch(nn::cuda::count_step<1>, 1, 1, nullptr, state.data());
  return to_host(state)[0];
}

TEST(CudaStep, a_step_counts_if_every_gradient_is_finite) {
  EXPECT_EQ(state_after(random_numbers(777, 3)).step, 42);
  EXPECT_EQ(state_after({}).step, 42);
  EXPECT_EQ(state_after(std::vector<float>(9, std::numeric_limits<float>::max())).bad, 0u);
}
TEST(CudaStep, one_bad_number_spoils_the_step) {
  for (float bad : {NAN, -NAN, HUGE_VALF, -HUGE_VALF}) {
    for (std::size_t at : {0u, 400u, 776u}) {
      auto gradient = random_numbers(777, 3);
      gradient[at] = bad;
      const auto state = state_after(gradient);
      EXPECT_EQ(state.step, 41);
      EXPECT_NE(state.bad, 0u);
    }
  }
}

}  // namespace
