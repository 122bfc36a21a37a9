// The dense kernels alone, and training steps of small networks made of them, as a share of the FMA peak of this core.
//
//   ninja bench_kernels && taskset -c 1 test/runtime/bench_kernels
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "measure.h"
#include "nn/aligned.h"
#include "nn/cpu/dense.h"
#include "nn/cpu/math.h"
#include "nn/cpu/rows.h"
#include "nn/init.h"

namespace {

using Floats = nn::AlignedBuffer<float>;

Floats random_floats(std::size_t size, double bound = 1.0) {
  static std::uint32_t streams = 0;
  Floats buffer(size);
  nn::fill_uniform(buffer.data(), size, {1, streams++}, bound);
  return buffer;
}

/// The three products of one layer over one tile.
template <int O, int I, int T>
void time_layer() {
  const Floats w = random_floats(O * I), x = random_floats(I * T), dy = random_floats(O * T), offset = random_floats(O);
  Floats y(O * T), dx(I * T), dw(nn::WeightGradient<O, I, T>::size);
  const double flop = 2.0 * O * I * T;
  const double forward = kernels_bench::percent_of_peak(flop, [&] {
    nn::dense<O, I, T>(
        w.data(), x.data(), [b = offset.data()](int o, int) NN_LAMBDA { return nn::splat(b[o]); },
        [p = y.data()](int o, int s, nn::Vec v) NN_LAMBDA { nn::store(p + o * T + s, nn::max(v, 0.0f)); });
  });
  const double transposed = kernels_bench::percent_of_peak(flop, [&] {
    nn::dense_transposed<I, O, T>(
        w.data(), dy.data(), [](int, int) NN_LAMBDA { return nn::Vec{}; },
        [p = dx.data(), a = x.data()](int i, int s, nn::Vec v)
            NN_LAMBDA { nn::store(p + i * T + s, nn::select(nn::load(a + i * T + s) > 0.0f, v, 0.0f)); });
  });
  const double gradient = kernels_bench::percent_of_peak(
      flop, [&] { nn::WeightGradient<O, I, T>::template accumulate<T>(dy.data(), x.data(), dw.data()); });
  std::printf("%4d x %4d, tile %3d: forward %5.1f %%, input gradient %5.1f %%, weight gradient %5.1f %%\n", O, I, T,
              forward, transposed, gradient);
}

/// A network of ReLU layers with an L2 loss, over a batch of rows: forward, backward, gradients.
template <int T, int... kWidths>
class Network {
 public:
  static constexpr int kLayers = sizeof...(kWidths) - 1;
  static constexpr int kWidth[kLayers + 1] = {kWidths...};
  static constexpr int kIn = kWidth[0], kOut = kWidth[kLayers];

  static constexpr double multiplications() {
    double sum = 0;
    for (int l = 0; l < kLayers; ++l) sum += kWidth[l] * kWidth[l + 1];
    return sum;
  }
  static constexpr double flop_forward() { return 2 * multiplications(); }
  static constexpr double flop_training() { return 2 * (3 * multiplications() - kWidth[0] * kWidth[1]); }

  Network() {
    const int widest = *std::max_element(kWidth, kWidth + kLayers + 1);
    for (int l = 0; l <= kLayers; ++l) x_[l] = Floats(static_cast<std::size_t>(kWidth[l] * T));
    for (Floats& d : d_) d = Floats(static_cast<std::size_t>(widest * T));
    each_layer([&](auto l) {
      w_[l] = random_floats(std::size_t{kWidth[l]} * kWidth[l + 1], 1.7 / std::sqrt(kWidth[l]));
      b_[l] = random_floats(std::size_t{kWidth[l + 1]}, 0.1);
      dw_[l] = Floats(nn::WeightGradient<kWidth[l + 1], kWidth[l], T>::size);
      db_[l] = Floats(std::size_t{kWidth[l + 1]} * nn::kLanes);
    });
  }

  void infer(const nn::Rows<const float, kIn>& x) {
    for (std::size_t s = 0; s < x.size(); s += T) forward_tile(x, s);
  }
  void step(const nn::Rows<const float, kIn>& x, const nn::Rows<const float, kOut>& target) {
    const float scale = 2.0f / static_cast<float>(x.size() * kOut);
    for (int l = 0; l < kLayers; ++l) dw_[l].clear_to_zero(), db_[l].clear_to_zero();
    for (std::size_t s = 0; s < x.size(); s += T) {
      forward_tile(x, s);
      float* d = d_[(kLayers - 1) & 1].data();
      nn::load_rows<kOut, T>(target, s, T, d);
      for (int i = 0; i < kOut * T; i += nn::kLanes) {
        nn::store(d + i, (nn::load(x_[kLayers].data() + i) - nn::load(d + i)) * scale);
      }
      each_layer([&](auto l) { backward_layer<kLayers - 1 - l>(); });
    }
    each_layer([&](auto l) {  // a small step of plain descent
      constexpr int kO = kWidth[l + 1], kI = kWidth[l];
      Floats& gradient = sum_[l];
      if (gradient.empty()) gradient = Floats(std::size_t{kO} * kI);
      gradient.clear_to_zero();
      nn::WeightGradient<kO, kI, T>::add_to(dw_[l].data(), gradient.data());
      for (int i = 0; i < kO * kI; ++i) w_[l].data()[i] -= 1e-9f * gradient.data()[i];
      float offsets[kO] = {};
      nn::add_lanes<kO>(db_[l].data(), offsets);
      for (int o = 0; o < kO; ++o) b_[l].data()[o] -= 1e-9f * offsets[o];
    });
  }

