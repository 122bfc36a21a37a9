// Views, storage types and threads go from a file compiled for one instruction set to a file compiled for another.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "cross_isa_kernel.h"
#include "nn/platform.h"

namespace {

TEST(CrossIsa, a_caller_without_flags_uses_kernels_with_them) {
  std::vector<std::array<float, 2>> x = {{1, 2}, {3, 4}, {5, 6}}, y(3);
  nn::Threads threads(2);
  const cross_isa::Result result = cross_isa::twice(x, y, threads);
  EXPECT_EQ(nn::kLanes, 4);
  EXPECT_GE(result.lanes, 4);
  EXPECT_EQ(nn::to_float(result.last), 12.0f);
  EXPECT_EQ(y[1][0], 6.0f);
}

}  // namespace
