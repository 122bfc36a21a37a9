// The stand-in for a device does what a device does.
#include <cuda_fp16.h>
#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <vector>

#include "control.h"
#include "device_arrays.h"
#include "nn/cuda/launch.h"

namespace {

using nn::cuda::launch;

__global__ void write_position(uint3* out) {
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const unsigned block = blockIdx.x + gridDim.x * blockIdx.y;
  out[block * blockDim.x * blockDim.y * blockDim.z + thread] = uint3{threadIdx.x, threadIdx.y, blockIdx.y};
}

TEST(CudaShim, every_thread_of_every_block_knows_where_it_is) {
  nn::cuda::DeviceBuffer<uint3> out(2 * 3 * 4 * 2 * 2);
  uint3* data = out.data();
  void* arguments[] = {&data};
  ASSERT_EQ(cudaLaunchKernel(write_position, dim3(2, 3), dim3(4, 2, 2), arguments), cudaSuccess);
  const auto host = to_host(out);
  for (unsigned b = 0; b < 6; ++b) {
    for (unsigned t = 0; t < 16; ++t) {
      EXPECT_EQ(host[b * 16 + t].x, t % 4);
      EXPECT_EQ(host[b * 16 + t].y, t / 4 % 2);
      EXPECT_EQ(host[b * 16 + t].z, b / 2);
    }
  }
}

/// Sums `count` numbers: registers, shuffles, shared memory.
__global__ void sum(const float* x, int count, float* out) {
  __shared__ float of_warp[32];
  float value = 0;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < static_cast<unsigned>(count);
       i += gridDim.x * blockDim.x) {
    value += x[i];
  }
  for (unsigned by = 16; by > 0; by /= 2) value += __shfl_down_sync(0xffffffffu, value, by);
  if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = value;
  __syncthreads();
  if (threadIdx.x < 32) {
    value = threadIdx.x < blockDim.x / 32 ? of_warp[threadIdx.x] : 0.f;
    for (int bits = 16; bits > 0; bits /= 2) value += __shfl_xor_sync(0xffffffffu, value, bits);
    if (threadIdx.x == 0) atomicAdd(out, value);
  }
}

TEST(CudaShim, a_sum_over_a_grid_is_right_in_every_order) {
  std::vector<float> numbers(10000);
  std::iota(numbers.begin(), numbers.end(), -4000.f);
  const auto x = to_device(numbers);
  cuda_shim::for_each_order([&] {
    nn::cuda::DeviceBuffer<> out(1);
    launch(sum, 3, 256, nullptr, x.data(), 10000, out.data());
    EXPECT_EQ(to_host(out)[0], 9995000.f);
  });
}

__global__ void shuffle_and_vote(int* out) {
  const int lane = static_cast<int>(threadIdx.x);
  const unsigned all = 0xffffffffu;
  int* mine = out + 8 * lane;
  mine[0] = __shfl_sync(all, lane, 5);
  mine[1] = __shfl_sync(all, lane, lane + 3, 8);
  mine[2] = __shfl_up_sync(all, lane, 2u);
  mine[3] = static_cast<int>(__shfl_down_sync(all, 1e10 * lane, 1u) / 1e10);
  mine[4] = __shfl_xor_sync(all, lane, 16);
  mine[5] = static_cast<int>(__ballot_sync(all, lane % 3 == 0));
  mine[6] = __any_sync(all, lane == 31) + 2 * __all_sync(all, lane == 31) + 4 * __all_sync(all, 1);
  if (lane < 10) {
    mine[7] = __shfl_sync(0x3ffu, lane, 9 - lane);
  } else {
    mine[7] = __shfl_sync(0xfffffc00u, lane, 41 - lane);
  }
}

