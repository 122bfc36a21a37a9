// Uses: stages of a flow, calls, blocks, repetition; which instance each has and what it is named.
#include <algorithm>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {
namespace {

constexpr int64_t kMostRepeats = 4096;
constexpr size_t kMostInstances = 20'000;

constexpr const char* kUnrounded = ".unrounded";  // the result of a layer before it is passed on

bool returns_lazily(const ast::Declaration& declaration) { return declaration.body != nullptr; }

}  // namespace

Value Elaborator::stages(Value flow, Span flow_span, const std::vector<ast::Stage>& all, Scope& scope) {
  for (const ast::Stage& each : all) {
    flow = stage(std::move(flow), flow_span, each, scope);
    flow_span = each.span;
  }
  return flow;
}

Value Elaborator::stage(Value flow, Span flow_span, const ast::Stage& stage, Scope& scope) {
  if (flow.is_poison() || !spend(stage.span)) return {};
  Given given{std::nullopt, std::move(flow), flow_span};
  return std::visit([&](const auto& node) { return stage_node(given, node, stage.span, scope); }, stage.node);
}

Value Elaborator::stage_node(const Given& flow, const ast::UseStage& node, Span span, Scope& scope) {
  return call(node.callee, &flow, node.arguments, span, scope);
}

std::optional<int64_t> Elaborator::repeat_count(const ast::Expr& count, Scope& scope) {
  auto found = integer(count, scope, "a count");
  if (!found) return std::nullopt;
  if (*found >= 0 && *found <= kMostRepeats) return found;
  error(DiagnosticKind::BadSize, count.span,
        *found < 0 ? "this cannot be repeated " + std::to_string(*found) + " times"
                   : "each repetition is written out: at most " + std::to_string(kMostRepeats) + ", and this is " +
                         std::to_string(*found));
  return std::nullopt;
}

Value Elaborator::stage_node(const Given& flow, const ast::RepeatStage& node, Span, Scope& scope) {
  auto count = repeat_count(*node.count, scope);
  Value value = flow.value;
  if (!count) return {};
  for (int64_t k = 0; k < *count && !value.is_poison(); ++k) value = stages(value, flow.span, node.stages, scope);
  return value;
}

Value Elaborator::stage_node(const Given& flow, const ast::RepeatAsStage& node, Span span, Scope& scope) {
  auto count = repeat_count(*node.count, scope);
  if (!count) return {};
  std::string name = scope.instance->prefix + node.name.text;
  Value value = materialise(flow.value, name, flow.span);
  for (int64_t k = 0; k < *count && !value.is_poison(); ++k) {
    Names names(scope);
    scope.locals.push_back({node.name.text, value, node.name.span});
    size_t made_after = program_->tensors.size();
    value = named(eval(*node.body, scope), name, made_after, span);
  }
  return value;
}

std::string Elaborator::next_name(Instance& instance, const std::string& declaration) {
  return declaration + "_" + std::to_string(instance.uses[declaration]++);
}

/// The instance of that name inside another: a new one, or that of the same place in an earlier use of the block. Null
/// where the name has been taken.
Instance* Elaborator::child(Instance& parent, const std::string& name, Span span) {
  Instance*& slot = parent.children[name];
  if (!slot) {
    if (instances_.size() >= kMostInstances) {
      error(DiagnosticKind::TooMuchWork, span,
            "this model has more than " + std::to_string(kMostInstances) + " layers");
      is_exhausted_ = true;
      return nullptr;
    }
    slot = &instances_.emplace_back(
        Instance{.prefix = parent.prefix + name + ".", .frozen = parent.frozen, .precision = parent.precision});
  } else if (slot->pass == parent.pass) {
    error(DiagnosticKind::DuplicateName, span, "two layers have the name `" + parent.prefix + name + "`");
    return nullptr;
  }
  slot->pass = parent.pass;
  slot->uses.clear();
  return slot;
}

