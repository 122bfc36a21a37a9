// Grids in one to seven dimensions against their formula, written out by itself: values, and gradients of positions and
// tables.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>

#include "compiler/ir/evaluate.h"
#include "compiler/lower/lower.h"
#include "sema/checked_text.h"

namespace nnc::test {
namespace {

constexpr int kLevels = 3, kFeatures = 2, kLog2Size = 6;
constexpr int64_t kSamples = 5;
constexpr double kBase = 3, kGrowth = 1.6;

enum class Kind { hash, dense, tiled, permutohedral };

struct Grid {
  Kind kind;
  int d;
  bool is_smooth;
};

std::string function_of(const Grid& grid) {
  static constexpr std::array<const char*, 4> kNames = {"hash_grid", "dense_grid", "tiled_grid", "permutohedral_grid"};
  return kNames[static_cast<size_t>(grid.kind)];
}

void PrintTo(const Grid& grid, std::ostream* out) {
  *out << function_of(grid) << "_" << grid.d << (grid.is_smooth ? "_smooth" : "");
}

std::string model_of(const Grid& grid) {
  const bool is_hashed = grid.kind == Kind::hash || grid.kind == Kind::permutohedral;
  return "model M {\n  input x: f32[" + std::to_string(grid.d) + "]\n  output y = x -> " + function_of(grid) +
         "(levels = 3, features = 2, base = 3, growth = 1.6" + (is_hashed ? ", log2_size = 6" : "") +
         (grid.is_smooth ? ", interpolation = smoothstep" : "") + ")\n}\n";
}

/// A row of the table, how much of it a position sees, and how that changes with each coordinate.
struct Seen {
  int64_t row;
  double weight;
  std::vector<double> slope;
};

class Level {
 public:
  Level(const Grid& grid, int number) : grid_(grid), scale_(kBase * std::pow(kGrowth, number) - 1) {
    resolution_ = static_cast<uint32_t>(std::ceil(static_cast<float>(scale_))) + 1;
    const double vertices = std::pow(resolution_, grid.d), whole = 8 * std::ceil(vertices / 8);
    if (grid.kind == Kind::tiled) {
      rows_ = static_cast<int64_t>(std::pow(kBase, grid.d));
    } else if (grid.kind == Kind::dense) {
      rows_ = static_cast<int64_t>(whole);
    } else {
      rows_ = static_cast<int64_t>(std::min(whole, std::exp2(kLog2Size)));
      is_hashed_ = vertices > static_cast<double>(rows_);
    }
  }

  int64_t rows() const { return rows_; }

  std::vector<Seen> seen_from(const double* x) const {
    std::vector<int64_t> cell;
    std::vector<double> t;
    for (int i = 0; i < grid_.d; ++i) {
      const double at = x[i] * scale_ + 0.5;
      cell.push_back(static_cast<int64_t>(std::floor(at)));
      t.push_back(at - std::floor(at));
    }
    return grid_.kind == Kind::permutohedral ? simplex(cell, t) : cube(cell, t);
  }

 private:
  std::vector<Seen> cube(const std::vector<int64_t>& cell, const std::vector<double>& t) const {
    std::vector<Seen> all;
    for (int corner = 0; corner < 1 << grid_.d; ++corner) {
      Seen seen{0, 1, {}};
      std::vector<int64_t> vertex = cell;
      std::vector<double> weight, slope;
      for (int i = 0; i < grid_.d; ++i) {
        const double u = t[static_cast<size_t>(i)];
        const double upper = grid_.is_smooth ? u * u * (3 - 2 * u) : u, rise = grid_.is_smooth ? 6 * u * (1 - u) : 1;
        const bool is_upper = (corner >> i & 1) != 0;
        vertex[static_cast<size_t>(i)] += is_upper ? 1 : 0;
        weight.push_back(is_upper ? upper : 1 - upper);
        slope.push_back((is_upper ? rise : -rise) * scale_);
      }
      for (int i = 0; i < grid_.d; ++i) {
        double product = slope[static_cast<size_t>(i)];
        for (int j = 0; j < grid_.d; ++j) product *= j == i ? 1 : weight[static_cast<size_t>(j)];
        seen.slope.push_back(product);
        seen.weight *= weight[static_cast<size_t>(i)];
      }
      seen.row = row_of(vertex);
      all.push_back(std::move(seen));
    }
    return all;
  }

  /// From the cell's corner one coordinate after the other, the one that is furthest along first.
  std::vector<Seen> simplex(const std::vector<int64_t>& cell, const std::vector<double>& t) const {
    std::vector<size_t> order(t.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return t[a] < t[b]; });
    std::vector<Seen> all;
    for (size_t r = 0; r <= t.size(); ++r) {  // vertex r is up in the coordinates of rank r and more
      Seen seen{0, 0, std::vector<double>(t.size(), 0.0)};
      std::vector<int64_t> vertex = cell;
      for (size_t k = r; k < t.size(); ++k) ++vertex[order[k]];
      seen.weight = (r < t.size() ? t[order[r]] : 1) - (r > 0 ? t[order[r - 1]] : 0);
      if (r < t.size()) seen.slope[order[r]] += scale_;
      if (r > 0) seen.slope[order[r - 1]] -= scale_;
      seen.row = row_of(vertex);
      all.push_back(std::move(seen));
    }
    return all;
  }