TEST(CudaShim, collectives_of_a_warp_are_exact) {
  cuda_shim::for_each_order([&] {
    nn::cuda::DeviceBuffer<int> out(8 * 32);
    launch(shuffle_and_vote, 1, 32, nullptr, out.data());
    const auto host = to_host(out);
    for (int lane = 0; lane < 32; ++lane) {
      const int* mine = host.data() + 8 * lane;
      EXPECT_EQ(mine[0], 5);
      EXPECT_EQ(mine[1], lane / 8 * 8 + (lane + 3) % 8);
      EXPECT_EQ(mine[2], lane < 2 ? lane : lane - 2);
      EXPECT_EQ(mine[3], lane < 31 ? lane + 1 : lane);
      EXPECT_EQ(mine[4], lane ^ 16);
      EXPECT_EQ(mine[5], 0x49249249);
      EXPECT_EQ(mine[6], 1 + 4);
      EXPECT_EQ(mine[7], lane < 10 ? 9 - lane : 41 - lane);
    }
  });
}

/// Reverses a block's numbers through dynamic shared memory, in a last warp that is not whole as well.
__global__ void reverse(float* x) {
  float* shared = static_cast<float*>(cuda_shim::dynamic_shared());
  const unsigned i = threadIdx.x, n = blockDim.x;
  shared[i] = x[i];
  __syncwarp();
  __syncthreads();
  x[i] = shared[n - 1 - i];
}

TEST(CudaShim, dynamic_shared_memory_belongs_to_the_block) {
  std::vector<float> numbers(45);
  std::iota(numbers.begin(), numbers.end(), 0.f);
  const auto x = to_device(numbers);
  float* data = const_cast<float*>(x.data());
  void* arguments[] = {&data};
  ASSERT_EQ(cudaLaunchKernel(reverse, dim3(1), dim3(45), arguments, 45 * sizeof(float)), cudaSuccess);
  const auto host = to_host(x);
  for (int i = 0; i < 45; ++i) EXPECT_EQ(host[static_cast<std::size_t>(i)], static_cast<float>(44 - i));
}

/// Each thread passes its number to the thread of another warp, with or without the barrier in between.
template <bool kBarrier>
__global__ void rotate(float* x) {
  __shared__ float shared[96];
  shared[threadIdx.x] = x[threadIdx.x];
  if (kBarrier) __syncthreads();
  x[threadIdx.x] = shared[(threadIdx.x + 32) % 96];
}
template <bool kBarrier>
bool rotates_the_same_in_every_order() {
  bool same = true;
  cuda_shim::for_each_order([&] {
    std::vector<float> numbers(96);
    std::iota(numbers.begin(), numbers.end(), 0.f);
    auto x = to_device(numbers);
    launch(rotate<kBarrier>, 1, 96, nullptr, x.data());
    const auto host = to_host(x);
    for (std::size_t i = 0; i < 96; ++i) same = same && host[i] == numbers[(i + 32) % 96];
  });
  return same;
}

TEST(CudaShim, a_missing_barrier_shows_in_one_of_the_orders) {
  EXPECT_TRUE(rotates_the_same_in_every_order<true>());
  EXPECT_FALSE(rotates_the_same_in_every_order<false>());
}

/// Lanes of one warp pass numbers through shared memory; what orders them is __syncwarp.
template <bool kBarrier>
__global__ void rotate_in_warp(float* x) {
  __shared__ float shared[32];
  shared[threadIdx.x] = x[threadIdx.x];
  if (kBarrier) __syncwarp();
  x[threadIdx.x] = shared[(threadIdx.x + 1) % 32];
}
template <bool kBarrier>
bool rotates_in_warp() {
  std::vector<float> numbers(32);
  std::iota(numbers.begin(), numbers.end(), 0.f);
  bool same = true;
  cuda_shim::for_each_order([&] {
    auto x = to_device(numbers);
    launch(rotate_in_warp<kBarrier>, 1, 32, nullptr, x.data());
    const auto host = to_host(x);
    for (std::size_t i = 0; i < 32; ++i) same = same && host[i] == numbers[(i + 1) % 32];
  });
  return same;
}

TEST(CudaShim, a_missing_barrier_of_a_warp_shows) {
  EXPECT_TRUE(rotates_in_warp<true>());
  EXPECT_FALSE(rotates_in_warp<false>());
}