Value Elaborator::call(const ast::Name& callee, const Given* flow, const std::vector<ast::Argument>& arguments,
                       Span span, Scope& scope) {
  Value called = lookup(callee, scope);
  if (called.is_poison()) return {};
  auto* callable = called.callable();
  std::vector<const ast::Argument*> wanted;
  for (const ast::Argument& argument : arguments) wanted.push_back(&argument);
  UseWords words;
  if (callable) words = take_use_words(*callable->declared.declaration, wanted, scope);

  std::vector<Given> given;
  if (flow) given.push_back(*flow);
  bool has_poison = false;
  size_t position = given.size();
  for (const ast::Argument* argument : wanted) {
    Value value =
        callable ? eval_argument(*argument, *callable->declared.declaration, position, *callable->declared.file, scope)
                 : eval(*argument->value, scope);
    if (!argument->name) ++position;
    given.push_back({argument->name, std::move(value), argument->value->span});
    has_poison = has_poison || given.back().value.is_poison();
  }
  if (has_poison) return {};

  if (callable) {
    if (callable->declared.declaration->kind == ast::DeclKind::init) {
      bool is_argument = find_local(scope, callee.text) != nullptr;
      return is_argument ? apply_fans(*callable, given, callee) : use_initial(*callable, given, callee);
    }
    if (callable->declared.declaration->kind == ast::DeclKind::optimizer && optimizing_ && !flow) {
      return partial_optimizer(*callable, given, callee);
    }
    bool is_counted = scope.instance && known_depth_ == 0;
    std::string name = is_counted ? next_name(*scope.instance, callable->declared.declaration->name.text) : "";
    if (words.name) name = words.name->text;
    return use(*callable, std::move(given), callee, {span, name, words.frozen, flow != nullptr, words.precision},
               scope);
  }
  if (auto* block = std::get_if<BlockUse>(&called.node)) return use_block(*block, given, callee, span);
  if (called.initial()) return called;  // the distribution is complete: fan-in and fan-out have no say
  bool is_core = std::holds_alternative<CoreWord>(called.node) || std::holds_alternative<TypeWord>(called.node);
  if (!is_core) {
    error(DiagnosticKind::NotCallable, callee.span,
          "`" + callee.text + "` is " + describe(called) + ": it takes no arguments");
    return {};
  }
  ast::Name word = callee;
  if (auto* core = std::get_if<CoreWord>(&called.node)) word.text = core->name;
  if (auto* type = std::get_if<TypeWord>(&called.node)) word.text = type->name;
  size_t made_after = program_->tensors.size();
  Value value = core_call(word, given, span, scope);
  if (!flow || !value.lazy()) return value;
  if (passes_on(nullptr, true)) value = passed_on(value, scope.instance->precision);
  return named(value, scope.instance->prefix + next_name(*scope.instance, word.text), made_after, span);
}

/// `name`, `frozen` and `precision` belong to every use, unless the declaration has an argument of that name.
Elaborator::UseWords Elaborator::take_use_words(const ast::Declaration& declaration,
                                                std::vector<const ast::Argument*>& arguments, Scope& scope) {
  UseWords words;
  auto is_own = [&](const std::string& name) {
    return std::any_of(declaration.formals.begin(), declaration.formals.end(),
                       [&](const ast::Formal& formal) { return formal.name.text == name; });
  };
  std::vector<const ast::Argument*> rest;
  for (const ast::Argument* argument : arguments) {
    std::string word = argument->name ? argument->name->text : "";
    if (word.empty() || is_own(word) || (word != "name" && word != "frozen" && word != "precision")) {
      rest.push_back(argument);
      continue;
    }
    const ast::Expr& value = *argument->value;
    if (word == "name") {
      auto* name = std::get_if<ast::NameExpr>(&value.node);
      if (name) {
        words.name = {name->name, value.span};
      } else {
        error(DiagnosticKind::TypeMismatch, value.span, "`name` takes a name, such as `name = head`");
      }
      continue;
    }
    Value found = eval(value, scope);
    if (found.is_poison()) continue;
    auto* constant = found.constant();
    auto* type = std::get_if<TypeWord>(&found.node);
    if (word == "frozen" && constant && constant->type == Type::boolean) {
      words.frozen = constant->integer != 0;
    } else if (word == "precision" && type) {
      words.precision = layer_format(declaration, {type->name, value.span});
    } else {
      error(DiagnosticKind::TypeMismatch, value.span,
            word == "frozen" ? "`frozen` is `true` or `false`" : "`precision` takes a type, such as `f32`");
    }
  }
  arguments = std::move(rest);
  return words;
}

