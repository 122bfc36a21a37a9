// Optimizers: which parameters each `optimizer …` of a model has, and the stages that they go through.
#include <algorithm>

#include "compiler/sema/ast_names.h"
#include "compiler/sema/elaborator.h"
#include "compiler/sema/updating.h"
#include "compiler/support/closest_name.h"

namespace nnc::sema {
namespace {

bool is_part_of(const std::string& name, const std::string& whole) {
  return name == whole || name.starts_with(whole + ".");
}

/// Whether a statement of the text gives a value to that word.
bool gives(const ast::Declaration& declaration, const std::string& word) {
  return std::any_of(declaration.statements.begin(), declaration.statements.end(), [&](const ast::Statement& each) {
    if (auto* update = std::get_if<ast::Update>(&each.node)) return update->name.text == word;
    if (auto* equation = std::get_if<ast::Equation>(&each.node)) return equation->name.text == word;
    return false;
  });
}

/// Whether a statement, or one of several, mentions that word in an expression.
template <class Statements>
bool reads(const Statements& statements, const std::string& word) {
  return !each_name(statements, [&](const std::string& name) { return name != word; });
}

}  // namespace

int Optimizer::skips() const {
  return static_cast<int>(std::count_if(points.begin(), points.end(), [](const Point& p) { return p.is_skip; }));
}

const Optimizer* scaling(const Program& program) {
  auto found = std::find_if(program.optimizers.begin(), program.optimizers.end(),
                            [](const Optimizer& each) { return each.loss_factor != nullptr; });
  return found == program.optimizers.end() ? nullptr : &*found;
}

std::vector<Update::Assignment> assigned(const std::vector<Update::Assignment>& assignments, int outcome) {
  std::vector<Update::Assignment> last;
  for (const Update::Assignment& each : assignments) {
    if (each.skips > outcome) continue;
    auto known = std::find_if(last.begin(), last.end(), [&](const auto& l) { return l.target == each.target; });
    if (known == last.end()) {
      last.push_back(each);
    } else {
      *known = each;
    }
  }
  return last;
}

/// Those that are called so, or lie in a layer or a block that is.
std::vector<const Tensor*> Elaborator::params_of(const ast::Name& target) {
  std::vector<const Tensor*> found;
  for (const Tensor* param : program_->params) {
    if (is_part_of(param->name, target.text)) found.push_back(param);
  }
  if (!found.empty()) return found;
  std::vector<std::string> candidates;
  for (const Tensor* param : program_->params) {
    for (size_t dot = param->name.find('.'); dot != std::string::npos; dot = param->name.find('.', dot + 1)) {
      candidates.push_back(param->name.substr(0, dot));
    }
    candidates.push_back(param->name);
  }
  auto& message = error(DiagnosticKind::UnknownMember, target.span,
                        "no layer, block or parameter with parameters is called `" + target.text + "`");
  if (auto meant = closest_name(target.text, candidates); !meant.empty()) message.hint("did you mean `" + meant + "`?");
  return found;
}

/// Each trained parameter has one optimizer: that which names it, else the one that names none.
std::vector<Elaborator::Group> Elaborator::groups(const ast::Model& model) {
  std::vector<Group> all;
  std::map<const Tensor*, Span> taken;
  std::optional<size_t> rest;
  for (const ast::Member& member : model.members) {
    auto* node = std::get_if<ast::Optimizer>(&member.node);
    if (!node) continue;
    all.push_back({node, member.span, {}});
    if (node->targets.empty()) {
      if (rest) {
        error(DiagnosticKind::OverlappingOptimizers, member.span, "two optimizers take all parameters")
            .note(all[*rest].span, "the first is here")
            .hint("`optimizer … for linear_0` is for a part of them");
        return {};
      }
      rest = all.size() - 1;
    }
    for (const ast::Name& target : node->targets) {
      std::vector<const Tensor*> params = params_of(target);
      bool is_frozen = !params.empty();
      for (const Tensor* param : params) {
        if (param->frozen) continue;
        is_frozen = false;
        auto [place, is_new] = taken.emplace(param, target.span);
        if (is_new) {
          all.back().params.push_back(param);
          continue;
        }
        error(DiagnosticKind::OverlappingOptimizers, target.span, "`" + param->name + "` has an optimizer already")
            .note(place->second, "this is it");
        break;
      }
      if (is_frozen) {
        error(DiagnosticKind::EmptyOptimizer, target.span,
              "all of `" + target.text + "` is frozen: nothing is trained");
      }
    }
  }
  std::vector<const Tensor*> left;
  for (const Tensor* param : program_->params) {
    if (!param->frozen && !taken.contains(param)) left.push_back(param);
  }
  if (rest && left.empty() && all.size() > 1) {
    error(DiagnosticKind::EmptyOptimizer, all[*rest].span, "the other optimizers leave no parameter to this one");
  } else if (rest && left.empty() && diagnostics_.ok()) {
    warning(DiagnosticKind::EmptyOptimizer, all[*rest].span,
            program_->params.empty() ? "the model has no parameter: nothing is trained"
                                     : "every parameter is frozen: nothing is trained");
  }
  if (rest) {
    all[*rest].params = std::move(left);
  } else if (!all.empty() && !left.empty()) {
    error(DiagnosticKind::UntrainedParameter, all.back().span, "no optimizer takes `" + left[0]->name + "`")
        .hint("an optimizer without `for` takes the rest; `frozen = true` leaves a layer as it is");
  }
  return all;
}

const ast::Declaration* Elaborator::optimizer_declaration(const Value& called, const ast::Name& callee) {
  if (called.is_poison()) return nullptr;
  auto* callable = called.callable();
  if (!callable || callable->declared.declaration->kind != ast::DeclKind::optimizer) {
    error(DiagnosticKind::WrongKind, callee.span, "this is " + describe(called) + ", no optimizer");
    return nullptr;
  }
  const ast::Declaration* declaration = callable->declared.declaration;
  if (!declaration->body) return declaration;
  error(DiagnosticKind::WrongKind, declaration->name.span, "an optimizer is written as updates: `{ weight := … }`");
  return nullptr;
}

bool Elaborator::bind_optimizer(const Callable& callable, std::vector<Given> given, const ast::Name& callee,
                                OptimizerStage& stage) {
  for (const auto& [name, value] : callable.given) given.push_back({ast::Name{name, callee.span}, value, callee.span});
  for (const Given& each : given) {
    if (each.value.is_poison()) return false;
    if (!each.value.lazy() || number_of(each.value)) continue;
    error(DiagnosticKind::NotConstant, each.span,
          "an argument of an optimizer is known before there is data: it may depend on `step` alone");
    return false;
  }
  return bind({callable.declared, {}}, given, callee, stage.arguments, stage.name);
}

Value Elaborator::partial_optimizer(const Callable& callable, const std::vector<Given>& arguments,
                                    const ast::Name& callee) {
  Callable whole = callable;
  const ast::Declaration& declaration = *callable.declared.declaration;
  Arguments placed(declaration.formals.size());
  std::vector<Given> given = arguments;
  if (!assign(declaration, given, callee, placed)) return {};
  for (size_t f = 0; f < placed.size(); ++f) {
    if (placed[f]) whole.given.emplace_back(declaration.formals[f].name.text, placed[f]->value);
  }
  return {std::make_shared<const Callable>(std::move(whole))};
}

bool Elaborator::add_stage(const Callable& callable, const ast::Name& callee,
                           const std::vector<ast::Argument>& arguments, Span span, Scope& scope,
                           std::vector<OptimizerStage>& stages) {
  const ast::Declaration* declaration = callable.declared.declaration;
  const std::string& word = declaration->name.text;
  std::string name = word + "_" + std::to_string(stage_uses_[word]++);
  Instance* instance = &instances_.emplace_back(Instance{.prefix = name + "."});
  OptimizerStage stage{declaration, name, span, instance, {callable.declared.file, instance, nullptr}};
  optimizing_->prefix = name + ".";
  Scope around{scope.file, instance, &scope};
  std::vector<Given> given;
  for (const ast::Argument& argument : arguments) {
    given.push_back({argument.name, eval(*argument.value, around), argument.value->span});
  }
  if (!bind_optimizer(callable, std::move(given), callee, stage)) return false;
  stages.push_back(std::move(stage));
  return true;
}

/// A stage that changes the gradient behind every text that reads it does nothing.
void Elaborator::warn_of_lost_gradients(const std::vector<OptimizerStage>& stages) {
  bool is_read_later = false;
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
    const ast::Declaration& declaration = *stage->declaration;
    for (auto each = declaration.statements.rbegin(); each != declaration.statements.rend(); ++each) {
      auto* update = std::get_if<ast::Update>(&each->node);
      if (update && update->name.text == "gradient" && !is_read_later) {
        warning(DiagnosticKind::EmptyOptimizer, stage->span,
                "`" + declaration.name.text + "` changes the gradient, and nothing behind it reads that")
            .hint("what changes the gradient stands before what moves the weights");
        is_read_later = true;  // one warning is enough
      }
      // another optimizer that stands for the rest reads it, too
      const bool has_other = std::holds_alternative<ast::UseIf>(each->node);
      is_read_later = is_read_later || has_other || reads(*each, "gradient");
    }
  }
}

