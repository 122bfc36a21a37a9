// The passes, in order.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "compiler/ir/ir.h"

namespace nnc::passes {

struct Pass {
  std::string_view name;  // as in --print-after
  void (*function)(ir::Module&);
};

/// The list that `run` walks. Some passes stand in it twice.
std::span<const Pass> pipeline();

/// Runs all passes over a module whose gradients have been taken. `after`, where given, sees the module after each.
void run(ir::Module& module, const std::function<void(const Pass&, const ir::Module&)>& after = {});

}  // namespace nnc::passes