Value Elaborator::use(const Callable& callable, std::vector<Given> arguments, const ast::Name& callee,
                      const UseFacts& facts, Scope& scope) {
  const ast::Declaration& declaration = *callable.declared.declaration;
  auto active =
      std::find_if(uses_.begin(), uses_.end(), [&](const Use& use) { return use.declaration == &declaration; });
  if (active != uses_.end()) {
    error(DiagnosticKind::Recursion, callee.span, "`" + declaration.name.text + "` contains itself")
        .note(declaration.name.span, "declared here");
    return {};
  }
  if (declaration.kind == ast::DeclKind::optimizer) {
    error(DiagnosticKind::WrongKind, callee.span, "`" + callee.text + "` is an optimizer: it belongs in `optimizer …`")
        .note(declaration.name.span, "declared here");
    return {};
  }
  Instance* instance = scope.instance;
  if (!facts.name.empty() && instance) {
    instance = child(*scope.instance, facts.name, callee.span);
    if (!instance) return {};
    instance->frozen = scope.instance->frozen || facts.frozen;
    instance->precision = facts.precision.value_or(scope.instance->precision);
  }
  std::string value_name = instance ? scope.instance->prefix + facts.name : "";
  const Equations::Within within(equations_, facts.name.empty() ? "" : value_name, facts.span, false);
  Scope inner{callable.declared.file, instance, nullptr};
  size_t made_after = program_ ? program_->tensors.size() : 0;
  bool was_in_loss = in_loss_;
  std::optional<scalar::Format> passed;  // what the result is rounded to
  if (instance && (facts.precision || passes_on(&declaration, facts.is_stage))) passed = instance->precision;
  if (passed && declaration.kind != ast::DeclKind::encoding) {
    for (Given& argument : arguments) argument.value = passed_in(argument.value, *passed);
  }
  if (!bind(callable, arguments, callee, inner, value_name)) return {};
  in_loss_ = false;
  uses_.push_back({&declaration, facts.span});
  bool is_rounded = passed && rounds(*passed);
  Value result = body(declaration, inner, is_rounded ? value_name + kUnrounded : value_name);
  uses_.pop_back();
  in_loss_ = was_in_loss;
  if (result.is_poison()) return {};
  if (is_rounded) result = results_passed_on(result, declaration, *passed, value_name, facts.span);
  if (was_in_loss && declaration.kind == ast::DeclKind::loss) return mean_of_elements(result, facts.span);
  bool stays_lazy = returns_lazily(declaration) && !facts.is_stage;
  return stays_lazy ? result : named(result, value_name, made_after, facts.span);
}

Value Elaborator::results_passed_on(const Value& result, const ast::Declaration& declaration, scalar::Format format,
                                    const std::string& name, Span span) {
  auto* tuple = result.tuple();
  if (!tuple) return passed_on(result, format);
  Tuple all;
  for (size_t k = 0; k < tuple->values.size(); ++k) {
    const std::string own = name + "." + declaration.results[k].name.text;
    all.values.push_back(materialise(passed_on(tuple->values[k], format), own, span));
  }
  return {std::make_shared<const Tuple>(std::move(all))};
}