std::vector<Elaborator::OptimizerStage> Elaborator::pipeline(const ast::Optimizer& node, const Declared& implied,
                                                             Optimizer& optimizer, Scope& scope) {
  std::vector<OptimizerStage> stages;
  if (implied &&
      !add_stage({implied, {}}, {implied.declaration->name.text, optimizer.span}, {}, optimizer.span, scope, stages))
    return {};
  for (const ast::Stage& each : node.stages) {
    auto* use = std::get_if<ast::UseStage>(&each.node);
    if (!use) {
      error(DiagnosticKind::WrongKind, each.span, "an optimizer is not repeated");
      return {};
    }
    Value called = lookup(use->callee, scope);
    const ast::Declaration* declaration = optimizer_declaration(called, use->callee);
    if (!declaration) return {};
    if (!add_stage(*called.callable(), use->callee, use->arguments, each.span, scope, stages)) return {};
  }
  warn_of_lost_gradients(stages);
  bool asks = std::any_of(stages.begin(), stages.end(),
                          [](const OptimizerStage& each) { return reads(each.declaration->statements, "finite"); });
  if (asks) return stages;
  const Expr* bad = equations_->apply(Op::logical_not, {equations_->read(program_->finite, {})});
  optimizing_->prefix = optimizer.name + ".";
  optimizer.points.push_back({number(optimizer.name + ".skip", bad, optimizer.span).lazy()->tensor, true});
  optimizer.skips_non_finite = true;
  return stages;
}