 private:
  template <class Body>
  static void each_layer(Body body) {
    each_layer(body, std::make_integer_sequence<int, kLayers>{});
  }
  template <class Body, int... l>
  static void each_layer(Body body, std::integer_sequence<int, l...>) {
    (body(std::integral_constant<int, l>{}), ...);
  }

  void forward_tile(const nn::Rows<const float, kIn>& x, std::size_t s) {
    nn::load_rows<kIn, T>(x, s, T, x_[0].data());
    each_layer([&](auto l) {
      constexpr bool kHidden = l + 1 < kLayers;
      nn::dense<kWidth[l + 1], kWidth[l], T>(
          w_[l].data(), x_[l].data(), [b = b_[l].data()](int o, int) NN_LAMBDA { return nn::splat(b[o]); },
          [y = x_[l + 1].data()](int o, int at, nn::Vec v)
              NN_LAMBDA { nn::store(y + o * T + at, kHidden ? nn::max(v, 0.0f) : v); });
    });
  }
  template <int l>
  void backward_layer() {
    constexpr int kO = kWidth[l + 1], kI = kWidth[l];
    const float* dy = d_[l & 1].data();
    nn::sum_lanes<kO, T>(dy, db_[l].data());
    nn::WeightGradient<kO, kI, T>::template accumulate<T>(dy, x_[l].data(), dw_[l].data());
    if constexpr (l > 0) {
      nn::dense_transposed<kI, kO, T>(
          w_[l].data(), dy, [](int, int) NN_LAMBDA { return nn::Vec{}; },
          [dx = d_[(l + 1) & 1].data(), a = x_[l].data()](int i, int s, nn::Vec v)
              NN_LAMBDA { nn::store(dx + i * T + s, nn::select(nn::load(a + i * T + s) > 0.0f, v, 0.0f)); });
    }
  }

  Floats x_[kLayers + 1], d_[2], w_[kLayers], b_[kLayers], dw_[kLayers], db_[kLayers], sum_[kLayers];
};

template <int T, int... kWidths>
void time_network(const char* name) {
  using Net = Network<T, kWidths...>;
  const auto net = std::make_unique<Net>();
  constexpr std::size_t kBatch = (1 << 14) / T * T;
  const Floats x = random_floats(kBatch * Net::kIn), target = random_floats(kBatch * Net::kOut);
  const nn::Rows<const float, Net::kIn> rows(x.data(), kBatch);
  const nn::Rows<const float, Net::kOut> targets(target.data(), kBatch);
  const double forward = kernels_bench::percent_of_peak(Net::flop_forward() * kBatch, [&] { net->infer(rows); });
  const double training =
      kernels_bench::percent_of_peak(Net::flop_training() * kBatch, [&] { net->step(rows, targets); });
  std::printf("%-16s tile %3d: forward %5.1f %%, training step %5.1f %%\n", name, T, forward, training);
}

}  // namespace

int main() {
  std::printf("%d lanes, FMA peak %.0f GFLOP/s\n", nn::kLanes, kernels_bench::fma_peak() * 1e-9);
  time_layer<64, 64, 96>();
  time_layer<32, 32, 96>();
  time_layer<16, 64, 96>();
  time_layer<64, 32, 96>();
  time_layer<3, 64, 96>();
  time_layer<64, 3, 96>();
  time_layer<21, 21, 192>();
  time_layer<256, 256, 96>();
  time_layer<33, 17, 96>();
  time_network<96, 32, 64, 64, 16>("32-64-64-16");
  time_network<96, 64, 64, 64, 64, 64, 64, 16>("64-64x5-16");
  time_network<96, 32, 32, 32, 32, 16>("32-32x3-16");
  time_network<96, 48, 64, 48, 32, 16>("48-64-48-32-16");
  time_network<96, 16, 256, 256, 256, 256, 16>("16-256x4-16");
  time_network<192, 6, 21, 21, 3>("6-21-21-3");
  time_network<96, 32, 64, 64, 3>("32-64-64-3");
}
