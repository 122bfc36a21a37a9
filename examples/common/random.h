// Random numbers that depend on a seed, a step and a place alone: a resumed training sees what the whole one would have
// seen, on any number of threads.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "nn/random.h"

/// One word after another from the counter-based generator that also draws weights, in a sequence of its own.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t step) : seed_(seed), step_(step) {}

  std::uint32_t word() {
    if (used_ == 4) {
      constexpr std::uint32_t kStream = 1;  // 0 is what weights are drawn from
      const std::uint32_t key[] = {low(seed_), high(seed_)};
      block_ = nn::philox({number_++, low(step_), high(step_), kStream}, key);
      used_ = 0;
    }
    return block_.word[used_++];
  }
  /// In [0, 1).
  float uniform() { return static_cast<float>(word() >> 8) * 0x1p-24f; }
  float uniform(float from, float to) { return from + (to - from) * uniform(); }
  /// In [0, count), count at most 2^32.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(std::uint64_t{word()} * count >> 32); }
  /// Of mean 0 and variance 1. Box and Muller 1958.
  float normal() {
    const float radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(6.2831853f * uniform());
  }
  /// Evenly on the unit sphere.
  std::array<float, 3> direction() {
    const float z = uniform(-1, 1), angle = uniform(0, 6.2831853f), r = std::sqrt(1 - z * z);
    return {r * std::cos(angle), r * std::sin(angle), z};
  }

 private:
  static std::uint32_t low(std::uint64_t number) { return static_cast<std::uint32_t>(number); }
  static std::uint32_t high(std::uint64_t number) { return static_cast<std::uint32_t>(number >> 32); }

  std::uint64_t seed_, step_;
  std::uint32_t number_ = 0;
  nn::RandomBlock block_{};
  int used_ = 4;
};
