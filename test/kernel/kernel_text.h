// Schedules of IR text.
#pragma once

#include <string>

#include "compiler/kernel/schedule.h"
#include "ir/ir_text.h"

namespace nnc::test {

/// A dense layer whose value is offset and cut at zero.
inline constexpr const char* kDenseLayer = R"(
input x[N, 8]
param weight[16, 8]
param offset[16]
s[b, o] += weight[o, i] * x[b, i]   over b: N, o: 16, i: 8
h[b, o]  = max(s[b, o] + offset[o], 0)   over b: N, o: 16
output h
)";

/// Parameters of the text, one behind the other; `d_<param>` is a gradient.
inline kernel::ParamOffsets offsets(const ir::Module& module) {
  kernel::ParamOffsets result;
  int64_t next = 0;
  for (const ir::Tensor* tensor : module.tensors()) {
    if (tensor->role != ir::Role::param) continue;
    int64_t size = 1;
    for (ir::Extent extent : tensor->shape) size *= extent.size;
    result.params[tensor->name] = next;
    result.gradients["d_" + tensor->name] = next;
    next += size;
  }
  return result;
}

/// The schedule of the text; a test failure where there is none.
inline kernel::Program scheduled(const std::string& text, const kernel::Target& target = kernel::cpu()) {
  ir::Module module = read_ir(text);
  expect_well_formed(module);
  kernel::ParamOffsets params = offsets(module);
  Diagnostics diagnostics;
  auto program = kernel::schedule(std::move(module), params, target, diagnostics);
  EXPECT_TRUE(program.has_value()) << render_all(diagnostics);
  return program ? std::move(*program) : kernel::Program();
}

/// "2 products, 1 nest, 0 temporaries": the steps of a tile, and the values that take memory besides inputs and
/// outputs. What there is none of is left out, but for temporaries.
inline std::string counts(const kernel::Program& program) {
  size_t steps[5] = {}, temporaries = 0;
  for (const kernel::Step& step : program.tile) ++steps[step.index()];
  static constexpr const char* kNames[] = {"nest", "product", "outer", "lane sum", "clear"};
  std::string text;
  auto add = [&](size_t count, const std::string& name) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name + (count == 1 ? "" : "s");
  };
  for (size_t kind = 0; kind < 5; ++kind) {
    if (steps[kind] > 0) add(steps[kind], kNames[kind]);
  }
  if (!program.scatters.empty()) add(program.scatters.size(), "scatter");
  for (const kernel::Buffer& buffer : program.buffers) {
    const ir::Tensor* tensor = program.module.find(buffer.name);
    bool is_output =
        std::find(program.module.outputs.begin(), program.module.outputs.end(), tensor) != program.module.outputs.end();
    temporaries += tensor->role != ir::Role::input && !is_output ? 1u : 0u;
  }
  text += text.empty() ? "" : ", ";
  return text + std::to_string(temporaries) + (temporaries == 1 ? " temporary" : " temporaries");
}

}  // namespace nnc::test
