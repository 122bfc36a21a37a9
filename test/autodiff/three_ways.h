// The same derivative by reverse mode, by forward mode and by central differences.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/evaluate.h"
#include "compiler/ir/ir.h"

namespace nnc::test {

/// Pseudo-random numbers in [low, high), the same on every machine.
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed) {}
  uint64_t next();
  double real(double low, double high);
  int64_t integer(int64_t low, int64_t high);  // both included

 private:
  uint64_t state_;
};

/// Numbers in [low, high) for every real input, param and state.
ir::Values random_values(const ir::Module& module, int64_t samples, uint64_t seed, double low = -1, double high = 1);

struct Tolerance {
  double forward = 1e-10;
  double central = 1e-6;
  double step = 1e-5;
};

/// Appends the gradient of the sum over `of` by all real inputs, params and states, and expects, in one random
/// direction, that reverse mode, forward mode and central differences agree: |a − b| ≤ tolerance · (1 + |a|). Then the
/// same for the sum over all gradients, `further` times. The module must be well-formed after each.
void expect_three_ways_agree(ir::Module& module, ir::Tensor* of, const ir::Values& values, int64_t samples,
                             int further = 0, Tolerance tolerance = {});

}  // namespace nnc::test
