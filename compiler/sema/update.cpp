// The text of an optimizer for one parameter, over `gradient`, `weight`, its states and numbers.
#include <algorithm>

#include "compiler/sema/elaborator.h"
#include "compiler/sema/updating.h"

namespace nnc::sema {
namespace {

/// `state scale: all = 1`: one number for all parameters.
bool is_for_all(const ast::State::Variable& variable) {
  return variable.type && variable.type->scalar && variable.type->scalar->text == "all" && !variable.type->shape;
}

}  // namespace

bool Elaborator::run_stage(const OptimizerStage& stage, Updating& updating) {
  int errors = diagnostics_.errors();
  Update& update = updating.update;
  Instance instance{.prefix = updating.prefix};
  Scope scope{stage.arguments.file, &instance, &stage.arguments};
  Span here = stage.declaration->name.span;
  scope.locals.push_back({"gradient", updating.gradient, here});
  scope.locals.push_back({"weight", updating.weight, here});
  scope.locals.push_back({"gathered", {Constant::of_boolean(is_gathered(update.param))}, here});
  if (!updating.inference.is_poison()) scope.locals.push_back({"inference", updating.inference, here});
  updating.numbers.clear();
  updating.passed.clear();
  updating.states.clear();
  const void* around = optimizing_->declaration;
  optimizing_->updating = &updating;
  optimizing_->declaration = stage.declaration;
  definitions_ = &update.definitions;
  uses_.push_back({stage.declaration, stage.span});
  bool is_replaced = false;
  for (const ast::Statement& each : stage.declaration->statements) {
    if (is_replaced || !spend(each.span)) break;
    if (auto* state = std::get_if<ast::State>(&each.node)) {
      statement(*state, each.span, updating, scope);
    } else if (auto* node = std::get_if<ast::Let>(&each.node)) {
      let(*node, each.span, scope);
    } else if (auto* assigned = std::get_if<ast::Update>(&each.node)) {
      statement(*assigned, each.span, updating, scope);
    } else if (auto* equation = std::get_if<ast::Equation>(&each.node)) {
      statement(*equation, each.span, updating, scope);
    } else if (auto* skip = std::get_if<ast::SkipIf>(&each.node)) {
      statement(*skip, each.span, updating, scope);
    } else if (auto* use = std::get_if<ast::UseIf>(&each.node)) {
      updating.gradient = find_local(scope, "gradient")->value;
      updating.weight = find_local(scope, "weight")->value;
      is_replaced = substitute(*use, updating, scope);
    } else {
      error(DiagnosticKind::WrongPlace, each.span,
            "this belongs in a layer; an optimizer has `state`, `let`, `:=`, `skip if` and `use … if`");
    }
  }
  if (!is_replaced) {
    updating.gradient = find_local(scope, "gradient")->value;
    updating.weight = find_local(scope, "weight")->value;
    if (!updating.inference.is_poison()) updating.inference = find_local(scope, "inference")->value;
    if (diagnostics_.errors() == errors) settle_numbers(stage, updating);
  }
  uses_.pop_back();
  definitions_ = nullptr;
  optimizing_->updating = nullptr;
  optimizing_->declaration = around;
  return diagnostics_.errors() == errors;
}

/// `m = 0` has the shape of the parameter, `v: [] = 0` that which it says, `c: all = 0` is one for all parameters.
void Elaborator::statement(const ast::State& node, Span, Updating& updating, Scope& scope) {
  Update& update = updating.update;
  auto exist = condition(node.condition, scope);
  for (const auto& variable : node.variables) {
    if (!declare(variable.name, scope)) continue;
    const std::string& word = variable.name.text;
    const bool for_all = is_for_all(variable);
    std::optional<Shape> extents = for_all ? Shape() : update.param->shape;
    if (!for_all && variable.type && variable.type->scalar) {
      error(DiagnosticKind::UnknownType, variable.type->span, "a state is of reals: it has a shape, or is for `all`");
      extents.reset();
    } else if (!for_all && variable.type) {
      extents = shape(*variable.type->shape, scope);
    }
    Value value = eval(*variable.initial, scope);
    auto* constant = value.constant();
    auto* lazy = value.lazy();
    auto* weight = find_local(scope, "weight")->value.lazy();  // new or not: a state starts as the parameter does
    const bool is_weight = lazy && weight && lazy->tensor == weight->tensor && extents == lazy->shape && !for_all;
    Value state;
    if (!exist || !extents || value.is_poison()) {
      // it has its message
    } else if (!constant && !is_weight) {
      error(DiagnosticKind::NotConstant, variable.initial->span,
            "a state starts as a known number or as `weight`, and this is " + describe(value));
    } else if (!*exist) {
      state = all_zero(*extents);
    } else if (for_all) {
      auto [tensor, is_new] = once(variable.name.span);
      if (is_new) {
        Tensor* made = equations_->new_tensor(optimizing_->prefix + word, {}, Type::real, Role::number,
                                              origin(variable.name.span));
        made->initial = {.kind = Initial::Kind::constant, .value = constant->real()};
        optimizing_->optimizer->states.push_back(made);
        *tensor = made;
      }
      updating.states[word] = *tensor;
      state = read(*tensor);
    } else {
      auto is_taken = [&](const Tensor* other) { return other->name == updating.prefix + word; };
      bool is_known = std::any_of(update.states.begin(), update.states.end(), is_taken);
      std::string name = updating.prefix + (is_known ? optimizing_->prefix : "") + word;
      Tensor* made = equations_->new_tensor(name, *extents, Type::real, Role::state, origin(variable.name.span));
      made->initial = is_weight ? Initial{.kind = Initial::Kind::weight}
                                : Initial{.kind = Initial::Kind::constant, .value = constant->real()};
      update.states.push_back(made);
      updating.states[word] = made;
      state = read(made);
    }
    scope.locals.push_back({word, state, variable.name.span});
  }
}

/// The right side, in the shape of what takes it.
std::optional<Value> Elaborator::new_value(const ast::Update& node, const Shape& shape, Span declared, Scope& scope) {
  Value value = eval(*node.value, scope);
  if (value.is_poison()) return std::nullopt;
  if (value.is_numeric() && value.shape().empty() && !shape.empty()) {
    Lazy number = to_lazy(value);
    const Expr* body = number.at({});
    value = make(Lazy{shape, number.type, [body](Places) { return body; }});
  }
  if (!check_shape(value, shape, node.value->span, declared)) return std::nullopt;
  return value;
}

/// `m := …`: from here on, `m` is the new value.
void Elaborator::statement(const ast::Update& node, Span span, Updating& updating, Scope& scope) {
  Update& update = updating.update;
  const std::string& word = node.name.text;
  auto* local = const_cast<Local*>(find_local(scope, word));
  auto known = updating.states.find(word);
  const Tensor* target = known == updating.states.end() ? nullptr : known->second;
  if (!target && word == "weight") target = update.param;
  if (!target && word == "inference") target = update.states.front();
  if (!target && word == "gradient") target = update.gradient;
  if (!target) {
    bool is_absent = local && local->value.lazy() && !local->value.lazy()->tensor;  // a state that does not exist
    if (is_absent || (local && local->value.is_poison())) return;
    error(DiagnosticKind::UnknownName, node.name.span,
          "`" + word + "` is no state, and none of `gradient`, `weight` and `inference`");
    return;
  }
  std::optional<Value> value = new_value(node, target->shape, local->span, scope);
  if (!value) {
    local->value = {};
    return;
  }
  auto& assignments = target->role == Role::number ? updating.numbers : update.assignments;
  if (target->role == Role::number) {
    if (auto* constant = value->constant()) value = scalar(equations_->number(constant->real(), Type::real));
    if (!number_of(*value)) {
      error(DiagnosticKind::NotANumber, node.value->span,
            "`" + word + "` is one number for all parameters, and this differs from one to the next")
          .hint("`all(…)` adds up over the parameters");
      local->value = {};
      return;
    }
    value = number(updating.prefix + word + "_next", equations_->convert(number_of(*value), Type::real), span);
  } else {
    Lazy source = to_lazy(*value);
    std::vector<const Index*> over = new_indices(source.shape);
    std::vector<const Expr*> at = places(over);
    std::string suffix = word == "gradient" ? "" : "_next";
    Tensor* made = equations_->new_tensor(updating.prefix + (suffix.empty() ? optimizing_->prefix : "") + word + suffix,
                                          source.shape, Type::real, Role::value, origin(span));
    const Expr* body = equations_->convert(source.at(at), Type::real);
    update.definitions.push_back({made, {{over, at, body, origin(span)}}});
    value = read(made);
  }
  local->value = *value;
  if (target == update.gradient) return;
  const Tensor* next = value->lazy()->tensor;
  auto again = std::find_if(assignments.begin(), assignments.end(), [&](const Update::Assignment& each) {
    return each.target == target && each.skips == updating.skips;
  });
  if (again != assignments.end()) {
    again->value = next;
  } else {
    assignments.push_back({target, next, updating.skips});
  }
}

/// `loss_factor = scale`: gradients are of the loss times this, and are divided by it before the first stage.
void Elaborator::statement(const ast::Equation& node, Span span, Updating& updating, Scope& scope) {
  Optimizer& optimizer = *optimizing_->optimizer;
  if (node.name.text != "loss_factor" || node.indices) {
    error(DiagnosticKind::WrongPlace, span,
          "this belongs in a layer; an optimizer has `state`, `let`, `:=`, `skip if` and `use … if`");
    return;
  }
  Value value = eval(*node.value, scope);
  if (value.is_poison()) return;
  if (auto* constant = value.constant()) value = scalar(equations_->number(constant->real(), Type::real));
  const Expr* expr = number_of(value);
  std::set<const Tensor*> seen;
  if (!expr || !is_known_before(expr, seen)) {
    error(DiagnosticKind::NotANumber, node.value->span,
          "the loss is multiplied before there are gradients: by a number made of states and `step`");
    return;
  }
  auto [factor, is_new] = once(span);
  if (is_new) {
    for (const Optimizer* other : {static_cast<const Optimizer*>(&optimizer), scaling(*program_)}) {
      if (!other || !other->loss_factor) continue;
      error(DiagnosticKind::DuplicateName, span, "the loss has a factor already")
          .note(other->loss_factor->span, "this is it")
          .hint("one is enough: what it says of a loss holds for the gradients of all parameters");
      return;
    }
    *factor = number(updating.prefix + "loss_factor", equations_->convert(expr, Type::real), span).lazy()->tensor;
    optimizer.loss_factor = *factor;
  }
}

void Elaborator::statement(const ast::SkipIf& node, Span, Updating& updating, Scope& scope) {
  Value value = eval(*node.condition, scope);
  if (value.is_poison()) return;
  if (value.is_numeric() && element_type(value) != Type::boolean) {
    error(DiagnosticKind::TypeMismatch, node.condition->span,
          "a condition is true or false, and this is " + describe(value));
    return;
  }
  auto* constant = value.constant();
  if (constant && constant->integer == 0) return;
  if (constant) {
    error(DiagnosticKind::NoUpdate, node.condition->span, "this is always true: no step would ever happen");
    return;
  }
  const Expr* condition = number_of(value);
  if (!condition || updating.is_substitute) {
    error(DiagnosticKind::NotANumber, node.condition->span,
          "a step is left out for all parameters, and this is for some")
        .hint("`all(…)` adds up over the parameters; `select(c, a, b)` decides for each element");
    return;
  }
  auto [skip, is_new] = once(node.condition->span);
  const Tensor* tensor = number(updating.prefix + "skip", condition, node.condition->span).lazy()->tensor;
  if (is_new) {
    *skip = tensor;
    optimizing_->optimizer->points.push_back({tensor, true});
  }
  if (*skip != tensor) {
    error(DiagnosticKind::NotANumber, node.condition->span,
          "a step is left out for all parameters, and this comes out differently for `" + updating.update.param->name +
              "`");
  }
  ++updating.skips;
}

bool Elaborator::substitute(const ast::UseIf& node, Updating& updating, Scope& scope) {
  auto holds = condition(node.condition, scope);
  if (!holds || !*holds) return false;
  Value called = lookup(node.optimizer, scope);
  const ast::Declaration* declaration = optimizer_declaration(called, node.optimizer);
  if (!declaration) return true;
  auto active =
      std::find_if(uses_.begin(), uses_.end(), [&](const Use& use) { return use.declaration == declaration; });
  if (active != uses_.end()) {
    error(DiagnosticKind::Recursion, node.optimizer.span, "`" + declaration->name.text + "` contains itself")
        .note(declaration->name.span, "declared here");
    return true;
  }
  std::string name = optimizing_->prefix + node.optimizer.text;
  Instance instance{.prefix = name + "."};
  OptimizerStage other{
      declaration, name, node.optimizer.span, &instance, {called.callable()->declared.file, &instance, nullptr}};
  if (!bind_optimizer(*called.callable(), {}, node.optimizer, other)) return true;
  bool was_substitute = updating.is_substitute;
  updating.is_substitute = true;
  run_stage(other, updating);
  updating.is_substitute = was_substitute;
  optimizing_->updating = &updating;
  definitions_ = &updating.update.definitions;
  return true;
}

/// Whether the model reads the parameter at places that depend on a sample: a table.
bool Elaborator::is_gathered(const Tensor* param) {
  if (!gathered_) {
    gathered_.emplace();
    std::set<const Expr*> seen;
    std::function<void(const Expr*)> visit = [&](const Expr* expr) {
      if (!seen.insert(expr).second) return;
      bool is_computed = expr->kind == Expr::Kind::read && expr->tensor->role == Role::param &&
                         std::any_of(expr->args.begin(), expr->args.end(), reads_samples);
      if (is_computed) gathered_->insert(expr->tensor);
      for (const Expr* arg : expr->args) visit(arg);
    };
    for (const Step& step : program_->steps) {
      auto* definition = std::get_if<Definition>(&step);
      if (!definition) continue;
      for (const Piece& piece : definition->pieces) visit(piece.body);
    }
  }
  return gathered_->contains(param);
}

}  // namespace nnc::sema
