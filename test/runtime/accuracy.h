// How far a float lies from the true value, in units of the last place.
#pragma once

#include <cmath>
#include <limits>

namespace runtime_test {

/// |actual - expected| in units of the last place of `expected` as a float; 0 where both are NaN or the same infinity;
/// infinity where only one is.
inline double ulp_error(float actual, long double expected) {
  const float rounded = static_cast<float>(expected);
  if (std::isnan(expected) || std::isnan(actual)) {
    return std::isnan(expected) && std::isnan(actual) ? 0 : std::numeric_limits<double>::infinity();
  }
  if (actual == rounded) {
    if (std::isinf(rounded)) return 0;
  } else if (std::isinf(actual) || std::isinf(rounded)) {  // next to the largest finite number either may stand
    const bool is_at_the_edge =
        std::fabs(static_cast<double>(actual)) > 3.4028e38 && std::fabs(static_cast<double>(expected)) > 3.4028e38L;
    return is_at_the_edge ? 1 : std::numeric_limits<double>::infinity();
  }
  int exponent;
  std::frexp(rounded, &exponent);
  return static_cast<double>(std::fabs(static_cast<long double>(actual) - expected) /
                             std::ldexp(1.0L, exponent > -125 ? exponent - 24 : -149));
}

/// sin πx in long double, by an exact reduction.
inline long double exact_sinpi(long double x) {
  const long double pi = 3.141592653589793238462643383279502884L, r = std::remainder(x, 2.0L), a = std::fabs(r);
  if (a <= 0.25L) return std::sin(pi * r);
  if (a <= 0.75L) return std::copysign(std::cos(pi * (0.5L - a)), r);
  return std::copysign(std::sin(pi * (1.0L - a)), r);
}
inline long double exact_cospi(long double x) { return exact_sinpi(0.5L - std::fabs(std::remainder(x, 2.0L))); }

}  // namespace runtime_test
