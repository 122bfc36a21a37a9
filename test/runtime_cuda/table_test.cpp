// Gather and scatter of table rows.
#include "nn/cuda/table.h"

#include <gtest/gtest.h>

#include <vector>

#include "control.h"
#include "device_arrays.h"
#include "nn/cuda/launch.h"

namespace {

constexpr int kThreads = 128;

/// out[i] = table[row[i]], then d_table[row[i]] += out[i] where row[i] is even.
template <int F>
__global__ void __launch_bounds__(kThreads)
    gather_scatter(const float* table, const int* row, float* out, float* d_table) {
  const unsigned i = blockIdx.x * kThreads + threadIdx.x;
  float value[F];
  nn::cuda::gather(table, row[i], value);
  for (int f = 0; f < F; ++f) out[i * F + static_cast<unsigned>(f)] = value[f];
  nn::cuda::scatter_add(d_table, row[i], value, row[i] % 2 == 0);
}

template <int F>
void check(std::size_t offset) {
  constexpr std::size_t kRows = 50, kCount = 2 * kThreads;
  std::vector<float> numbers(kRows * F + offset);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i % 97);  // sums stay exact
  std::vector<int> row(kCount);
  for (std::size_t i = 0; i < kCount; ++i) row[i] = static_cast<int>(i * i % kRows);
  std::vector<float> want(kRows * F + offset);
  for (int r : row) {
    for (std::size_t f = 0; f < F; ++f) {
      const std::size_t at = offset + static_cast<std::size_t>(r) * F + f;
      if (r % 2 == 0) want[at] += numbers[at];
    }
  }
  const auto table = to_device(numbers);
  const auto device_row = to_device(row);
  cuda_shim::for_each_order([&] {
    nn::cuda::DeviceBuffer<> out(kCount * F), d_table(kRows * F + offset);
    nn::cuda::launch(gather_scatter<F>, 2, kThreads, nullptr, table.data() + offset, device_row.data(), out.data(),
                     d_table.data() + offset);
    const auto got = to_host(out);
    for (std::size_t i = 0; i < kCount; ++i) {
      for (std::size_t f = 0; f < F; ++f) {
        ASSERT_EQ(got[i * F + f], numbers[offset + static_cast<std::size_t>(row[i]) * F + f]);
      }
    }
    EXPECT_EQ(to_host(d_table), want);
  });
}

TEST(CudaTable, rows_of_every_width_that_grids_have) {
  check<1>(0), check<2>(0), check<3>(0), check<4>(0), check<8>(0);
}
TEST(CudaTable, a_table_may_begin_anywhere) { check<2>(1), check<4>(3); }

}  // namespace
