// Dense products of a tile, against plain loops in double.
#include "nn/cuda/dense.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "control.h"
#include "device_arrays.h"
#include "nn/cuda/launch.h"
#include "nn/cuda/sums.h"
#include "nn/cuda/tile.h"

namespace {

constexpr int T = 128;

struct LayerArrays {
  const float *w, *bias, *x;
  float *y, *dx, *dw, *db;
};

/// y = w x + bias, then with y as its own gradient dx = wᵀ y, dw += y xᵀ in rows that are `row_step` apart, db += Σ y.
template <int O, int I>
__global__ void __launch_bounds__(T) layer(LayerArrays a, int count, int row_step) {
  const int lane = static_cast<int>(threadIdx.x);
  nn::cuda::dense<O, I, T>(
      a.w, a.x, lane, [&](int o) { return a.bias[o]; }, [&](int o, float v) { a.y[o * T + lane] = v; });
  nn::cuda::clear_lanes<O, T>(a.y, lane, count);
  nn::cuda::dense_transposed<I, O, T>(
      a.w, a.y, lane, [](int) { return 0.f; }, [&](int i, float v) { a.dx[i * T + lane] = v; });
  __syncthreads();
  nn::cuda::accumulate_outer<O, I, T>(a.y, a.x, a.dw, row_step);
  nn::cuda::sum_lanes<O, T>(a.y, a.db);
}

template <int O, int I>
void check_layer(int count) {
  SCOPED_TRACE(std::to_string(O) + " outputs, " + std::to_string(I) + " inputs, " + std::to_string(count) + " lanes");
  const int row_step = I + 3;
  const auto w = random_numbers(O * I, 1), bias = random_numbers(O, 2), x = random_numbers(I * T, 3);
  const auto dw_before = random_numbers(static_cast<std::size_t>(O * row_step), 4), db_before = random_numbers(O, 5);
  const auto dev_w = to_device(w), dev_bias = to_device(bias), dev_x = to_device(x);
  nn::cuda::DeviceBuffer<> y(O * T), dx(I * T);
  auto dw = to_device(dw_before), db = to_device(db_before);
  const LayerArrays arrays{dev_w.data(), dev_bias.data(), dev_x.data(), y.data(), dx.data(), dw.data(), db.data()};
  nn::cuda::launch(layer<O, I>, 1, T, nullptr, arrays, count, row_step);

  const auto got_y = to_host(y), got_dx = to_host(dx), got_dw = to_host(dw), got_db = to_host(db);
  const auto at = [](const std::vector<float>& v, int i) {
    return static_cast<double>(v[static_cast<std::size_t>(i)]);
  };
  std::vector<double> sums(static_cast<std::size_t>(O * row_step));
  for (int i = 0; i < O * row_step; ++i) sums[static_cast<std::size_t>(i)] = at(dw_before, i);
  double worst = 0;
  const auto compare = [&](double got, double want, double scale) {
    worst = std::max(worst, std::isnan(got) ? HUGE_VAL : std::abs(got - want) / scale);
  };
  for (int o = 0; o < O; ++o) {
    double sum = at(db_before, o);
    for (int s = 0; s < T; ++s) {
      double value = at(bias, o);
      for (int i = 0; i < I; ++i) value += at(w, o * I + i) * at(x, i * T + s);
      if (s >= count) value = 0;
      compare(at(got_y, o * T + s), value, 1 + std::sqrt(I));
      const double stored = at(got_y, o * T + s);
      sum += stored;
      for (int i = 0; i < I; ++i) sums[static_cast<std::size_t>(o * row_step + i)] += stored * at(x, i * T + s);
    }
    compare(at(got_db, o), sum, T);
  }
  for (int i = 0; i < O * row_step; ++i) compare(at(got_dw, i), sums[static_cast<std::size_t>(i)], T);
  for (int i = 0; i < I; ++i) {
    for (int s = 0; s < T; ++s) {
      double value = 0;
      for (int o = 0; o < O; ++o) value += at(w, o * I + i) * at(got_y, o * T + s);
      compare(at(got_dx, i * T + s), value, O * (1 + std::sqrt(I)));
    }
  }
  EXPECT_LT(worst, 1e-6);
}

template <int... N>
void check_small_layers(std::integer_sequence<int, N...>) {
  (check_layer<N + 1, 33 - N>(N * 4), ...);
}

TEST(CudaDense, layers_of_every_width_from_1_to_33) { check_small_layers(std::make_integer_sequence<int, 33>{}); }

TEST(CudaDense, layers_that_networks_have) {
  check_layer<64, 64>(T);
  check_layer<64, 32>(T - 1);
  check_layer<3, 64>(1);
  check_layer<64, 3>(77);
  check_layer<1, 1>(T);
  check_layer<16, 130>(T);
  check_layer<130, 16>(T);
}

TEST(CudaDense, the_order_of_the_threads_changes_no_bit) {
  const auto w = to_device(random_numbers(21 * 40, 1)), bias = to_device(random_numbers(21, 2));
  const auto x = to_device(random_numbers(40 * T, 3));
  std::vector<float> first;
  cuda_shim::for_each_order([&] {
    nn::cuda::DeviceBuffer<> y(21 * T), dx(40 * T), dw(21 * 40), db(21);
    const LayerArrays arrays{w.data(), bias.data(), x.data(), y.data(), dx.data(), dw.data(), db.data()};
    nn::cuda::launch(layer<21, 40>, 1, T, nullptr, arrays, 100, 40);
    const auto got = to_host(dw);
    if (first.empty()) first = got;
    EXPECT_EQ(got, first);
  });
}

/// Without the barrier before it, the sum reads lanes that other warps have not written.
__global__ void __launch_bounds__(T) sum_without_barrier(float* y, float* db) {
  y[threadIdx.x] = 1;
  nn::cuda::sum_lanes<1, T>(y, db);
}

TEST(CudaDense, a_sum_without_its_barrier_is_caught) {
  int wrong = 0;
  cuda_shim::for_each_order([&] {
    nn::cuda::DeviceBuffer<> y(T), db(1);
    nn::cuda::launch(sum_without_barrier, 1, T, nullptr, y.data(), db.data());
    wrong += to_host(db)[0] != T;
  });
  EXPECT_GT(wrong, 0);
}

}  // namespace
