// Rows of a table by number: a thread's gather, and the addition of its gradient among the threads of the whole grid.
#pragma once

#include <cstddef>
#include <cstdint>

#include "device.h"

namespace nn {
namespace cuda {

/// out[f] = table[row][f] of table[rows][F], on the host as well. The row must lie inside the table, and no thread may
/// write the table while the kernel runs.
template <int F>
NN_ANYWHERE void gather(const float* table, std::int32_t row, float (&out)[F]) {
  static_assert(F > 0, "a row has at least one number");
  read_only(table + static_cast<std::size_t>(static_cast<std::uint32_t>(row)) * F, out);
}

/// table[row][f] += value[f], if `valid`. Rows may repeat, in this thread and in others; the order of additions is the
/// hardware's.
template <int F>
NN_DEVICE void scatter_add(float* table, std::int32_t row, const float (&value)[F], bool valid = true) {
  static_assert(F > 0, "a row has at least one number");
  if (valid) add_atomically(table + static_cast<std::size_t>(static_cast<std::uint32_t>(row)) * F, value);
}

// In double, from and to a table of float or of double.

template <int F, class E, class V>
NN_ANYWHERE void gather(const E* table, std::int32_t row, V (&out)[F]) {
  const E* at = table + static_cast<std::size_t>(static_cast<std::uint32_t>(row)) * F;
  for (int f = 0; f < F; ++f) out[f] = read_only(at + f);
}
template <int F>
NN_DEVICE void scatter_add(float* table, std::int32_t row, const double (&value)[F], bool valid = true) {
  float rounded[F];
  for (int f = 0; f < F; ++f) rounded[f] = static_cast<float>(value[f]);
  scatter_add<F>(table, row, rounded, valid);
}
template <int F>
NN_DEVICE void scatter_add(double* table, std::int32_t row, const double (&value)[F], bool valid = true) {
  double* at = table + static_cast<std::size_t>(static_cast<std::uint32_t>(row)) * F;
  for (int f = 0; valid && f < F; ++f) atomicAdd(at + f, value[f]);
}

}  // namespace cuda
}  // namespace nn
