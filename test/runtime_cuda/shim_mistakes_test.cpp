// What a device forgives, hides or answers with undefined behaviour, the stand-in reports.
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "control.h"
#include "device_arrays.h"
#include "nn/cuda/launch.h"

namespace {

using nn::cuda::launch;

__global__ void half_of_the_block_waits(int*) {
  if (threadIdx.x < 64) __syncthreads();
}
__global__ void threads_wait_at_two_barriers(int*) {
  if (threadIdx.x < 64) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}
__global__ void a_lane_is_missing(int* out) {
  if (threadIdx.x != 7) out[0] = __shfl_sync(0xffffffffu, 1, 0);
}
__global__ void lanes_call_different_collectives(int* out) {
  if (threadIdx.x < 16) {
    out[0] = __shfl_sync(0xffffffffu, 1, 0);
  } else {
    out[1] = __any_sync(0xffffffffu, 1);
  }
}
__global__ void a_mask_does_not_name_its_caller(int*) { __syncwarp(1u); }
__global__ void a_mask_names_lanes_that_are_not_there(int*) { __syncwarp(0xffffffffu); }
__global__ void a_shuffle_reads_an_absent_lane(int* out) {
  if (threadIdx.x < 4) out[0] = __shfl_sync(0xfu, 1, 9);
}
__global__ void launches_another(int*) { cuda_shim::run_grid({1, 1, 1}, {1, 1, 1}, 0, nullptr, nullptr); }
__global__ void runs_over_its_stack(int* out) {
  volatile char large[300 << 10];
  large[0] = 1;
  out[0] = large[0];
}
__global__ void adds_to_a_misaligned_address(int* out) {
  atomicAdd(reinterpret_cast<float*>(reinterpret_cast<char*>(out) + 2), 1.f);
}

void run(void (*kernel)(int*), int threads) {
  nn::cuda::DeviceBuffer<int> out(4);
  launch(kernel, 1, threads, nullptr, out.data());
}

TEST(CudaShimDeathTest, a_barrier_that_not_all_threads_reach_is_reported) {
  EXPECT_DEATH(run(half_of_the_block_waits, 96),
               "the threads of a block do not meet: thread 0 waits at __syncthreads .*, thread 64 has ended");
}
TEST(CudaShimDeathTest, two_different_barriers_do_not_meet) {
  EXPECT_DEATH(run(threads_wait_at_two_barriers, 96), "thread 0 waits at __syncthreads .*, thread 64 at __syncthreads");
}
TEST(CudaShimDeathTest, a_collective_that_not_all_lanes_reach_is_reported) {
  EXPECT_DEATH(run(a_lane_is_missing, 32), "the lanes of a warp do not meet: thread 0 .*, thread 7 has ended");
}
TEST(CudaShimDeathTest, two_different_collectives_do_not_meet) {
  EXPECT_DEATH(run(lanes_call_different_collectives, 32), "thread 0 waits at __shfl_sync .*, thread 16 at __any_sync");
}
TEST(CudaShimDeathTest, masks_name_the_lanes_that_are_there) {
  EXPECT_DEATH(run(a_mask_does_not_name_its_caller, 32), "lane 1 calls it with a mask that does not name it: 00000001");
  EXPECT_DEATH(run(a_mask_names_lanes_that_are_not_there, 20), "mask names lane 20 of a warp of 20 lanes");
  EXPECT_DEATH(run(a_shuffle_reads_an_absent_lane, 32), "reads lane 9, which does not take part");
}
TEST(CudaShimDeathTest, a_kernel_is_not_launched_by_a_kernel) {
  EXPECT_DEATH(run(launches_another, 1), "a kernel cannot launch another one; block \\(0, 0, 0\\), thread 0");
}
TEST(CudaShimDeathTest, a_stack_has_an_end) { EXPECT_DEATH(run(runs_over_its_stack, 1), ""); }
TEST(CudaShimDeathTest, atomics_are_aligned) {
  EXPECT_DEATH(run(adds_to_a_misaligned_address, 1), "an atomic access to a misaligned address");
}
/// The order of a thread that has not launched yet.
void ask_order_of_a_new_thread() {
  std::thread([] { cuda_shim::order(); }).join();
}
TEST(CudaShimDeathTest, the_order_of_the_environment_is_one_of_three) {
  EXPECT_DEATH((setenv("CUDA_SHIM_ORDER", "sideways", 1), ask_order_of_a_new_thread()),
               "CUDA_SHIM_ORDER is `sideways`; it can be forward, backward or shuffled");
}

TEST(CudaShim, launches_are_checked) {
  int* data = nullptr;
  void* arguments[] = {&data};
  EXPECT_EQ(cudaLaunchKernel(half_of_the_block_waits, dim3(1), dim3(1025), arguments), cudaErrorInvalidConfiguration);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  EXPECT_EQ(cudaLaunchKernel(half_of_the_block_waits, dim3(0), dim3(32), arguments), cudaErrorInvalidConfiguration);
  EXPECT_EQ(cudaLaunchKernel(half_of_the_block_waits, dim3(1), dim3(32), arguments, 49153), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFuncSetAttribute(half_of_the_block_waits, cudaFuncAttributeMaxDynamicSharedMemorySize, 65536),
            cudaSuccess);
  EXPECT_EQ(cudaLaunchKernel(half_of_the_block_waits, dim3(1), dim3(32), arguments, 49153), cudaSuccess);
  EXPECT_EQ(cudaFuncSetAttribute(half_of_the_block_waits, cudaFuncAttributeMaxDynamicSharedMemorySize, 1 << 20),
            cudaErrorInvalidValue);
}

TEST(CudaShim, copies_know_whose_memory_it_is) {
  std::vector<float> host(8);
  nn::cuda::DeviceBuffer<> device(8);
  EXPECT_EQ(cudaMemcpy(device.data(), host.data(), 32, cudaMemcpyHostToDevice), cudaSuccess);
  EXPECT_EQ(cudaMemcpy(device.data(), host.data(), 32, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(host.data(), device.data() + 1, 32, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(host.data(), device.data() + 1, 28, cudaMemcpyDefault), cudaSuccess);
  EXPECT_EQ(cudaMemset(host.data(), 0, 32), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(host.data()), cudaErrorInvalidValue);
}

TEST(CudaShim, calls_that_wait_or_allocate_are_counted) {
  const auto before = cuda_shim::counts();
  {
    nn::cuda::DeviceBuffer<> device(100);
    EXPECT_EQ(cuda_shim::counts().bytes_in_use, before.bytes_in_use + 400);
  }
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  const auto after = cuda_shim::counts();
  EXPECT_EQ(after.bytes_in_use, before.bytes_in_use);
  EXPECT_EQ(after.allocations, before.allocations + 2);
  EXPECT_EQ(after.synchronizations, before.synchronizations + 3);
}

}  // namespace
