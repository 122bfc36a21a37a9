// What products start from.
#pragma once

#include "compiler/kernel/program.h"

namespace nnc::kernel {

/// Where an epilogue does nothing with a product's values but add one number a row to them, the product starts from
/// those numbers instead of zero: `out` is then the sum, and the additions are gone. Wants places settled.
void start_from_addends(Program& program);

}  // namespace nnc::kernel
