// AddressSanitizer sees what kernels do: it follows the fibres' stacks, and device memory ends where it was asked to.
#include <gtest/gtest.h>

#include "nn/cuda/buffer.h"
#include "nn/cuda/launch.h"

namespace {

__global__ void write(float* x, int at) { x[at] = 1; }
__global__ void read_beyond_an_array(float* x, int at) {
  float local[4] = {x[0], x[1], x[2], x[3]};
  float* volatile begin = local;  // a plain pointer, of which the compiler knows nothing
  x[0] = begin[at];
}

void run(void (*kernel)(float*, int), int at) {
  nn::cuda::DeviceBuffer<> x(5);
  nn::cuda::launch(kernel, 1, 1, nullptr, x.data(), at);
}

TEST(CudaShimAsanDeathTest, a_write_past_the_end_of_device_memory_is_caught) {
  run(write, 4);
  EXPECT_DEATH(run(write, 5), "heap-buffer-overflow");
}
TEST(CudaShimAsanDeathTest, a_read_past_an_array_of_a_thread_is_caught) {
  run(read_beyond_an_array, 3);
  EXPECT_DEATH(run(read_beyond_an_array, 4), "stack-buffer-overflow");
}

}  // namespace
