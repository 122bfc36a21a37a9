// Trains the network on random pixels, and renders what it has learned.
#pragma once

#include <cstddef>

#include "common/command_line.h"
#include "common/picture.h"
#include "common/training.h"
#include "image.h"

/// Trains until the steps are done, those before a resumption included, the time is over, Ctrl-C, or a step's gradient
/// is not finite (which changes nothing). The pixels of a step depend on the seed and the step's number alone, so that
/// a resumed training sees what the whole one would have seen.
TrainingEnd train(image::Trainer& trainer, const Picture& picture, const Options& options);

/// The learned picture, at any size.
Picture render(const image::Weights& weights, std::size_t width, std::size_t height);
