// The work that is left of the design page's examples, beside the counts that its prototype and a pencil reached.
#include "compiler/passes/count.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "compiler/autodiff/gradients.h"
#include "compiler/passes/pipeline.h"
#include "ir/ir_text.h"

namespace nnc::passes {
namespace {

/// The text, with the gradients of the sum over `y` by all its inputs and params if asked for, through the passes.
ir::Module optimised(const std::string& text, bool with_gradients) {
  ir::Module module = test::read_ir(text);
  ir::Tensor* y = module.find("y");
  module.outputs.push_back(y);
  if (with_gradients) {
    std::vector<ir::Tensor*> by;
    for (ir::Tensor* tensor : module.tensors()) {
      bool is_given = tensor->role == ir::Role::input || tensor->role == ir::Role::param;
      if (is_given && tensor->name != "d_y") by.push_back(tensor);
    }
    auto gradient = autodiff::gradients(module, {{y, module.find("d_y")}}, by);
    for (ir::Tensor* tensor : by) module.outputs.push_back(gradient.at(tensor));
  }
  run(module);
  return module;
}

/// The bounds are the design page's counts of one equation's and one nest's sharing, or ours where those are not met:
/// a layer norm's (x - mean) stands in several equations, which only a nest shares.
void expect_at_most(const std::string& name, const ir::Module& module, int64_t equation, int64_t nest) {
  Count own = count(module, Sharing::equation), fused = count(module, Sharing::nest);
  std::printf("%-26s %6ld flop, in a nest %6ld; %4ld transcendental, %5ld integer, %4ld selects, %4ld gathers\n",
              name.c_str(), own.flop, fused.flop, fused.transcendental, fused.integer, fused.selects, fused.gathers);
  EXPECT_LE(own.flop, equation) << name;
  EXPECT_LE(fused.flop, nest) << name;
}

/// 16 levels with two features each, in d dimensions.
std::string hash_grid(int d) {
  std::string n = std::to_string(d), corners = std::to_string(1 << d), dense, hashed;
  const std::vector<std::string> primes = {"1u", "2654435761u", "805459861u"};
  for (int i = 0; i < d; ++i) {
    std::string corner = "corner[b, l, c, " + std::to_string(i) + "]";
    std::string stride;
    for (int k = 0; k < i; ++k) stride += " * u32(res[l])";
    dense += (i ? " + " : "") + corner + stride;
    hashed = i ? "(" + hashed + " xor " + primes[static_cast<size_t>(i)] + " * " + corner + ")" : corner;
  }
  std::string cells = d == 2 ? "res[l] * res[l]" : "res[l] * res[l] * res[l]";
  return "input x[N, " + n + "]\ninput d_y[N, 16, 2]\nparam table[262144, 2]\n" +
         "res[l] = int(ceil(16.0 * 1.3^real(l) - 1)) + 1   over l: 16\n" +
         "scale[l] = 16.0 * 1.3^real(l) - 1   over l: 16\n" + "dense[l] = real(" + cells +
         ") <= 16384.0   over l: 16\n" + "size[l] = select(dense[l], " + cells + ", 16384i)   over l: 16\n" +
         "at[b, l, i] = x[b, i] * scale[l] + 0.5   over b: N, l: 16, i: " + n + "\n" +
         "cell[b, l, i] = floor(at[b, l, i])   over b: N, l: 16, i: " + n + "\n" +
         "part[b, l, i] = at[b, l, i] - cell[b, l, i]   over b: N, l: 16, i: " + n + "\n" +
         "corner[b, l, c, i] = u32(int(cell[b, l, i])) + select(bit(c, i), 1u, 0u)   over b: N, l: 16, c: " + corners +
         ", i: " + n + "\n" + "slot[b, l, c] = 16384 * l + int(select(dense[l], " + dense + ", " + hashed +
         ") mod u32(size[l]))   over b: N, l: 16, c: " + corners + "\n" +
         "w[b, l, c] *= select(bit(c, i), part[b, l, i], 1 - part[b, l, i])   over b: N, l: 16, c: " + corners +
         ", i: " + n + "\n" +
         "y[b, l, f] += w[b, l, c] * table[slot[b, l, c], f]   over b: N, l: 16, f: 2, c: " + corners + "\n";
}

TEST(Count, hash_grids_are_at_the_hand_count) {
  expect_at_most("hash_grid 2-D, forward", optimised(hash_grid(2), false), 448, 416);
  expect_at_most("hash_grid 3-D, forward", optimised(hash_grid(3), false), 1072, 864);
  expect_at_most("hash_grid 2-D", optimised(hash_grid(2), true), 1252, 1188);
  expect_at_most("hash_grid 3-D", optimised(hash_grid(3), true), 3257, 2761);
}

TEST(Count, nothing_is_selected_in_a_hash_grid) {
  Count work = count(optimised(hash_grid(3), true), Sharing::nest);
  EXPECT_EQ(work.selects, 0);
  EXPECT_EQ(work.gathers, 16 * 8 * 2);
}

TEST(Count, a_softmax_divides_once) {
  expect_at_most("softmax of 16",
                 optimised(R"(
input x[N, 16]
input d_y[N, 16]
peak[b] max= x[b, i]   over b: N, i: 16
e[b, i] = exp(x[b, i] - stop_gradient(peak[b]))   over b: N, i: 16
s[b] += e[b, i]   over b: N, i: 16
y[b, i] = e[b, i] / s[b]   over b: N, i: 16
)",
                           true),
                 177, 161);
}

TEST(Count, a_layer_norm_is_near_the_hand_count) {
  expect_at_most("layer_norm of 64",
                 optimised(R"(
input x[N, 64]
input d_y[N, 64]
param weight[64]
param offset[64]
total[b] += x[b, i]   over b: N, i: 64
mean[b] = total[b] / 64   over b: N
squares[b] += (x[b, i] - mean[b])^2   over b: N, i: 64
variance[b] = squares[b] / 64   over b: N
y[b, i] = (x[b, i] - mean[b]) / sqrt(variance[b] + 1e-5) * weight[i] + offset[i]   over b: N, i: 64
)",
                           true),
                 1803, 1291);
}

