// What a module means: its equations, run as they stand.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::ir {

/// A tensor's elements, row-major. Integers and booleans are doubles too.
struct Array {
  std::vector<int64_t> shape;
  std::vector<double> elements;
};

/// By tensor name.
using Values = std::map<std::string, Array>;

/// f64: reals are doubles. f32: each result of a function is rounded to f32, sums run in f64 and are rounded once.
/// A tensor's own `rounding` holds in both.
enum class Rounding : uint8_t { f64, f32 };

/// How reals are computed.
struct Arithmetic {
  Rounding rounding = Rounding::f64;
  /// Each result of a function and each term of a sum that no float holds is off by up to this part of it: by how much,
  /// its bits and the seed say. How far the values move is what rounding of that size does to them. Monte Carlo
  /// arithmetic (Parker 1997).
  double noise = 0;
  uint64_t seed = 0;
};

/// The values of all tensors for N = `samples`: the given ones and those of every equation. Indices out of range are
/// clamped. Needs a module without complaints of `verify`. Inputs, params and states that are not given, and shapes
/// that do not fit, throw std::invalid_argument.
Values evaluate(const Module& module, const Values& given, int64_t samples, Arithmetic arithmetic = {});

/// Values and how fast they change.
struct DualValues {
  Values values;
  Values tangents;
};

/// Forward mode: `tangents` is a direction in the space of the given tensors (0 where nothing is said), the result the
/// directional derivative of every real tensor, by the rules of library.md at ties and kinks.
DualValues evaluate_dual(const Module& module, const Values& given, const Values& tangents, int64_t samples);

/// Stores each update's value in its target.
void apply_updates(const Module& module, Values& values);

}  // namespace nnc::ir
