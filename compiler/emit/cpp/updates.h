// Optimizer updates as C++: the functions of a plan.
#pragma once

#include <string>

#include "compiler/emit/update_plan.h"

namespace nnc::emit::cpp {

/// The text of an update's function, with the hole `$name$`: over elements side by side where each stands by itself,
/// else over the parameter's shape.
std::string update_function(const kernel::Update& update);

}  // namespace nnc::emit::cpp
