// How far the training is: a bar in a terminal, a line every other second elsewhere.
#pragma once

#include <chrono>
#include <cstdint>

/// What there is to say after a step.
struct ProgressState {
  std::uint64_t step = 0;   // steps done
  std::uint64_t steps = 0;  // steps in all
  double loss = 0;
  double samples_per_second = 0;
  double seconds = 0;  // since the start
  double seconds_left = 0;
};

/// Shows the latest state on standard error, at most ten times a second.
class Progress {
 public:
  Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Ends the line of the bar.
  ~Progress();

  void show(const ProgressState& state);

 private:
  using Clock = std::chrono::steady_clock;

  bool is_terminal_;
  bool has_bar_ = false;
  Clock::time_point next_ = Clock::now();
};
