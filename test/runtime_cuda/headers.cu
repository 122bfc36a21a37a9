// Every function of runtime/nn/cuda once, for nvcc to compile.
#include "nn/cuda/buffer.h"
#include "nn/cuda/dense.h"
#include "nn/cuda/launch.h"
#include "nn/cuda/numbers.h"
#include "nn/cuda/rows.h"
#include "nn/cuda/step.h"
#include "nn/cuda/sums.h"
#include "nn/cuda/table.h"
#include "nn/cuda/tile.h"
#include "nn/number.h"

namespace {

constexpr int kThreads = 128;

/// One layer of 20 inputs and 33 outputs on the rows of a table, forward and backward.
__global__ void __launch_bounds__(kThreads)
    layer(const float* w, const float* table, nn::cuda::Rows<const std::int32_t, 5> numbers,
          nn::cuda::Rows<nn::f16, 33> out, float* d_table, float* dw, float* db, float* workspace, std::size_t first,
          int count) {
  const int lane = static_cast<int>(threadIdx.x);
  float* x = workspace;
  float* y = x + 20 * kThreads;
  float* dx = y + 33 * kThreads;
  std::int32_t* number = reinterpret_cast<std::int32_t*>(dx + 20 * kThreads);
  nn::cuda::load_rows<5, kThreads>(numbers, first, count, lane, number);
  for (int i = 0; i < 5; ++i) {
    float row[4];
    nn::cuda::gather(table, number[i * kThreads + lane], row);
    for (int f = 0; f < 4; ++f) x[(4 * i + f) * kThreads + lane] = row[f];
  }
  nn::cuda::dense<33, 20, kThreads>(
      w, x, lane, [](int) { return 0.f; }, [&](int m, float value) { y[m * kThreads + lane] = value; });
  nn::cuda::store_rows<33, kThreads>(y, out, first, count, lane);
  nn::cuda::clear_lanes<33, kThreads>(y, lane, count);
  nn::cuda::dense_transposed<20, 33, kThreads>(
      w, y, lane, [](int) { return 0.f; }, [&](int m, float value) { dx[m * kThreads + lane] = value; });
  __syncthreads();
  nn::cuda::accumulate_outer<33, 20, kThreads>(y, x, dw, 20);
  nn::cuda::sum_lanes<33, kThreads>(y, db);
  __syncthreads();
  for (int i = 0; i < 5; ++i) {
    const float* d = dx + 4 * i * kThreads + lane;
    const float pair[2] = {d[0], d[kThreads]};
    nn::cuda::scatter_add(d_table, number[i * kThreads + lane], pair, lane < count);
    const float row[4] = {d[0], d[kThreads], d[2 * kThreads], d[3 * kThreads]};
    nn::cuda::scatter_add(d_table, number[i * kThreads + lane], row, lane < count);
  }
}

__global__ void __launch_bounds__(kThreads) add(const float* from, int blocks, float* to) {
  nn::cuda::add_blocks<33, 20, kThreads>(from, 1000, blocks, to);
}

__global__ void __launch_bounds__(kThreads) add_up(const double* from, int count, float* to) {
  *to = static_cast<float>(nn::cuda::sum_of<kThreads>(from, count) + nn::number::cospi(0.25));
}

}  // namespace

/// One sample, on either side.
__host__ __device__ float layer_of_one(const float* w, const float* table) {
  float x[4], y[2] = {};
  nn::cuda::gather(table, 3, x);
  nn::cuda::dense<2, 4, 1>(w, x, 0, [](int) { return 0.f; }, [&](int m, float value) { y[m] = value; });
  return y[0] + y[1];
}

void step(cudaStream_t stream) {
  nn::cuda::DeviceBuffer<> numbers(1000);
  nn::cuda::DeviceBuffer<nn::cuda::StepState> state(1);
  float* p = numbers.data();
  nn::cuda::launch(layer, nn::cuda::resident_blocks(layer, kThreads), kThreads, stream, p, p,
                   nn::cuda::Rows<const std::int32_t, 5>(), nn::cuda::Rows<nn::f16, 33>(), p, p, p, p, std::size_t{0},
                   1);
  nn::cuda::launch(add, 1, kThreads, stream, p, 2, p);
  nn::cuda::launch(add_up, 1, kThreads, stream, static_cast<const double*>(nullptr), 0, p);
  nn::cuda::launch(nn::cuda::find_non_finite<kThreads>, 1, kThreads, stream, p, std::size_t{8}, state.data());
  nn::cuda::launch(nn::cuda::count_step<1>, 1, 1, stream, state.data());
}
