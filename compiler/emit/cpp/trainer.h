// Trainer: the training step, and forward, backward and update for losses of the caller's own.
#pragma once

#include <string>

#include "compiler/emit/cpp/optimizers.h"
#include "compiler/emit/cpp/surface.h"
#include "compiler/emit/model.h"

namespace nnc::emit::cpp {

/// Its members' definitions, over the functions of these schedules; `step` is null where the model has no loss.
std::string trainer(const Model& model, const Surface& infer, const Surface& backward, const Surface* step,
                    Optimizers& optimizers);

}  // namespace nnc::emit::cpp