/// Stage after stage, each for all parameters: a sum over them is complete when the next statement reads it.
void Elaborator::read_optimizer(const Group& group, const std::vector<OptimizerStage>& stages, Optimizer& optimizer) {
  bool offers = std::any_of(stages.begin(), stages.end(),
                            [](const OptimizerStage& each) { return gives(*each.declaration, "inference"); });
  std::vector<Updating> all;
  for (const Tensor* param : group.params) {
    Updating& updating = all.emplace_back(Updating{.update = {.param = param}, .prefix = param->name + "."});
    Update& update = updating.update;
    update.optimizer = program_->optimizers.size();
    update.gradient =
        equations_->new_tensor(updating.prefix + "gradient", param->shape, Type::real, Role::gradient, optimizer.span);
    updating.gradient = read(update.gradient);
    updating.weight = read(param);
    updating.skips = optimizer.skips();
    if (program_->loss_factor) {
      definitions_ = &update.definitions;
      Operand factor{read(program_->loss_factor), optimizer.span}, gradient{updating.gradient, optimizer.span};
      updating.gradient = materialise(apply(Op::divide, {gradient, factor}, optimizer.span),
                                      updating.prefix + "gradient", optimizer.span);
      definitions_ = nullptr;
    }
    if (!offers) continue;
    Tensor* inference =
        equations_->new_tensor(updating.prefix + "inference", param->shape, Type::real, Role::state, optimizer.span);
    inference->initial = {.kind = Initial::Kind::weight};
    update.states.push_back(inference);
    updating.inference = read(inference);
  }
  for (const OptimizerStage& stage : stages) {
    optimizing_->prefix = stage.name + ".";
    optimizing_->made.clear();
    optimizing_->assigned.clear();
    for (Updating& updating : all) {
      if (!run_stage(stage, updating)) return;
    }
  }
  for (Updating& updating : all) {
    Update& update = updating.update;
    drop_unused_states(update);
    bool moves = std::any_of(update.assignments.begin(), update.assignments.end(),
                             [&](const Update::Assignment& each) { return each.target == update.param; });
    if (!moves) {
      error(DiagnosticKind::NoUpdate, group.span, "nothing here gives `weight` a new value")
          .hint("a stage that does is missing: one whose text says `weight := …`");
      return;
    }
    program_->updates.push_back(std::move(updating.update));
  }
}

