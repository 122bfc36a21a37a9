// A function that is compiled for another instruction set than its caller, as generated code is.
#pragma once

#include "nn/half.h"
#include "nn/threads.h"
#include "nn/view.h"

namespace cross_isa {

struct Result {
  int lanes;  // of the file that computed
  nn::bf16 last;
};
/// y = 2 x, a task for each row.
Result twice(const nn::Rows<const float, 2>& x, const nn::Rows<float, 2>& y, nn::Executor& executor);

}  // namespace cross_isa
