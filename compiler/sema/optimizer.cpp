// Optimizers: the text of the rule, once for each trained parameter, over `gradient`, `weight`, `step` and its states.
#include <algorithm>

#include "compiler/sema/ast_names.h"
#include "compiler/sema/elaborator.h"

namespace nnc::sema {

/// Whether the expression, or a function that it calls, mentions the step.
bool Elaborator::depends_on_step(const ast::Expr& expr, const FileScope& file) {
  return !each_name(expr, [&](const std::string& name) {
    if (name == "step") return false;
    auto declared = files_.find(file, name);
    return !declared.declaration || !declared.declaration->body || mentions(*declared.declaration->body, "step") == 0;
  });
}

void Elaborator::add_updates(const ast::UseStage& node, Span span, Scope& scope) {
  Value called = lookup(node.callee, scope);
  if (called.is_poison()) return;
  auto* callable = called.callable();
  if (!callable || callable->declared.declaration->kind != ast::DeclKind::optimizer) {
    error(DiagnosticKind::WrongKind, node.callee.span, "this is " + describe(called) + ", no optimizer");
    return;
  }
  const ast::Declaration& declaration = *callable->declared.declaration;
  if (declaration.body) {
    error(DiagnosticKind::WrongKind, declaration.name.span, "an optimizer is written as updates: `{ weight := … }`");
    return;
  }
  std::vector<Given> given;
  for (const ast::Argument& argument : node.arguments) {
    if (depends_on_step(*argument.value, *scope.file)) {
      not_supported(argument.value->span, "an argument that changes from step to step is");
      return;
    }
    given.push_back({argument.name, eval(*argument.value, scope), argument.value->span});
    if (given.back().value.is_poison()) return;
  }
  if (std::none_of(given.begin(), given.end(), [](const Given& g) { return g.value.lazy() != nullptr; })) {
    Scope arguments{callable->declared.file, scope.instance, nullptr};
    if (!bind(*callable, given, node.callee, arguments, "")) return;
    std::vector<const Tensor*> params = program_->params;
    for (const Tensor* param : params) {
      if (!param->frozen && !add_update(declaration, arguments, param, span)) return;
    }
    return;
  }
  error(DiagnosticKind::NotConstant, span, "the arguments of an optimizer are known before there is data");
}

bool Elaborator::add_update(const ast::Declaration& declaration, const Scope& arguments, const Tensor* param,
                            Span span) {
  int errors = diagnostics_.errors();
  Update update{.param = param};
  Instance instance{.prefix = param->name + "."};
  Scope scope{arguments.file, &instance, &arguments};
  auto add = [&](const std::string& name, const Shape& shape, Role role, Span where) {
    Tensor* tensor = equations_->new_tensor(param->name + "." + name, shape, Type::real, role, span);
    scope.locals.push_back({name, read(tensor), where});
    return tensor;
  };
  update.gradient = add("gradient", param->shape, Role::gradient, declaration.name.span);
  update.step = add("step", {}, Role::step, declaration.name.span);
  scope.locals.push_back({"weight", read(param), declaration.name.span});
  definitions_ = &update.definitions;
  uses_.push_back({&declaration, span});
  for (const ast::Statement& statement : declaration.statements) {
    if (!spend(statement.span)) break;
    if (auto* state = std::get_if<ast::State>(&statement.node)) {
      add_states(*state, update, scope);
    } else if (auto* node = std::get_if<ast::Let>(&statement.node)) {
      let(*node, statement.span, scope);
    } else if (auto* assigned = std::get_if<ast::Update>(&statement.node)) {
      assign_update(*assigned, statement.span, update, scope);
    } else if (auto* skip = std::get_if<ast::SkipIf>(&statement.node)) {
      not_supported(skip->condition->span, "`skip if` is");
    } else {
      error(DiagnosticKind::WrongPlace, statement.span,
            "this belongs in a layer; an optimizer has `state`, `let` and `:=`");
    }
  }
  uses_.pop_back();
  definitions_ = nullptr;
  if (diagnostics_.errors() > errors) return false;
  program_->updates.push_back(std::move(update));
  return true;
}

/// `m = 0` has the shape of the parameter, `v: [] = 0` that which it says.
void Elaborator::add_states(const ast::State& node, Update& update, Scope& scope) {
  auto exist = condition(node.condition, scope);
  for (const auto& variable : node.variables) {
    if (!declare(variable.name, scope)) continue;
    std::optional<Shape> extents = update.param->shape;
    if (variable.type && variable.type->shape) extents = shape(*variable.type->shape, scope);
    Value value = eval(*variable.initial, scope);
    auto* constant = value.constant();
    Value state;
    if (exist && extents && constant && *exist) {
      Tensor* tensor = equations_->new_tensor(update.param->name + "." + variable.name.text, *extents, Type::real,
                                              Role::state, origin(variable.name.span));
      tensor->initial = {.kind = Initial::Kind::constant, .value = constant->real()};
      update.states.push_back(tensor);
      state = read(tensor);
    } else if (exist && extents && constant) {
      state = all_zero(*extents);
    } else if (!value.is_poison() && !constant) {
      error(DiagnosticKind::NotConstant, variable.initial->span,
            "a state starts as a known number, and this is " + describe(value));
    }
    scope.locals.push_back({variable.name.text, state, variable.name.span});
  }
}

/// `m := …`: from here on, `m` is the new value.
void Elaborator::assign_update(const ast::Update& node, Span span, Update& update, Scope& scope) {
  const Tensor* target = nullptr;
  if (node.name.text == "weight") target = update.param;
  for (const Tensor* state : update.states) {
    if (state->name == update.param->name + "." + node.name.text) target = state;
  }
  auto* local = const_cast<Local*>(find_local(scope, node.name.text));
  if (!target) {
    bool is_absent = local && local->value.lazy() && !local->value.lazy()->tensor;  // a state that does not exist
    if (is_absent || (local && local->value.is_poison())) return;
    error(DiagnosticKind::UnknownName, node.name.span, "`" + node.name.text + "` is neither a state nor `weight`");
    return;
  }
  Value value = eval(*node.value, scope);
  if (value.is_poison()) {
    local->value = {};
    return;
  }
  if (value.is_numeric() && value.shape().empty() && !target->shape.empty()) {
    Lazy number = to_lazy(value);
    const Expr* body = number.at({});
    value = make(Lazy{target->shape, number.type, [body](Places) { return body; }});
  }
  if (!check_shape(value, target->shape, node.value->span, local->span)) {
    local->value = {};
    return;
  }
  value = copy_as(value, Type::real, update.param->name + "." + node.name.text + "_next", span);
  const Tensor* next = value.lazy()->tensor;
  auto again = std::find_if(update.assignments.begin(), update.assignments.end(),
                            [&](const Update::Assignment& each) { return each.target == target; });
  if (again != update.assignments.end()) {
    again->value = next;
  } else {
    update.assignments.push_back({target, next});
  }
  local->value = value;
}

}  // namespace nnc::sema
