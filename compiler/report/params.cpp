#include "compiler/report/params.h"

#include <algorithm>
#include <set>

#include "compiler/kernel/equations.h"
#include "compiler/passes/count.h"
#include "compiler/report/numbers.h"

namespace nnc::report {
namespace {

int64_t count(const sema::Shape& shape) {
  int64_t product = 1;
  for (int64_t extent : shape) product *= extent;
  return product;
}

std::string text(const sema::Initial& start) {
  using Start = sema::Initial::Kind;
  switch (start.kind) {
    case Start::uniform:
      if (start.low == -start.high) return "uniform in ±" + rounded(start.high);
      return "uniform in " + rounded(start.low) + " … " + rounded(start.high);
    case Start::normal:
      return "normal, sigma " + rounded(start.sigma);
    case Start::constant:
      return rounded(start.value);
    case Start::given:
      return "given numbers";
    case Start::weight:
      return "as the parameter";
  }
  return "";
}

/// What a step reads, computes and writes for one parameter.
void add_update(Optimizer& optimizer, const kernel::Update& update) {
  constexpr int64_t kBytes = 4;
  std::set<const ir::Tensor*> read;
  for (const ir::Equation& equation : update.program.module.equations)
    kernel::for_each_read(equation, [&](const ir::Node* node) { read.insert(node->tensor); });
  for (const kernel::UpdateArray& array : update.arrays)
    optimizer.read += read.contains(array.tensor) ? kBytes * array.elements : 0;
  for (const auto& [array, value] : update.results)
    optimizer.written += kBytes * update.arrays[static_cast<size_t>(array)].elements;
  optimizer.is_by_element = optimizer.is_by_element && update.is_elementwise;
  const passes::Count count = passes::count(update.program.module, passes::Sharing::nest);
  optimizer.flop += (count.flop + count.transcendental) * update.arrays[0].elements;
}

std::string last_word(const std::string& name) {
  const size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

}  // namespace

std::vector<Param> params_of(const emit::Model& model) {
  const sema::Program& program = *model.program;
  std::vector<Param> params;
  for (const emit::Param& each : model.params) {
    Param param{.name = each.tensor->name,
                .place = file_and_line(each.tensor->span),
                .shape = each.tensor->shape,
                .count = each.count,
                .start = text(each.tensor->initial),
                .optimizer = "",
                .is_frozen = each.tensor->frozen};
    for (const sema::Update& update : program.updates) {
      if (update.param != each.tensor) continue;
      param.optimizer = program.optimizers[update.optimizer].name;
      for (const sema::Tensor* state : update.states) param.state_count += count(state->shape);
    }
    params.push_back(std::move(param));
  }
  return params;
}

std::vector<Optimizer> optimizers_of(const emit::Model& model) {
  const sema::Program& program = *model.program;
  std::vector<Optimizer> optimizers;
  for (size_t k = 0; k < program.optimizers.size(); ++k) {
    const sema::Optimizer& from = program.optimizers[k];
    Optimizer optimizer{.name = from.name,
                        .text = one_line(from.span.text()),
                        .place = file_and_line(from.span),
                        .states = {},
                        .numbers = static_cast<int64_t>(from.states.size())};
    for (const sema::Update& update : program.updates) {
      if (update.optimizer != k) continue;
      optimizer.params += count(update.param->shape);
      for (const sema::Tensor* state : update.states) {
        optimizer.state_count += count(state->shape);
        const std::string name = last_word(state->name);
        const bool is_known =
            std::find(optimizer.states.begin(), optimizer.states.end(), name) != optimizer.states.end();
        if (!is_known) optimizer.states.push_back(name);
      }
    }
    for (const kernel::Update& update : model.updates) {
      const bool is_of_step = !update.total.empty() || update.outcome == from.skips();
      if (update.optimizer == k && is_of_step) add_update(optimizer, update);
    }
    optimizers.push_back(std::move(optimizer));
  }
  return optimizers;
}

}  // namespace nnc::report
