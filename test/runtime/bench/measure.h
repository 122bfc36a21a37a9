// Timing of kernels as a share of the FMA peak, which is taken on the same core in the same moment, in CPU time of the
// thread: a shared machine then blurs little.
#pragma once

#include <time.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "nn/cpu/vec.h"

namespace kernels_bench {

inline double cpu_seconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Twelve chains of FMAs that do not wait for each other: enough for two units of latency four or five.
NN_NOINLINE inline float fma_chains(long count) {
  nn::Vec chain[12];
  const nn::Vec factor = nn::splat(0.999f), offset = nn::splat(1e-4f);
  NN_UNROLL for (int i = 0; i < 12; ++i) chain[i] = nn::splat(static_cast<float>(i) * 1e-3f);
  for (long n = 0; n < count; ++n) { NN_UNROLL for (int i = 0; i < 12; ++i) chain[i] = chain[i] * factor + offset; }
  NN_UNROLL for (int i = 1; i < 12; ++i) chain[0] += chain[i];
  // Not a function of its argument alone, or the compiler runs it once, outside the clock.
  asm volatile("" ::: "memory");
  return chain[0][0];
}

/// Flop a second of FMAs, now.
inline double fma_peak() {
  constexpr long kCount = 60000;
  double seconds = 1;
  for (int i = 0; i < 4; ++i) {
    const double start = cpu_seconds();
    volatile float keep = fma_chains(kCount);
    static_cast<void>(keep);
    seconds = std::min(seconds, cpu_seconds() - start);
  }
  return static_cast<double>(kCount) * 12 * nn::kLanes * 2 / seconds;
}

/// The median of some timings of `run`, in percent of the peak around each; `flop` is what one run computes.
inline double percent_of_peak(double flop, const std::function<void()>& run) {
  constexpr int kRounds = 15;
  std::vector<double> percent;
  run();
  for (int round = 0; round < kRounds; ++round) {
    const int repeats = 1 + static_cast<int>(2e8 / flop);
    const double before = fma_peak(), start = cpu_seconds();
    for (int i = 0; i < repeats; ++i) run();
    const double seconds = (cpu_seconds() - start) / repeats;
    percent.push_back(100 * flop / seconds / (0.5 * (before + fma_peak())));
  }
  std::sort(percent.begin(), percent.end());
  return percent[kRounds / 2];
}

/// The least time of one run, in nanoseconds.
inline double nanoseconds(const std::function<void()>& run) {
  double least = 1e9;
  for (int round = 0; round < 15; ++round) {
    constexpr int kRepeats = 2000;
    const double start = cpu_seconds();
    for (int i = 0; i < kRepeats; ++i) run();
    least = std::min(least, (cpu_seconds() - start) / kRepeats * 1e9);
  }
  return least;
}

}  // namespace kernels_bench
