// Optimizer updates as C++: the functions of a plan.
#pragma once

#include <string>

#include "compiler/emit/numbers.h"
#include "compiler/emit/update_plan.h"

namespace nnc::emit::cpp {

/// The text of an update's function, with the hole `$name$`: over elements side by side where each stands by itself,
/// else over the parameter's shape.
/// It takes the number of the step, or all `numbers` of its optimizer; one that adds up gives the sum in double.
std::string update_function(const kernel::Update& update, const Numbers* numbers);

}  // namespace nnc::emit::cpp
