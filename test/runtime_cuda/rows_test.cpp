// The caller's rows into a tile and back.
#include "nn/cuda/rows.h"

#include <gtest/gtest.h>

#include <vector>

#include "device_arrays.h"
#include "nn/cuda/launch.h"

namespace {

constexpr int T = 128;

/// Tile after tile of the rows through a buffer of float or int.
template <class Tile, class From, class To, int N>
__global__ void __launch_bounds__(T)
    copy_rows(nn::cuda::Rows<From, N> from, nn::cuda::Rows<To, N> to, Tile* tile, Tile* last_lane) {
  const int lane = static_cast<int>(threadIdx.x);
  for (std::size_t first = 0; first < from.size(); first += T) {
    const std::size_t rest = from.size() - first;
    const int count = rest < T ? static_cast<int>(rest) : T;
    nn::cuda::load_rows<N, T>(from, first, count, lane, tile);
    nn::cuda::store_rows<N, T>(tile, to, first, count, lane);
  }
  if (lane == T - 1) *last_lane = tile[lane];
}

template <int N>
void check_copy(std::size_t count) {
  const auto numbers = random_numbers(count * N, 1);
  const auto from = to_device(numbers);
  nn::cuda::DeviceBuffer<> to(count * N), tile(N * T), last(1);
  nn::cuda::launch(copy_rows<float, const float, float, N>, 1, T, nullptr,
                   nn::cuda::Rows<const float, N>(from.data(), count), nn::cuda::Rows<float, N>(to.data(), count),
                   tile.data(), last.data());
  EXPECT_EQ(to_host(to), numbers);
  if (count > 0) {
    EXPECT_EQ(to_host(last)[0], numbers[(count - 1) * N]) << "lanes beyond the end repeat the last row";
  }
}

TEST(CudaRows, batches_of_every_size_come_and_go) {
  for (std::size_t count : {0u, 1u, 31u, 127u, 128u, 129u, 300u})
    check_copy<1>(count), check_copy<2>(count), check_copy<7>(count);
}

struct Vertex {
  float position[3];
  int material;
};

TEST(CudaRows, rows_are_fields_of_structs_and_columns_of_matrices) {
  std::vector<Vertex> host(150);
  for (std::size_t i = 0; i < host.size(); ++i) {
    const float x = static_cast<float>(i);
    host[i] = {{x, 2 * x, 3 * x}, static_cast<int>(i)};
  }
  const auto vertices = to_device(host);
  nn::cuda::DeviceBuffer<> columns(3 * 150), tile(3 * T), last(1);
  const nn::cuda::Rows<const float, 3> positions(&vertices.data()->position[0], 150, sizeof(Vertex));
  const nn::cuda::Rows<float, 3> by_column(columns.data(), 150, 4, 150 * 4);
  nn::cuda::launch(copy_rows<float, const float, float, 3>, 1, T, nullptr, positions, by_column, tile.data(),
                   last.data());
  const auto got = to_host(columns);
  for (std::size_t i = 0; i < 150; ++i) {
    for (std::size_t c = 0; c < 3; ++c) ASSERT_EQ(got[c * 150 + i], host[i].position[c]);
  }
}

TEST(CudaRows, narrow_types_are_float_in_the_tile) {
  std::vector<nn::f16> host;
  for (int i = 0; i < 40; ++i) host.push_back(nn::to_f16(0.1f * static_cast<float>(i)));
  const auto from = to_device(host);
  nn::cuda::DeviceBuffer<nn::bf16> to(40);
  nn::cuda::DeviceBuffer<> tile(2 * T), last(1);
  nn::cuda::launch(copy_rows<float, const nn::f16, nn::bf16, 2>, 1, T, nullptr,
                   nn::cuda::Rows<const nn::f16, 2>(from.data(), 20), nn::cuda::Rows<nn::bf16, 2>(to.data(), 20),
                   tile.data(), last.data());
  const auto got = to_host(to);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(nn::to_float(got[i]), nn::to_float(nn::to_bf16(nn::to_float(host[i]))));
  }
}

TEST(CudaRows, integers_stay_integers) {
  const std::vector<std::int32_t> host{1, -2, 1 << 30, -7};
  const auto from = to_device(host);
  nn::cuda::DeviceBuffer<std::int32_t> to(4), tile(T), last(1);
  nn::cuda::launch(copy_rows<std::int32_t, const std::int32_t, std::int32_t, 1>, 1, T, nullptr,
                   nn::cuda::Rows<const std::int32_t, 1>(from.data(), 4), nn::cuda::Rows<std::int32_t, 1>(to.data(), 4),
                   tile.data(), last.data());
  EXPECT_EQ(to_host(to), host);
}

}  // namespace
