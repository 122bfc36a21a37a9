#include "compiler/driver/training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/driver/given.h"
#include "compiler/lower/lower.h"

namespace nnc::driver {
namespace {

ir::Array number(double value) { return {{}, {value}}; }

bool is_finite(const ir::Array& array) {
  return std::all_of(array.elements.begin(), array.elements.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

Training::Training(const sema::Program& program, ir::Values given, ir::Arithmetic arithmetic)
    : program_(program), values_(std::move(given)), arithmetic_(arithmetic) {
  const bool is_input = std::any_of(program.inputs.begin(), program.inputs.end(),
                                    [](const sema::Tensor* input) { return input->name == "step"; });
  if (auto step = values_.find("step"); step != values_.end() && !is_input) {
    steps_ = static_cast<int64_t>(step->second.elements.at(0));
  }
  begin_states(program, values_);
  for (const sema::Optimizer& optimizer : program.optimizers) numbers_.push_back(lower::lower_numbers(optimizer));
}

/// Numbers are f64 in every mode: they are computed once a step.
ir::Values Training::numbers(size_t number, const ir::Values& given) const {
  ir::Values all = given;
  for (const sema::Optimizer::Point& point : program_.optimizers[number].points) {
    if (!point.is_skip) all.try_emplace(point.tensor->name, ir::Array{{}, {0}});  // nothing reads it yet
  }
  ir::Values computed = ir::evaluate(numbers_[number], all, 0);
  all.insert(computed.begin(), computed.end());
  return all;
}

ir::Values Training::known(size_t optimizer) const {
  ir::Values known{{program_.step->name, number(static_cast<double>(steps_ + 1))}};
  for (const sema::Tensor* state : program_.optimizers[optimizer].states) known[state->name] = values_.at(state->name);
  known[program_.finite->name] = number(1);
  if (program_.loss_factor) known[program_.loss_factor->name] = number(1);
  return known;
}

double Training::loss_factor() const {
  const sema::Optimizer* optimizer = sema::scaling(program_);
  if (!optimizer) return 1;
  auto place = static_cast<size_t>(optimizer - program_.optimizers.data());
  return numbers(place, known(place)).at(optimizer->loss_factor->name).elements[0];
}

double Training::step(const ir::Values& batch, int64_t samples) {
  if (samples == 0) {
    applied_ = false;
    return 0;
  }
  if (!step_) step_ = lower::lower(program_, lower::Surface::step);
  ir::Values all = values_;
  for (const auto& [name, rows] : batch) all[name] = rows;
  if (program_.loss_factor) all[program_.loss_factor->name] = number(loss_factor());
  const ir::Values computed = ir::evaluate(*step_, all, samples, arithmetic_);
  size_t next = program_.outputs.size();
  const double loss = computed.at(step_->outputs.at(next++)->name).elements[0];
  gradients_.clear();
  for (const sema::Tensor* param : program_.params) {
    if (!param->frozen) gradients_[param->name] = computed.at(step_->outputs.at(next++)->name);
  }
  applied_ = update(gradients_);
  return loss;
}

bool Training::update(const ir::Values& gradients) {
  const bool finite = std::all_of(program_.updates.begin(), program_.updates.end(), [&](const sema::Update& update) {
    return is_finite(gradients.at(update.param->name));
  });
  const double factor = loss_factor();
  bool applied = false;
  for (size_t k = 0; k < program_.optimizers.size(); ++k) {
    if (program_.loss_factor) values_[program_.loss_factor->name] = number(factor);
    applied = take(k, gradients, finite) || applied;
  }
  if (program_.loss_factor) values_.erase(program_.loss_factor->name);
  if (applied) ++steps_;
  return applied;
}

/// One optimizer's step, point after point; true if it reached the end.
bool Training::take(size_t place, const ir::Values& gradients, bool finite) {
  const sema::Optimizer& optimizer = program_.optimizers[place];
  ir::Values given = known(place);
  given[program_.finite->name] = number(finite ? 1 : 0);
  if (program_.loss_factor) given[program_.loss_factor->name] = values_.at(program_.loss_factor->name);
  ir::Values all = numbers(place, given);
  int outcome = 0;
  for (const sema::Optimizer::Point& point : optimizer.points) {
    if (point.is_skip) {
      if (all.at(point.tensor->name).elements[0] != 0) break;
      ++outcome;
      continue;
    }
    double total = 0;
    for (const sema::Update& update : program_.updates) {
      for (const sema::Update::Term& term : update.terms) {
        if (update.optimizer != place || term.total != point.tensor) continue;
        const ir::Module module = lower::lower_term(program_, update, term);
        const ir::Values computed = evaluated(module, gradients.at(update.param->name), all);
        const auto& elements = computed.at(module.outputs[0]->name).elements;
        total += std::accumulate(elements.begin(), elements.end(), 0.0);
      }
    }
    given[point.tensor->name] = number(total);
    all = numbers(place, given);
  }
  ir::Values next;
  for (const auto& assignment : sema::assigned(optimizer.assignments, outcome)) {
    next[assignment.target->name] = all.at(assignment.value->name);
  }
  for (const sema::Update& update : program_.updates) {
    if (update.optimizer != place) continue;
    const ir::Module& module = module_of(update, outcome);
    ir::Values computed = evaluated(module, gradients.at(update.param->name), all);
    ir::apply_updates(module, computed);
    for (const ir::Update& each : module.updates) next[each.target->name] = computed.at(each.target->name);
  }
  for (auto& [name, array] : next) values_[name] = std::move(array);
  return outcome == optimizer.skips();
}

const ir::Module& Training::module_of(const sema::Update& update, int outcome) {
  auto known = updates_.find({&update, outcome});
  if (known == updates_.end()) {
    known = updates_.emplace(std::pair(&update, outcome), lower::lower_update(program_, update, outcome)).first;
  }
  return known->second;
}

ir::Values Training::evaluated(const ir::Module& module, const ir::Array& gradient, const ir::Values& numbers) const {
  ir::Values given = values_;
  for (const auto& [name, value] : numbers) given[name] = value;
  given["gradient"] = gradient;
  given["step"] = numbers.at(program_.step->name);
  return ir::evaluate(module, given, 0, arithmetic_);
}

ir::Values Training::kept() const {
  ir::Values kept{{"step", number(static_cast<double>(steps_))}};
  for (const sema::Tensor* param : program_.params) kept[param->name] = values_.at(param->name);
  for (const sema::Tensor* state : states_of(program_)) kept[state->name] = values_.at(state->name);
  return kept;
}

}  // namespace nnc::driver
