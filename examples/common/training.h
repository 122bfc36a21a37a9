// The loop of a training: until the steps are done, the time is over or Ctrl-C, with a progress bar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "common/command_line.h"

struct Training {
  std::uint64_t first = 0;  // steps done before
  std::uint64_t steps = 0;  // in all, those before included
  double seconds = 0;
  std::size_t batch = 1;  // samples a step
};

enum class TrainingEnd { done, out_of_time, stopped, not_finite };

/// What a step came to, as the `Step` of a generated trainer says it.
struct StepResult {
  double loss = 0;
  bool applied = true;  // false: the gradient was not finite, and nothing has changed
};

/// Calls `step` with the numbers of the steps, from `first` on. While it runs, Ctrl-C ends the training after the
/// current step; a second one ends the program.
TrainingEnd train(const Training& training, const std::function<StepResult(std::uint64_t number)>& step);

/// A sentence without its stop.
const char* text(TrainingEnd end);

/// 130 after an interruption, as a shell has it; 1 after a gradient that was not finite.
int exit_status(TrainingEnd end);
