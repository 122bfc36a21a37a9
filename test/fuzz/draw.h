// What tests with drawn texts draw: the environment says from where, and how many.
//
// Without NNC_FUZZ_SEED, or with nothing in it, from a seed that nobody has seen. NNC_FUZZ_SEED=7 draws from 7 on,
// NNC_FUZZ_SEED=usual the same each time, so that nothing but a change can fail. NNC_FUZZ_COUNT is the number of draws.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace nnc::test {

inline uint64_t first_seed(uint64_t usual) {
  constexpr uint64_t kMost = 1'000'000'000'000;
  const char* given = std::getenv("NNC_FUZZ_SEED");
  if (!given || !*given) return (uint64_t{std::random_device()()} << 8) % kMost;
  return std::string(given) == "usual" ? usual : std::strtoull(given, nullptr, 10);
}

inline int draw_count(int usual) {
  const char* given = std::getenv("NNC_FUZZ_COUNT");
  return given ? std::atoi(given) : usual;
}

}  // namespace nnc::test
