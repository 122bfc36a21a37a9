// Timing beside the FMA peak of the same core in the same moment.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

#include "nn/cpu/vec.h"

namespace nnc::bench {

inline double cpu_seconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Independent multiply-adds, nothing else: 2 · kChains · kLanes flop a trip.
inline constexpr int kChains = 12;
NN_NOINLINE inline float multiply_adds(long trips) {
  nn::Vec chain[kChains];
  NN_UNROLL for (int i = 0; i < kChains; ++i) chain[i] = nn::splat(1e-3f * static_cast<float>(i));
  nn::Vec x = nn::splat(0.999f), y = nn::splat(1e-4f);
  for (long trip = 0; trip < trips; ++trip) {
    __asm__ volatile("");  // so that the work is done, each time
    NN_UNROLL for (int i = 0; i < kChains; ++i) chain[i] = chain[i] * x + y;
  }
  nn::Vec sum{};
  NN_UNROLL for (int i = 0; i < kChains; ++i) sum += chain[i];
  return sum[0];
}

/// flop a second of this thread, now: the best of a few runs of about a quarter of a millisecond.
inline double fma_peak() {
  constexpr long kTrips = 80'000;
  double seconds = 1;
  for (int run = 0; run < 8; ++run) {
    const double start = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    volatile float keep = multiply_adds(kTrips);
    static_cast<void>(keep);
    seconds = std::min(seconds, cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - start);
  }
  return 2.0 * kChains * nn::kLanes * kTrips / seconds;
}

/// Quartiles over the repeats.
struct Quartiles {
  double low, median, high;
};
inline Quartiles quartiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return {values[n / 4], values[n / 2], values[n * 3 / 4]};
}

struct Timing {
  Quartiles seconds;   // a call
  Quartiles peak;      // flop a second of one thread, around each repeat
  double undisturbed;  // least share of a repeat in which the process had its processors, 1 is all of them
};

/// Calls `run` for `repeats` times some 0.3 s, after a warm-up of one.
template <class Run>
Timing measure(int threads, int repeats, Run&& run) {
  using Clock = std::chrono::steady_clock;
  auto seconds_of = [&](int calls) {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < calls; ++i) run();
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  seconds_of(1);
  const int calls = 1 + static_cast<int>(0.3 / seconds_of(1));
  std::vector<double> seconds, peaks;
  double undisturbed = 1;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const double before = fma_peak(), cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    const double wall = seconds_of(calls);
    undisturbed = std::min(undisturbed, (cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (wall * threads));
    seconds.push_back(wall / calls);
    peaks.push_back((before + fma_peak()) / 2);
  }
  return {quartiles(seconds), quartiles(peaks), undisturbed};
}

}  // namespace nnc::bench
