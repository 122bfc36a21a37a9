// A module as text, in the notation of ir.h: declarations, then an equation a line, outputs and updates. `read.h` reads
// it back.
//
//   input x[N, 32]                   N: samples
//   param weight[64, 32]             also state; `: i32`, `: u32`, `: bool` for other types than reals
//   constant scale[2] = 1, 2.5       with its elements, row-major
//   value d_table[512, 2]            only where the equations do not say shape and type
//   value h[N, 64]: f16              stored rounded
//   s[b, o] += weight[o, i] * x[b, i]   over b: N, o: 64, i: 32          also =, *=, max=; `ordered t: 8`
//   output s
//   weight := next
//
// `1u` is a u32, `1i` an i32, `1.0` a real, `1` what its neighbours are; `>` and `>=` are swapped `<` and `<=`.
#pragma once

#include <string>

#include "compiler/ir/ir.h"

namespace nnc::ir {

std::string print(const Module& module);
std::string print(const Equation& equation);
std::string print(const Node* node);

}  // namespace nnc::ir
