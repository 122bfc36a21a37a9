#include "common/training.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "common/progress.h"

namespace {

std::atomic<bool> interrupted = false;

/// The loss as the eye wants it: a mean over the last steps, later ones counting more.
class SmoothLoss {
 public:
  void add(double loss) {
    value_ = count_ == 0 ? loss : value_ + (loss - value_) * std::max(0.02, 1.0 / (count_ + 1));
    ++count_;
  }
  double value() const { return value_; }

 private:
  double value_ = 0;
  double count_ = 0;
};

}  // namespace

TrainingEnd train(const Training& training, const std::function<StepResult(std::uint64_t number)>& step) {
  using Clock = std::chrono::steady_clock;
  std::fflush(stdout);
  std::signal(SIGINT, [](int signal) {
    interrupted = true;
    std::signal(signal, SIG_DFL);
  });
  const Clock::time_point start = Clock::now();
  SmoothLoss loss;
  Progress progress;

  for (std::uint64_t done = 0; training.first + done < training.steps;) {
    if (interrupted) return TrainingEnd::stopped;
    const StepResult result = step(training.first + done);
    if (!result.applied) return TrainingEnd::not_finite;
    ++done;
    loss.add(result.loss);

    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const double a_step = seconds / static_cast<double>(done);
    const double left = a_step * static_cast<double>(training.steps - training.first - done);
    progress.show({.step = training.first + done,
                   .steps = training.steps,
                   .loss = loss.value(),
                   .samples_per_second = static_cast<double>(training.batch) / a_step,
                   .seconds = seconds,
                   .seconds_left = std::min(left, training.seconds - seconds)});
    if (seconds >= training.seconds) return TrainingEnd::out_of_time;
  }
  return TrainingEnd::done;
}

const char* text(TrainingEnd end) {
  switch (end) {
    case TrainingEnd::done:
      return "all steps are done";
    case TrainingEnd::out_of_time:
      return "the time is over (--seconds)";
    case TrainingEnd::stopped:
      return "interrupted";
    case TrainingEnd::not_finite:
      return "stopped: the next step's gradient is not finite";
  }
  return "";
}

int exit_status(TrainingEnd end) {
  if (end == TrainingEnd::not_finite) return 1;
  return end == TrainingEnd::stopped ? 130 : 0;
}