/// A state that nothing reads or changes is none.
void Elaborator::drop_unused_states(Update& update) {
  std::vector<const Expr*> bodies;
  for (const Definition& definition : update.definitions) {
    for (const Piece& piece : definition.pieces) bodies.push_back(piece.body);
  }
  auto is_unused = [&](const Tensor* state) {
    const bool changes = std::any_of(update.assignments.begin(), update.assignments.end(),
                                     [&](const Update::Assignment& each) { return each.target == state; });
    return !changes && !read_tensor(bodies, state);
  };
  std::erase_if(update.states, is_unused);
}

/// Where optimizers of a model may stop at different steps, each counts its own.
void Elaborator::count_own_steps() {
  Optimizer& optimizer = *optimizing_->optimizer;
  optimizing_->prefix = optimizer.name + ".";
  Tensor* state = equations_->new_tensor(optimizer.name + ".step", {}, Type::real, Role::number, optimizer.span);
  optimizer.states.push_back(state);
  const Expr* next =
      equations_->apply(Op::add, {equations_->read(state, {}), equations_->number(1, Type::real)}, optimizer.span);
  optimizer.step = number(optimizer.name + ".next_step", next, optimizer.span).lazy()->tensor;
}

void Elaborator::optimizers(const ast::Model& model, Scope& scope) {
  int errors = diagnostics_.errors();
  std::vector<Group> all = groups(model);
  if (all.empty() || diagnostics_.errors() > errors) return;
  Tensor* step = equations_->new_tensor("step", {}, Type::real, Role::step, program_->span);
  Tensor* finite = equations_->new_tensor("finite", {}, Type::boolean, Role::number, program_->span);
  program_->step = step;
  program_->finite = finite;

  auto declarations = [&](const Group& group) {
    std::vector<const ast::Declaration*> found;
    for (const ast::Stage& each : group.node->stages) {
      auto* use = std::get_if<ast::UseStage>(&each.node);
      const Local* local = use ? find_local(scope, use->callee.text) : nullptr;
      Declared declared = use && !local ? files_.find(*scope.file, use->callee.text) : Declared{};
      if (declared.declaration) found.push_back(declared.declaration);
    }
    return found;
  };
  bool has_factor = false, may_stop = false;
  auto look = [&](const ast::Declaration& declaration) {
    has_factor = has_factor || gives(declaration, "loss_factor");
    may_stop = may_stop || std::any_of(declaration.statements.begin(), declaration.statements.end(),
                                       [](auto& s) { return std::holds_alternative<ast::SkipIf>(s.node); });
  };
  for (const Group& group : all) {
    for (const ast::Declaration* declaration : declarations(group)) look(*declaration);
  }
  Declared implied;  // where no stage scales the loss already
  if (!has_factor) implied = files_.implied_by(*scope.file, scalar::name(scope.instance->precision));
  if (implied) look(*implied.declaration);
  if (has_factor) {
    program_->loss_factor = equations_->new_tensor("loss_factor", {}, Type::real, Role::number, program_->span);
  }
  for (size_t k = 0; k < all.size() && diagnostics_.errors() == errors; ++k) {
    Optimizer optimizer{.name = "optimizer_" + std::to_string(k), .span = all[k].span, .step = step};
    Optimizing optimizing{.optimizer = &optimizer};
    std::vector<Definition> discarded;  // arguments that are no numbers have their message
    optimizing_ = &optimizing;
    definitions_ = &discarded;
    if (all.size() > 1 && may_stop) count_own_steps();
    std::vector<OptimizerStage> stages = pipeline(*all[k].node, k == 0 ? implied : Declared{}, optimizer, scope);
    definitions_ = nullptr;
    if (!stages.empty()) read_optimizer(all[k], stages, optimizer);
    if (optimizer.step != step)
      optimizer.assignments.push_back({optimizer.states[0], optimizer.step, optimizer.skips()});
    optimizing_ = nullptr;
    program_->optimizers.push_back(std::move(optimizer));
  }
  auto in_order = [&](const Update& a, const Update& b) {
    auto place = [&](const Update& u) {
      return std::find(program_->params.begin(), program_->params.end(), u.param) - program_->params.begin();
    };
    return place(a) < place(b);
  };
  std::stable_sort(program_->updates.begin(), program_->updates.end(), in_order);
}

}  // namespace nnc::sema