/// The blocks note the order in which they run.
__global__ void note_order(int* next, int* order) {
  if (threadIdx.x == 0) order[atomicAdd(next, 1)] = static_cast<int>(blockIdx.x);
}

TEST(CudaShim, blocks_run_in_the_order_that_was_asked_for) {
  const auto order = [] {
    nn::cuda::DeviceBuffer<int> next(1), noted(8);
    launch(note_order, 8, 32, nullptr, next.data(), noted.data());
    return to_host(noted);
  };
  cuda_shim::set_order(cuda_shim::Order::backward);
  EXPECT_EQ(order(), (std::vector<int>{7, 6, 5, 4, 3, 2, 1, 0}));
  cuda_shim::set_order(cuda_shim::Order::shuffled, 7);
  const auto once = order();
  cuda_shim::set_order(cuda_shim::Order::shuffled, 7);
  EXPECT_EQ(order(), once);
  cuda_shim::set_order(cuda_shim::Order::forward);
  EXPECT_EQ(order(), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_NE(order(), once);
}

__global__ void touch_atomics(unsigned* u, float* f, double* d) {
  atomicAdd(f, 0.5f);
  atomicAdd(d, 0.25);
  atomicMax(u, threadIdx.x);
  atomicOr(u + 1, 1u << threadIdx.x);
  if (threadIdx.x == 3) u[2] = atomicExch(u + 3, 7u), u[4] = atomicCAS(u + 5, 0u, 9u), atomicCAS(u + 5, 0u, 8u);
}

TEST(CudaShim, atomics_change_and_tell_what_was_there) {
  nn::cuda::DeviceBuffer<unsigned> u(6);
  nn::cuda::DeviceBuffer<float> f(1);
  nn::cuda::DeviceBuffer<double> d(1);
  launch(touch_atomics, 1, 20, nullptr, u.data(), f.data(), d.data());
  EXPECT_EQ(to_host(u), (std::vector<unsigned>{19, (1u << 20) - 1, 0, 7, 0, 9}));
  EXPECT_EQ(to_host(f)[0], 10.f);
  EXPECT_EQ(to_host(d)[0], 5.0);
}

TEST(CudaShim, half_precision_rounds_to_the_nearest) {
  EXPECT_EQ(__half2float(__float2half(1.f / 3)), 0.333251953125f);
  const __half2 pair = __floats2half2_rn(2.5f, -65504.f);
  EXPECT_EQ(__low2float(pair), 2.5f);
  EXPECT_EQ(__high2float(pair), -65504.f);
}

TEST(CudaShim, fresh_memory_is_not_zero) {
  float *memory = nullptr, value = 0;
  ASSERT_EQ(cudaMalloc(&memory, 64), cudaSuccess);
  ASSERT_EQ(cudaMemcpy(&value, memory + 15, 4, cudaMemcpyDeviceToHost), cudaSuccess);
  EXPECT_NE(value, value);
  EXPECT_EQ(cudaFree(memory), cudaSuccess);
}

TEST(CudaShim, streams_and_events_are_there) {
  cudaStream_t stream = nullptr;
  cudaEvent_t start = nullptr, end = nullptr;
  ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
  ASSERT_EQ(cudaEventCreate(&start), cudaSuccess);
  ASSERT_EQ(cudaEventCreate(&end), cudaSuccess);
  EXPECT_EQ(cudaEventRecord(start, stream), cudaSuccess);
  nn::cuda::DeviceBuffer<int> next(1), noted(8);
  launch(note_order, 8, 32, stream, next.data(), noted.data());
  EXPECT_EQ(cudaEventRecord(end, stream), cudaSuccess);
  EXPECT_EQ(cudaStreamWaitEvent(stream, end), cudaSuccess);
  EXPECT_EQ(cudaEventSynchronize(end), cudaSuccess);
  float milliseconds = -1;
  EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, end), cudaSuccess);
  EXPECT_GE(milliseconds, 0.f);
  EXPECT_EQ(cudaEventDestroy(start), cudaSuccess);
  EXPECT_EQ(cudaEventDestroy(end), cudaSuccess);
  EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
}

}  // namespace
