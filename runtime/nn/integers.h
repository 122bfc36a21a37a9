// Integers of rows, of any width, as the 32 bits that models compute with.
#pragma once

#include <cstdint>

#include "platform.h"

namespace nn {
inline namespace NN_ISA {

/// The nearest number that 32 bits hold.
NN_HOST_DEVICE inline std::int32_t to_i32(std::int64_t number) {
  constexpr std::int64_t kLow = INT32_MIN;
  constexpr std::int64_t kHigh = INT32_MAX;
  return static_cast<std::int32_t>(number < kLow ? kLow : number > kHigh ? kHigh : number);
}
NN_HOST_DEVICE inline std::int32_t to_i32(std::uint8_t number) { return number; }

}  // namespace NN_ISA
}  // namespace nn
