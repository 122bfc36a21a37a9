// Trains the network on random pixels, and renders what it has learned.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "image.h"
#include "picture.h"

/// When training ends, and which pixels it takes.
struct Training {
  std::uint64_t steps = 0;  // of the trainer, those before a resumption included
  double seconds = 0;
  std::uint64_t seed = 0;
};

enum class TrainingEnd { done, out_of_time, stopped, not_finite };

/// Trains until the steps are done, the time is over, `stop` is set, or a step's gradient is not finite (which changes
/// nothing). The pixels of a step depend on the seed and the step's number alone, so that a resumed training sees what
/// the whole one would have seen.
TrainingEnd train(image::Trainer& trainer, const Picture& picture, const Training& training,
                  const std::atomic<bool>& stop);

/// The learned picture, at any size.
Picture render(const image::Weights& weights, std::size_t width, std::size_t height);