Value Elaborator::use_block(const BlockUse& use, const std::vector<Given>& arguments, const ast::Name& callee,
                            Span span) {
  if (arguments.size() != 1 || arguments[0].name) {
    error(DiagnosticKind::TooManyArguments, callee.span, "the block `" + callee.text + "` takes what flows into it")
        .note(use.block->name.span, "declared here");
    return {};
  }
  if (use.instance->is_active) {
    error(DiagnosticKind::Recursion, callee.span, "the block `" + callee.text + "` contains itself");
    return {};
  }
  Instance& instance = *use.instance;
  ++instance.pass;
  instance.uses.clear();
  Scope inner{use.scope->file, &instance, use.scope};
  size_t made_after = program_->tensors.size();
  std::string name = instance.prefix.substr(0, instance.prefix.size() - 1);
  const Equations::Within within(equations_, name, span, true);
  instance.is_active = true;
  Value value = stages(arguments[0].value, arguments[0].span, use.block->stages, inner);
  instance.is_active = false;
  return named(value, name, made_after, span);
}

/// They go to what still has no value, in order; what is left over has no say.
Value Elaborator::apply_fans(const Callable& callable, const std::vector<Given>& fans, const ast::Name& callee) {
  std::vector<Given> kept;
  for (const ast::Formal& formal : callable.declared.declaration->formals) {
    bool is_given = std::any_of(callable.given.begin(), callable.given.end(),
                                [&](const auto& given) { return given.first == formal.name.text; });
    if (formal.default_value || is_given || kept.size() == fans.size()) continue;
    const Given& fan = fans[kept.size()];
    kept.push_back({formal.name, fan.value, fan.span});
  }
  return use_initial(callable, kept, callee);
}

Value Elaborator::use_initial(const Callable& callable, const std::vector<Given>& arguments, const ast::Name& callee) {
  const ast::Declaration& declaration = *callable.declared.declaration;
  Callable whole = callable;
  size_t position = 0;
  for (const Given& argument : arguments) {
    std::string name = argument.name                           ? argument.name->text
                       : position < declaration.formals.size() ? declaration.formals[position++].name.text
                                                               : "";
    auto known = std::find_if(declaration.formals.begin(), declaration.formals.end(),
                              [&](const ast::Formal& formal) { return formal.name.text == name; });
    if (known == declaration.formals.end()) {
      error(argument.name ? DiagnosticKind::UnknownArgument : DiagnosticKind::TooManyArguments, argument.span,
            "`" + declaration.name.text + "` does not take " + (argument.name ? "`" + name + "`" : "so many arguments"))
          .note(declaration.name.span, "declared here");
      return {};
    }
    whole.given.emplace_back(name, argument.value);
  }
  auto still_needed = [&](const ast::Formal& formal) {
    bool has =
        std::any_of(whole.given.begin(), whole.given.end(), [&](const auto& g) { return g.first == formal.name.text; });
    return !has && !formal.default_value;
  };
  if (std::any_of(declaration.formals.begin(), declaration.formals.end(), still_needed)) {
    return {std::make_shared<const Callable>(std::move(whole))};
  }
  Scope inner{callable.declared.file, nullptr, nullptr};
  std::vector<Given> all;
  for (const auto& [name, value] : whole.given) all.push_back({ast::Name{name, callee.span}, value, callee.span});
  if (!bind({callable.declared, {}}, all, callee, inner, "")) return {};
  uses_.push_back({&declaration, callee.span});
  Value result = body(declaration, inner, "");
  uses_.pop_back();
  if (auto* constant = result.constant()) {
    return {std::make_shared<const Initial>(Initial{.kind = Initial::Kind::constant, .value = constant->real()})};
  }
  if (auto* table = result.constants()) {
    Initial initial{.kind = Initial::Kind::given, .shape = table->shape};
    for (const Constant& element : table->elements) initial.values.push_back(element.real());
    return {std::make_shared<const Initial>(std::move(initial))};
  }
  if (result.is_poison() || result.initial()) return result;
  error(DiagnosticKind::WrongKind, callee.span,
        "`" + callee.text + "` gives " + describe(result) + ", no initial value")
      .note(declaration.name.span, "declared here");
  return {};
}

}  // namespace nnc::sema
