// The host's side: errors are exceptions that say what was being done; buffers own their memory.
#include "nn/cuda/launch.h"

#include <gtest/gtest.h>

#include <utility>

#include "control.h"
#include "device_arrays.h"

namespace {

__global__ void write_sum(const float* x, double scale, float* out) {
  *out = static_cast<float>(scale * static_cast<double>(x[0] + x[1]));
}

TEST(CudaLaunch, arguments_become_the_kernels_parameters) {
  auto x = to_device(std::vector<float>{1, 2});
  nn::cuda::DeviceBuffer<> out(1);
  nn::cuda::launch(write_sum, 1, 1, nullptr, x.data(), 2, out.data());  // float* to const float*, int to double
  EXPECT_EQ(to_host(out)[0], 6.f);
}

TEST(CudaLaunch, a_failed_call_says_what_was_being_done) {
  try {
    nn::cuda::launch(write_sum, 1, 5000, nullptr, nullptr, 0, nullptr);
    FAIL() << "5000 threads are too many for a block";
  } catch (const nn::cuda::Error& error) {
    EXPECT_EQ(error.code(), cudaErrorInvalidConfiguration);
    EXPECT_STREQ(error.what(),
                 "CUDA: cannot launch a kernel: invalid configuration argument (cudaErrorInvalidConfiguration)");
  }
  EXPECT_EQ(cudaGetLastError(), cudaSuccess) << "the next call starts without it";
}

TEST(CudaLaunch, a_device_that_is_full_says_so) {
  cuda_shim::set_device_memory(1 << 20);
  const auto before = cuda_shim::counts().bytes_in_use;
  EXPECT_THROW(nn::cuda::DeviceBuffer<>(1 << 20), nn::cuda::Error);
  EXPECT_EQ(cuda_shim::counts().bytes_in_use, before);
  cuda_shim::set_device_memory(std::size_t{8} << 30);
}

TEST(CudaLaunch, buffers_move_and_free_what_they_hold) {
  const auto before = cuda_shim::counts().bytes_in_use;
  {
    nn::cuda::DeviceBuffer<> a(10), b(20);
    EXPECT_EQ(to_host(a), std::vector<float>(10)) << "zero at first";
    a = std::move(b);
    EXPECT_EQ(a.size(), 20u);
    nn::cuda::DeviceBuffer<> c(std::move(a));
    EXPECT_TRUE(a.empty());
    EXPECT_EQ(c.size(), 20u);
    nn::cuda::DeviceBuffer<> none(0);
    none.clear(nullptr);
    EXPECT_TRUE(to_host(none).empty());
  }
  EXPECT_EQ(cuda_shim::counts().bytes_in_use, before);
}

TEST(CudaLaunch, grids_are_as_large_as_the_work_or_the_device) {
  EXPECT_EQ(nn::cuda::blocks_for(0, 128, 8), 1);
  EXPECT_EQ(nn::cuda::blocks_for(128, 128, 8), 1);
  EXPECT_EQ(nn::cuda::blocks_for(129, 128, 8), 2);
  EXPECT_EQ(nn::cuda::blocks_for(1 << 20, 128, 8), 8);
  EXPECT_EQ(nn::cuda::resident_blocks(write_sum, 128), 8);
}

}  // namespace
