// Random numbers by counting: Philox4x32-10 of (seed, parameter, element), the same on every target and at any thread
// count.
//
// J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The key is the seed; the counter is the
// element's block of four, the parameter's number, and 0. This is cuRAND's sequence with subsequence = parameter.
#pragma once

#include <cmath>
#include <cstdint>

#include "platform.h"

namespace nn {
inline namespace NN_ISA {

/// Four random words.
struct RandomBlock {
  std::uint32_t word[4];
};

/// The ten rounds: counter and key are permuted into four words, without state.
NN_HOST_DEVICE inline RandomBlock philox(const std::uint32_t (&counter)[4], const std::uint32_t (&key)[2]) {
  std::uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  std::uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xd2511f53u} * c0, p1 = std::uint64_t{0xcd9e8d57u} * c2;
    c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<std::uint32_t>(p1);
    c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<std::uint32_t>(p0);
    k0 += 0x9e3779b9u, k1 += 0xbb67ae85u;
  }
  return {{c0, c1, c2, c3}};
}

/// The words of elements 4 * block … 4 * block + 3 of a parameter.
NN_HOST_DEVICE inline RandomBlock random_block(std::uint64_t seed, std::uint32_t parameter, std::uint64_t block) {
  const std::uint32_t counter[4] = {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
                                    parameter, 0u};
  const std::uint32_t key[2] = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  return philox(counter, key);
}
NN_HOST_DEVICE inline std::uint32_t random_word(std::uint64_t seed, std::uint32_t parameter, std::uint64_t element) {
  return random_block(seed, parameter, element / 4).word[element % 4];
}

/// A word as a number in [0, 1): its upper 24 bits, exactly.
NN_HOST_DEVICE inline float unit_uniform(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }

/// Two words as two independent normal numbers (Box and Muller): r cos 2πv and r sin 2πv, r = √(-2 ln(1 - u)).
struct NormalPair {
  double first, second;
};
inline NormalPair unit_normals(std::uint32_t word_u, std::uint32_t word_v) {
  const double u = static_cast<double>(unit_uniform(word_u)), v = static_cast<double>(unit_uniform(word_v));
  const double radius = std::sqrt(-2.0 * std::log1p(-u));
  // The quarter turn is taken off first, which is exact: the axes come out as exact zeros and ones.
  const int quarter = static_cast<int>(std::floor(4.0 * v + 0.5));
  const double angle = 6.283185307179586477 * (v - 0.25 * quarter);
  const double c = std::cos(angle), s = std::sin(angle);
  switch (quarter) {
    case 1:
      return {radius * -s, radius * c};
    case 2:
      return {radius * -c, radius * -s};
    case 3:
      return {radius * s, radius * -c};
    default:
      return {radius * c, radius * s};
  }
}

}  // namespace NN_ISA
}  // namespace nn
