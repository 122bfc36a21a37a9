// How much work a module is.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::passes {

/// Operations for one sample. Work that no sample has a part in is not counted.
struct Count {
  int64_t flop = 0;  // sums, products, quotients, negations, max, min, abs of reals, and what reductions add up
  int64_t transcendental = 0;  // functions that are costly: exp, tanh, sqrt, …
  int64_t integer = 0;         // arithmetic and bits of integers, except in places that are sums of indices
  int64_t selects = 0;
  int64_t gathers = 0;  // reads at computed places

  Count& operator+=(const Count& other);
  friend bool operator==(const Count&, const Count&) = default;
};

/// What is counted as one operation.
enum class Sharing : uint8_t {
  none,      // each occurrence, at each point of its equation: text taken literally
  equation,  // equal parts of one equation once
  nest,      // equal parts of all equations once, each over its own indices only, and what all lanes have in common
             // not at all: what fused loops can reach
};

Count count(const ir::Module& module, Sharing sharing);
/// Of some equations of one module. To the `begun` tensors something has been added before: what these add up goes on
/// top of it.
Count count(const std::vector<const ir::Equation*>& equations, Sharing sharing,
            const std::set<const ir::Tensor*>& begun = {});

}  // namespace nnc::passes