  int64_t row_of(const std::vector<int64_t>& vertex) const {
    static constexpr std::array<uint32_t, 7> kPrimes = {1,          2654435761, 805459861, 3674653429,
                                                        2097192037, 1434869437, 2165219737};
    if (grid_.kind == Kind::tiled) {
      int64_t slot = 0;
      for (size_t i = vertex.size(); i-- > 0;) slot = slot * 3 + ((vertex[i] % 3) + 3) % 3;
      return slot;
    }
    uint32_t slot = 0;
    for (size_t i = 0; i < vertex.size(); ++i) {
      const auto v = static_cast<uint32_t>(vertex[i]);
      if (!is_hashed_) {
        uint32_t stride = 1;
        for (size_t k = 0; k < i; ++k) stride *= resolution_;
        slot += v * stride;
      } else if (grid_.kind == Kind::permutohedral) {
        slot = (slot + v) * 2531011u;
      } else {
        slot ^= v * kPrimes[i];
      }
    }
    return static_cast<int64_t>(slot % static_cast<uint32_t>(rows_));
  }

  Grid grid_;
  double scale_;
  uint32_t resolution_;
  int64_t rows_ = 0;
  bool is_hashed_ = false;
};

class Grids : public testing::TestWithParam<Grid> {};

TEST_P(Grids, are_their_formula) {
  const Grid& grid = GetParam();
  std::vector<Level> levels;
  int64_t rows = 0;
  for (int l = 0; l < kLevels; ++l) rows += levels.emplace_back(grid, l).rows();

  const Checked checked(model_of(grid));
  ASSERT_EQ(checked.programs().size(), 1u) << checked.rendered();
  const ir::Module module = lower::lower(checked.program(), lower::Surface::backward);
  const std::string table = function_of(grid) + "_0.table", gradient = "output_gradient.y";

  std::mt19937 random(static_cast<uint32_t>(grid.d));
  auto drawn = [&](std::vector<int64_t> shape, double low, double high) {
    ir::Array array{std::move(shape), {}};
    int64_t count = 1;
    for (int64_t extent : array.shape) count *= extent;
    std::uniform_real_distribution<double> number(low, high);
    for (int64_t k = 0; k < count; ++k) array.elements.push_back(number(random));
    return array;
  };
  const ir::Values given = {{"x", drawn({kSamples, grid.d}, -1, 2)},
                            {table, drawn({rows, kFeatures}, -1, 1)},
                            {gradient, drawn({kSamples, kLevels, kFeatures}, -1, 1)}};
  const ir::Values found = ir::evaluate(module, given, kSamples);

  ir::Array y{{}, {}}, dx{{}, std::vector<double>(given.at("x").elements.size())},
      dtable{{}, std::vector<double>(given.at(table).elements.size())};
  for (int64_t s = 0; s < kSamples; ++s) {
    int64_t start = 0;
    for (const Level& level : levels) {
      const std::vector<Seen> seen = level.seen_from(&given.at("x").elements[static_cast<size_t>(s * grid.d)]);
      for (int64_t f = 0; f < kFeatures; ++f) {
        const double wanted = given.at(gradient).elements[y.elements.size()];
        double sum = 0;
        for (const Seen& each : seen) {
          const auto at = static_cast<size_t>((start + each.row) * kFeatures + f);
          const double number = given.at(table).elements[at];
          sum += each.weight * number;
          dtable.elements[at] += wanted * each.weight;
          for (int i = 0; i < grid.d; ++i)
            dx.elements[static_cast<size_t>(s * grid.d + i)] += wanted * number * each.slope[static_cast<size_t>(i)];
        }
        y.elements.push_back(sum);
      }
      start += level.rows();
    }
  }
  auto expect_near = [&](const std::string& what, const ir::Array& expected) {
    const ir::Array& actual = found.at(what);
    ASSERT_EQ(actual.elements.size(), expected.elements.size()) << what;
    for (size_t k = 0; k < expected.elements.size(); ++k)
      EXPECT_NEAR(actual.elements[k], expected.elements[k], 1e-11) << what << " " << k;
  };
  expect_near("y", y);
  expect_near("d_x", dx);
  expect_near("d_" + table, dtable);
}

std::vector<Grid> all_grids() {
  std::vector<Grid> all;
  for (int d = 1; d <= 7; ++d) {
    for (Kind kind : {Kind::hash, Kind::dense, Kind::tiled, Kind::permutohedral}) {
      all.push_back({kind, d, false});
      if (kind != Kind::permutohedral) all.push_back({kind, d, true});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Dimensions, Grids, testing::ValuesIn(all_grids()),
                         [](const testing::TestParamInfo<Grid>& grid) { return testing::PrintToString(grid.param); });

}  // namespace
}  // namespace nnc::test