TEST(Count, a_dense_layer_is_the_hand_count) {
  ir::Module module = optimised(R"(
input x[N, 32]
input d_y[N, 64]
param weight[64, 32]
y[b, o] += weight[o, i] * x[b, i]   over b: N, o: 64, i: 32
)",
                                true);
  // forward without the first sum, both gradients
  EXPECT_EQ(count(module, Sharing::nest).flop, 3 * 2 * 64 * 32 - 64 - 32);
}

TEST(Count, one_blob_is_shared) {
  expect_at_most("one_blob 16 x 3",
                 optimised(R"(
input x[N, 3]
input d_y[N, 3, 16]
f[b, i] = x[b, i] - floor(x[b, i])   over b: N, i: 3
u[b, i, k, w] = real(k) + 16.0 * (real(w) - 1) - 16 * f[b, i]   over b: N, i: 3, k: 17, w: 3
s[b, i, k, w] = u[b, i, k, w]^2   over b: N, i: 3, k: 17, w: 3
p[b, i, k, w] = 0.5 + 0.9375 * u[b, i, k, w] * (1 - s[b, i, k, w] * (2.0 / 3.0 - s[b, i, k, w] * 0.2))   over b: N, i: 3, k: 17, w: 3
below[b, i, k] += select(abs(u[b, i, k, w]) <= 1, p[b, i, k, w], select(u[b, i, k, w] > 0, 1, 0))   over b: N, i: 3, k: 17, w: 3
y[b, i, k] = below[b, i, k + 1] - below[b, i, k]   over b: N, i: 3, k: 16
)",
                           true),
                 6162, 4377);
}

}  // namespace
}  // namespace nnc::passes
