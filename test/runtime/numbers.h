// Numbers for tests: the same in every run.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "nn/random.h"

namespace runtime_test {

/// `count` numbers in [-1, 1).
inline std::vector<float> random_numbers(int count, std::uint32_t stream) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = 2.0f * nn::unit_uniform(nn::random_word(7, stream, i)) - 1.0f;
  }
  return numbers;
}

/// Calls check.operator()<d, 34 - d>() for every d from 1 to 33: each extent on each side, long with short.
template <class Check>
void for_every_extent(Check check) {
  [&]<int... d>(std::integer_sequence<int, d...>) {
    (check.template operator()<d + 1, 33 - d>(), ...);
  }(std::make_integer_sequence<int, 33>{});
}

/// Whether `actual` is `expected` but for the rounding of a sum of `terms` products of numbers of size one.
inline bool is_close(double actual, double expected, int terms) {
  return std::fabs(actual - expected) <= 6e-8 * (terms + 4 * std::fabs(expected));
}

}  // namespace runtime_test
