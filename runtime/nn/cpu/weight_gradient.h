// The gradient of a weight matrix over tiles of samples: dw[O][I] += dy[O][T] x[I][T]ᵀ, a sum over the samples.
//
// There are two ways to sum over what lies in the lanes. `OuterSums` transposes one side, a panel at a time, so that
// the lanes become its features, and the other side is broadcast: the kernel of a dense layer again. `DotSums`
// multiplies lane by lane and folds each vector of sums to a number once a tile. Transposing costs in proportion to one
// side, folding in proportion to the matrix; `WeightGradient` counts both for its extents and takes the cheaper one.
#pragma once

#include <cstddef>

#include "blocks.h"
#include "vec.h"

namespace nn {
inline namespace NN_ISA {
namespace gradient_detail {

/// At most as many samples as a panel holds.
inline constexpr int kPanelSamples = 96;
/// Sums in flight below which the FMA units wait for each other.
inline constexpr int kChains = 8;
inline constexpr int kLanesLog2 = kLanes == 16 ? 4 : kLanes == 8 ? 3 : 2;

constexpr int larger(int a, int b) { return a > b ? a : b; }

/// Sums of a[r][s] b[c][s] over samples s, for r < R and c < C; b is transposed and its features lie in the lanes.
template <int R, int C, int kTile>
class OuterSums {
  static constexpr int kVectors = ceil_div(C, kLanes);

 public:
  /// Floats in the buffer: [panel][R][features of the panel].
  static constexpr std::size_t kSize = static_cast<std::size_t>(R) * kVectors * kLanes;

  /// Vector operations a tile takes.
  static constexpr int cost() {
    const int panels = ceil_div(kVectors, blocks::kVectors), wide = ceil_div(kVectors, panels);
    const int at_once = blocks::smaller(R, blocks::rows_for(wide)) * wide;
    const int products = R * kVectors * kTile * larger(at_once, kChains) / at_once;
    // One vector wide, there is a load for every FMA.
    return products + (wide == 1 ? products / 8 : 0) + kTile * kVectors * kLanesLog2;
  }

  template <int T>
  NN_INLINE static void accumulate(const float* a, const float* b, float* buffer) {
    constexpr int kSamples = kLanes * blocks::largest_divisor(T / kLanes, kPanelSamples / kLanes);
    blocks::for_blocks<kVectors, blocks::kVectors>([&](auto vectors, int first) NN_LAMBDA {
      constexpr int kWidth = vectors * kLanes;
      alignas(kCacheLine) float panel[kSamples * kWidth];
      float* sums = buffer + first * kLanes * R;
      for (int s = 0; s < T; s += kSamples) {
        for (int v = 0; v < vectors; ++v) {
          transpose_features<T, kSamples, kWidth>(b + s, (first + v) * kLanes, panel + v * kLanes);
        }
        blocks::for_blocks<R, blocks::rows_for(vectors)>([&](auto rows, int r) NN_LAMBDA {
          const auto place = [=](int m, int n) NN_LAMBDA { return sums + (r + m) * kWidth + n * kLanes; };
          blocks::product_block<rows, vectors, kSamples, T, 1, kWidth>(
              a + r * T + s, panel, [=](int m, int n) NN_LAMBDA { return load(place(m, n)); },
              [=](int m, int n, Vec sum) NN_LAMBDA { store(place(m, n), sum); });
        });
      }
    });
  }

  /// out[r * r_step + c * c_step] += the sum for r and c.
  static void add_to(const float* buffer, float* out, std::ptrdiff_t r_step, std::ptrdiff_t c_step) {
    blocks::for_blocks<kVectors, blocks::kVectors>([&](auto vectors, int first) {
      constexpr int kWidth = vectors * kLanes;
      const int begin = first * kLanes, end = blocks::smaller(begin + kWidth, C);
      for (int r = 0; r < R; ++r) {
        for (int c = begin; c < end; ++c) out[r * r_step + c * c_step] += buffer[begin * R + r * kWidth + c - begin];
      }
    });
  }

 private:
  /// kLanes features of kSamples samples, from feature `first` on; zeros where there is none.
  template <int T, int kSamples, int kWidth>
  NN_INLINE static void transpose_features(const float* b, int first, float* panel) {
    const auto move = [&](auto features) NN_LAMBDA {
      for (int s = 0; s < kSamples; s += kLanes) {
        Vec block[kLanes];
        if constexpr (features == kLanes) {
          load_transposed(reinterpret_cast<const char*>(b + first * T + s),
                          std::integral_constant<std::ptrdiff_t, 4 * T>{}, block);
        } else {
          NN_UNROLL for (int c = 0; c < kLanes; ++c) block[c] = c < features ? load(b + (first + c) * T + s) : Vec{};
          transpose(block);
        }
        NN_UNROLL for (int i = 0; i < kLanes; ++i) store(panel + (s + i) * kWidth, block[i]);
      }
    };
    constexpr int kRest = C % kLanes;
    if (kRest == 0 || first + kLanes <= C)
      move(std::integral_constant<int, kLanes>{});
    else
      move(std::integral_constant<int, kRest>{});
  }
};

/// The same sums; each is a vector over the samples until its lanes are folded, once a tile.
template <int R, int C, int kTile>
class DotSums {
  struct Block {
    int rows, columns;
  };
  /// Vector operations a tile takes in such blocks: products, then two shuffles and an addition where two sums meet.
  static constexpr int cost_of(Block b) {
    const int sums = b.rows * b.columns, count = ceil_div(R, b.rows) * ceil_div(C, b.columns);
    const int products = sums < kChains ? count * kChains * (kTile / kLanes) : R * C * (kTile / kLanes);
    return products + count * ceil_div(sums, kLanes) * 3 * (kLanes - 1);
  }
  static constexpr Block cheapest() {
    Block best{1, 1};
    for (int m = 1; m <= blocks::smaller(R, blocks::kDotRows); ++m) {
      for (int n = 1; n <= blocks::smaller(C, blocks::kDotRows) && m * n <= blocks::kDotTotal; ++n) {
        const Block even{ceil_div(R, ceil_div(R, m)), ceil_div(C, ceil_div(C, n))};
        if (cost_of(even) < cost_of(best)) best = even;
      }
    }
    return best;
  }
  static constexpr int kRows = cheapest().rows, kColumns = cheapest().columns;
  static constexpr int kStride = round_up(kRows * kColumns, kLanes);
  static constexpr int kBlocks = ceil_div(R, kRows) * ceil_div(C, kColumns);

 public:
  /// Floats in the buffer, in the order of the blocks.
  static constexpr std::size_t kSize = static_cast<std::size_t>(kBlocks) * kStride;

  static constexpr int cost() { return cost_of({kRows, kColumns}); }

  template <int T>
  NN_INLINE static void accumulate(const float* a, const float* b, float* buffer) {
    for_each_block([&](auto rows, auto columns, int r, int c) NN_LAMBDA {
      accumulate_block<T, rows, columns>(a + r * T, b + c * T, buffer);
      buffer += kStride;
    });
  }

  /// out[r * r_step + c * c_step] += the sum for r and c.
  static void add_to(const float* buffer, float* out, std::ptrdiff_t r_step, std::ptrdiff_t c_step) {
    for_each_block([&](auto rows, auto columns, int r, int c) NN_LAMBDA {
      for (int m = 0; m < rows; ++m) {
        for (int n = 0; n < columns; ++n) out[(r + m) * r_step + (c + n) * c_step] += buffer[m * columns + n];
      }
      buffer += kStride;
    });
  }

 private:
  template <class Body>
  NN_INLINE static void for_each_block(Body body) {
    blocks::for_blocks<R, kRows>([&](auto rows, int r) NN_LAMBDA {
      blocks::for_blocks<C, kColumns>([&](auto columns, int c) NN_LAMBDA { body(rows, columns, r, c); });
    });
  }

  template <int T, int M, int N>
  NN_INLINE static void accumulate_block(const float* a, const float* b, float* buffer) {
    Vec acc[M * N];
    NN_UNROLL for (int k = 0; k < M * N; ++k) acc[k] = Vec{};
    _Pragma("GCC unroll 2") for (int s = 0; s < T; s += kLanes) {
      Vec column[N];
      NN_UNROLL for (int n = 0; n < N; ++n) column[n] = load(b + n * T + s);
      NN_UNROLL for (int m = 0; m < M; ++m) {
        const Vec row = load(a + m * T + s);
        NN_UNROLL for (int n = 0; n < N; ++n) acc[m * N + n] += row * column[n];
      }
    }
    NN_UNROLL for (int first = 0; first < M * N; first += kLanes) {
      const Vec sums = horizontal_sums([&](int k) NN_LAMBDA { return first + k < M * N ? acc[first + k] : Vec{}; });
      store(buffer + first, load(buffer + first) + sums);
    }
  }
};

/// No sums: what is left when the outer products cover everything.
template <int C, int kTile>
class DotSums<0, C, kTile> {
 public:
  static constexpr std::size_t kSize = 0;
  static constexpr int cost() { return 0; }
  template <int T>
  NN_INLINE static void accumulate(const float*, const float*, float*) {}
  static void add_to(const float*, float*, std::ptrdiff_t, std::ptrdiff_t) {}
};

}  // namespace gradient_detail

/// The gradient of w[O][I], summed in a buffer whose order suits the kernels. Zero the buffer, `accumulate` tile after
/// tile, then `add_to` the gradient in the order of the weights. The way is chosen for tiles of kTile samples, and
/// right for any.
template <int O, int I, int kTile = 96>
class WeightGradient {
  static_assert(O > 0 && I > 0, "a weight matrix has rows and columns");

  /// Outer products for the first `covered` features of the side that is transposed, dots for the others.
  struct Plan {
    bool transposes_inputs;
    int covered;
    int cost;
  };
  template <bool kInputs, int kFeatures>
  static constexpr Plan plan() {
    constexpr int kThis = kInputs ? I : O, kThat = kInputs ? O : I;
    int cost = gradient_detail::DotSums<kThis - kFeatures, kThat, kTile>::cost();
    if constexpr (kFeatures > 0) cost += gradient_detail::OuterSums<kThat, kFeatures, kTile>::cost();
    return {kInputs, kFeatures, cost};
  }
  static constexpr Plan cheapest() {
    const Plan plans[] = {plan<true, 0>(), plan<true, I / kLanes * kLanes>(), plan<true, I>(),
                          plan<false, O / kLanes * kLanes>(), plan<false, O>()};
    Plan best = plans[0];
    for (const Plan& p : plans) {
      if (p.cost < best.cost) best = p;
    }
    return best;
  }
  static constexpr Plan kPlan = cheapest();
  static constexpr int kCovered = kPlan.covered, kOther = kPlan.transposes_inputs ? O : I;
  static constexpr int kRest = (kPlan.transposes_inputs ? I : O) - kCovered;

  using Outer = gradient_detail::OuterSums<kOther, kCovered, kTile>;
  using Rest = gradient_detail::DotSums<kRest, kOther, kTile>;
  static constexpr std::size_t kOuterSize = kCovered > 0 ? Outer::kSize : 0;

 public:
  /// Floats in the buffer.
  static constexpr std::size_t size = kOuterSize + Rest::kSize;

  /// buffer += dy[O][T] x[I][T]ᵀ.
  template <int T>
  NN_NOINLINE static void accumulate(const float* dy, const float* x, float* buffer) {
    blocks::check_tile<T>();
    const float* side = kPlan.transposes_inputs ? x : dy;
    const float* other_side = kPlan.transposes_inputs ? dy : x;
    if constexpr (kCovered > 0) Outer::template accumulate<T>(other_side, side, buffer);
    Rest::template accumulate<T>(side + kCovered * T, other_side, buffer + kOuterSize);
  }

  /// dw[o * row_stride + i] += the sum so far. Rows of dw are `row_stride` floats apart: I, unless dw is a slice.
  static void add_to(const float* buffer, float* dw, std::ptrdiff_t row_stride = I) {
    const std::ptrdiff_t side_step = kPlan.transposes_inputs ? 1 : row_stride;
    const std::ptrdiff_t other_step = kPlan.transposes_inputs ? row_stride : 1;
    if constexpr (kCovered > 0) Outer::add_to(buffer, dw, other_step, side_step);
    Rest::add_to(buffer + kOuterSize, dw + kCovered * side_step, side_step, other_step);
  }
};

}  // namespace NN_ISA
}  // namespace nn
