// A model's module: what it declares, its steps, then what the surface asks for on top of the outputs.
#include "compiler/lower/lower.h"

#include <algorithm>

#include "compiler/autodiff/gradients.h"
#include "compiler/lower/equations.h"

namespace nnc::lower {
namespace {

using autodiff::Seed;
using sema::Program;

std::vector<const sema::Tensor*> operands(const sema::Step& step) {
  std::vector<const sema::Tensor*> all;
  if (auto* gradient = std::get_if<sema::Gradient>(&step)) return {gradient->of, gradient->by};
  std::vector<const sema::Expr*> open;
  std::unordered_set<const sema::Expr*> seen;
  for (const sema::Piece& piece : std::get<sema::Definition>(step).pieces) open.push_back(piece.body);
  while (!open.empty()) {
    const sema::Expr* expr = open.back();
    open.pop_back();
    if (!seen.insert(expr).second) continue;
    if (expr->kind == sema::Expr::Kind::read) all.push_back(expr->tensor);
    open.insert(open.end(), expr->args.begin(), expr->args.end());
  }
  return all;
}

const sema::Tensor* written(const sema::Step& step) {
  return std::visit([](const auto& each) { return each.tensor; }, step);
}

/// The definitions that these tensors need, in order; `wanted` gains all that they read.
std::vector<const sema::Definition*> needed(const std::vector<sema::Definition>& definitions,
                                            std::unordered_set<const sema::Tensor*>& wanted) {
  std::vector<const sema::Definition*> found;
  for (auto each = definitions.rbegin(); each != definitions.rend(); ++each) {
    if (!wanted.count(each->tensor)) continue;
    found.push_back(&*each);
    for (const sema::Tensor* operand : operands(sema::Step(*each))) wanted.insert(operand);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

/// What the text of an update starts from, and the definitions for what is wanted.
void write_update(Equations& equations, const Program& program, const sema::Update& update,
                  std::unordered_set<const sema::Tensor*> wanted) {
  auto definitions = needed(update.definitions, wanted);
  equations.declare(*update.gradient, "gradient", ir::Role::input, false);
  equations.declare(*program.step, "step", ir::Role::input, false);
  equations.declare(*update.param, update.param->name, ir::Role::param, false);
  for (const sema::Tensor* state : update.states) {
    if (wanted.count(state)) equations.declare(*state, state->name, ir::Role::state, false);
  }
  for (const sema::Definition* definition : definitions) equations.define(*definition, definition->tensor->name);
}

/// The steps that these tensors need, in order.
std::vector<const sema::Step*> needed(const Program& program, std::unordered_set<const sema::Tensor*> wanted) {
  std::vector<const sema::Step*> steps;
  for (auto step = program.steps.rbegin(); step != program.steps.rend(); ++step) {
    if (!wanted.count(written(*step))) continue;
    steps.push_back(&*step);
    for (const sema::Tensor* operand : operands(*step)) wanted.insert(operand);
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

/// tensor = ∂of/∂by: the adjoint from a seed of ones, under the name that the model gives it.
void write_gradient(ir::Module& module, Equations& equations, const sema::Gradient& gradient) {
  ir::Tensor* of = equations.of(gradient.of);
  ir::Tensor* by = equations.of(gradient.by);
  ir::Tensor* seed = autodiff::filled(module, *of, "d_" + of->name, 1);
  ir::Tensor* adjoint = autodiff::gradients(module, {{of, seed}}, {by}).at(by);
  ir::Tensor* out = equations.declare(*gradient.tensor, gradient.tensor->name, ir::Role::value, true);
  equations.copy(out, adjoint, gradient.tensor->span);
}

/// A tensor of the shape of another: element by element, op(other, factor).
ir::Tensor* scaled(ir::Module& module, ir::Op op, ir::Tensor* other, ir::Tensor* factor, const std::string& name) {
  ir::Tensor* out = module.tensor(name, other->shape, other->type, ir::Role::value, other->span);
  ir::Equation equation{.out = out, .at = {}, .body = nullptr, .over = {}, .span = other->span};
  for (size_t d = 0; d < other->rank(); ++d) {
    bool is_samples = d == 0 && other->has_samples();
    equation.over.push_back(module.index(is_samples ? "b" : "i" + std::to_string(d), other->shape[d]));
    equation.at.push_back(module.value_of(equation.over.back()));
  }
  equation.body = module.apply(op, {module.read(other, equation.at), module.read(factor, {})});
  module.equations.push_back(std::move(equation));
  return out;
}

/// loss += loss_of_sample[b] / N   over b: N
ir::Tensor* write_mean(ir::Module& module, ir::Tensor* of_sample) {
  const ir::Index* b = module.index("b", ir::Extent::samples());
  ir::Tensor* loss = module.tensor("loss", {}, ir::Type::real, ir::Role::value, of_sample->span);
  const ir::Node* share =
      module.apply(ir::Op::divide, {module.read(of_sample, {module.value_of(b)}), module.samples()});
  module.equations.push_back({loss, {}, ir::Combine::sum, share, {b}, of_sample->span});
  return loss;
}

}  // namespace

ir::Module lower(const Program& program, Surface surface) {
  ir::Module module;
  for (const sema::Tensor& tensor : program.tensors) {
    if (&tensor != program.loss) module.reserve(tensor.name);  // an adjoint may be made before, and take the name
  }
  Equations equations(module);
  bool has_loss = surface == Surface::step || surface == Surface::all;
  std::unordered_set<const sema::Tensor*> wanted;
  for (const sema::Output& output : program.outputs) {
    wanted.insert(output.tensor);
    equations.give_samples(output.tensor);
  }
  for (const sema::Tensor* input : program.inputs) equations.declare(*input, input->name, ir::Role::input, true);
  if (has_loss) {
    wanted.insert(program.loss);
    equations.give_samples(program.loss);
    for (const sema::Tensor* target : program.targets) equations.declare(*target, target->name, ir::Role::input, true);
  }
  for (const sema::Tensor* param : program.params) equations.declare(*param, param->name, ir::Role::param, false);
  for (const sema::Step* step : needed(program, std::move(wanted))) {
    auto* definition = std::get_if<sema::Definition>(step);
    if (definition) {
      bool is_loss = definition->tensor == program.loss;
      equations.define(*definition, is_loss ? "loss_of_sample" : definition->tensor->name);
    } else {
      write_gradient(module, equations, std::get<sema::Gradient>(*step));
    }
  }
  const bool is_derivative = surface == Surface::derivative;
  if (!is_derivative) {
    for (const sema::Output& output : program.outputs) module.outputs.push_back(equations.of(output.tensor));
  }
  if (surface == Surface::outputs) return module;

  std::vector<Seed> seeds;
  ir::Tensor* factor = program.loss_factor && !is_derivative ? equations.of(program.loss_factor) : nullptr;
  auto times_factor = [&](ir::Tensor* seed) {
    return factor ? scaled(module, ir::Op::multiply, seed, factor, seed->name + "_scaled") : seed;
  };
  if (has_loss) {
    ir::Tensor* loss = write_mean(module, equations.of(program.loss));
    module.outputs.push_back(loss);
    seeds.push_back({loss, times_factor(autodiff::filled(module, *loss, "d_" + loss->name, 1))});
  } else {
    for (const sema::Output& output : program.outputs) {
      if (output.tensor->type != ir::Type::real) continue;
      ir::Tensor* of = equations.of(output.tensor);
      ir::Tensor* adjoint =
          module.tensor("output_gradient." + output.name, of->shape, of->type, ir::Role::input, of->span);
      seeds.push_back({of, times_factor(adjoint)});
    }
  }
  std::vector<ir::Tensor*> by;
  for (const sema::Tensor* param : program.params) {
    if (!param->frozen && !is_derivative) by.push_back(equations.of(param));
  }
  for (const sema::Tensor* input : program.inputs) {
    if (surface != Surface::step && input->type == ir::Type::real) by.push_back(equations.of(input));
  }
  auto gradients = autodiff::gradients(module, seeds, by);
  for (ir::Tensor* tensor : by) {
    ir::Tensor* gradient = gradients.at(tensor);
    bool is_of_input = tensor->role == ir::Role::input;
    module.outputs.push_back(factor && is_of_input
                                 ? scaled(module, ir::Op::divide, gradient, factor, gradient->name + "_of_loss")
                                 : gradient);
  }
  return module;
}

ir::Module lower_update(const Program& program, const sema::Update& update, int outcome) {
  ir::Module module;
  Equations equations(module);
  const auto assignments = sema::assigned(update.assignments, outcome);
  std::unordered_set<const sema::Tensor*> wanted;
  for (const auto& assignment : assignments) wanted.insert({assignment.target, assignment.value});
  write_update(equations, program, update, std::move(wanted));
  for (const auto& assignment : assignments) {
    module.updates.push_back({equations.of(assignment.target), equations.of(assignment.value)});
  }
  return module;
}

ir::Module lower_update(const Program& program, const sema::Update& update) {
  return lower_update(program, update, program.optimizers.at(update.optimizer).skips());
}

ir::Module lower_term(const Program& program, const sema::Update& update, const sema::Update::Term& term) {
  ir::Module module;
  Equations equations(module);
  write_update(equations, program, update, {term.value});
  module.outputs.push_back(equations.of(term.value));
  return module;
}

ir::Module lower_numbers(const sema::Optimizer& optimizer) {
  ir::Module module;
  Equations equations(module);
  for (const sema::Tensor* state : optimizer.states) equations.declare(*state, state->name, ir::Role::state, false);
  for (const sema::Definition& definition : optimizer.definitions) {
    equations.define(definition, definition.tensor->name);
  }
  return module;
}

}  // namespace nnc::lower
