// What a name means: locals, then the file, its imports, the core, the library.
#include <algorithm>
#include <map>
#include <utility>

#include "compiler/sema/elaborator.h"
#include "compiler/support/closest_name.h"

namespace nnc::sema {
namespace {

constexpr const char* kTypeWords[] = {"bool", "int", "i32", "u32", "f16", "bf16", "f32", "f64"};

bool is_type_word(const std::string& name) {
  return std::find(std::begin(kTypeWords), std::end(kTypeWords), name) != std::end(kTypeWords);
}

const std::map<std::string, Constant>& core_constants() {
  static const std::map<std::string, Constant> kConstants = {{"true", Constant::of_boolean(true)},
                                                             {"false", Constant::of_boolean(false)},
                                                             {"pi", Constant::of_real(3.14159265358979323846)}};
  return kConstants;
}

}  // namespace

const Local* Elaborator::find_local(const Scope& scope, const std::string& name) const {
  for (const Scope* s = &scope; s; s = s->parent) {
    auto found = std::find_if(s->locals.rbegin(), s->locals.rend(), [&](const Local& l) { return l.name == name; });
    if (found != s->locals.rend()) return &*found;
  }
  return nullptr;
}

Value Elaborator::lookup(const ast::Name& name, Scope& scope) {
  if (const Local* local = find_local(scope, name.text)) return local->value;
  auto own = scope.file->names.find(name.text);
  Declared declared = own == scope.file->names.end() ? Declared{} : own->second;
  if (auto wanted = std::exchange(wanted_, std::nullopt)) {
    if (Declared found = files_.find(*scope.file, name.text, wanted)) declared = found;
  }
  if (!declared) {
    if (auto word = optimizer_word(name.text)) return *word;
    if (auto found = core_constants().find(name.text); found != core_constants().end()) return {found->second};
    if (is_core_word(name.text)) return {CoreWord{name.text}};
    if (is_type_word(name.text)) return {TypeWord{name.text}};
    declared = files_.find(*scope.file, name.text);
  }
  if (declared.declaration && declared.declaration->refusal) {
    error(DiagnosticKind::UnknownName, name.span, "there is no `" + name.text + "`")
        .hint(*declared.declaration->refusal);
    return {};
  }
  if (declared.constant) return value_of(*declared.constant, *declared.file);
  if (declared.declaration) return {std::make_shared<const Callable>(Callable{declared, {}})};
  return unknown_name(name, scope);
}

Value Elaborator::unknown_name(const ast::Name& name, const Scope& scope) {
  std::vector<std::string> candidates = files_.known_names(*scope.file);
  for (const Scope* s = &scope; s; s = s->parent) {
    for (const Local& local : s->locals) candidates.push_back(local.name);
  }
  for (std::string& word : core_names()) candidates.push_back(std::move(word));
  for (const auto& [word, constant] : core_constants()) candidates.push_back(word);
  auto& message = error(DiagnosticKind::UnknownName, name.span, "there is no `" + name.text + "` here");
  if (is_member_below(name, scope)) {
    message.hint("`" + name.text + "` is declared below: what is made of it stands behind it");
  } else if (scope.file->models.contains(name.text)) {
    message.hint("`" + name.text +
                 "` is a model; what several models share is a `layer`, and what one repeats a `block`");
  } else if (std::string type = type_meant(name.text); is_type_word(type)) {
    message.hint("did you mean `" + type + "`?");
  } else if (std::string meant = closest_name(name.text, candidates); !meant.empty()) {
    const Declared declared = files_.find(*scope.file, meant);
    bool is_refused = declared.declaration && declared.declaration->refusal;
    message.hint(is_refused ? *declared.declaration->refusal : "did you mean `" + meant + "`?");
  } else if (in_input_) {
    message.hint("a size is a number or a `const`; that of a batch is not said: a model describes one sample");
  }
  return {};
}

/// Whether a member of the model has that name, where members are seen.
bool Elaborator::is_member_below(const ast::Name& name, const Scope& scope) const {
  const Scope* outermost = &scope;
  while (outermost->parent) outermost = outermost->parent;
  if (!model_ || !uses_.empty() || outermost->instance != &instances_.front()) return false;
  return std::any_of(model_->members.begin(), model_->members.end(), [&](const ast::Member& member) {
    auto is_it = [&](const ast::Name& own) { return own.text == name.text && own.span.begin > name.span.begin; };
    if (auto* input = std::get_if<ast::Input>(&member.node)) return is_it(input->name);
    if (auto* output = std::get_if<ast::Output>(&member.node)) return is_it(output->name);
    if (auto* block = std::get_if<ast::Block>(&member.node)) return is_it(block->name);
    if (auto* let = std::get_if<ast::Let>(&member.node))
      return std::any_of(let->names.begin(), let->names.end(), is_it);
    return false;
  });
}

Value Elaborator::eval_as(ast::DeclKind kind, const ast::Expr& expr, Scope& scope) {
  auto* name = std::get_if<ast::NameExpr>(&expr.node);
  auto* call = std::get_if<ast::CallExpr>(&expr.node);
  if (name || call) {
    const std::string& text = name ? name->name : call->callee.text;
    if (!find_local(scope, text) && files_.find(*scope.file, text, kind)) wanted_ = kind;
  }
  return eval(expr, scope);
}

Value Elaborator::eval_argument(const ast::Argument& argument, const ast::Declaration& declaration, size_t position,
                                const FileScope& file, Scope& scope) {
  const ast::Formal* formal = nullptr;
  for (size_t f = 0; f < declaration.formals.size(); ++f) {
    const ast::Formal& each = declaration.formals[f];
    if (argument.name ? each.name.text == argument.name->text : f == position) formal = &each;
  }
  const ast::Expr* preset = formal ? formal->default_value.get() : nullptr;
  auto* name = preset ? std::get_if<ast::NameExpr>(&preset->node) : nullptr;
  auto* call = preset ? std::get_if<ast::CallExpr>(&preset->node) : nullptr;
  if (!name && !call) return eval(*argument.value, scope);
  const Declared usual = files_.find(file, name ? name->name : call->callee.text);
  bool is_declaration = usual.declaration && !is_core_word(usual.declaration->name.text);
  return is_declaration ? eval_as(usual.declaration->kind, *argument.value, scope) : eval(*argument.value, scope);
}

Value Elaborator::value_of(const ast::Constant& constant, const FileScope& file) {
  auto [place, is_new] = constants_.emplace(&constant, std::nullopt);
  if (!is_new) {
    if (place->second) return *place->second;
    error(DiagnosticKind::Recursion, constant.name.span, "`" + constant.name.text + "` is made of itself");
    return {};
  }
  const ast::Expr* expr = constant.value.get();
  for (const auto& define : options_.defines) {
    if (define.name.text == constant.name.text) expr = define.value;
  }
  Scope scope{&file, nullptr, nullptr};
  Value value;
  if (is_known(*expr, scope)) {
    value = eval(*expr, scope);
  } else {
    error(DiagnosticKind::NotConstant, expr->span, "a `const` is worked out before any model: no layer can be in it");
  }
  constants_[&constant] = value;
  return value;
}

void Elaborator::check_defines(const FileScope& main) {
  for (const auto& define : options_.defines) {
    bool found = false;
    std::vector<std::string> constants;
    auto look = [&](const FileScope& scope) {
      for (const auto& [name, declared] : scope.names) {
        if (!declared.constant) continue;
        found = found || name == define.name.text;
        constants.push_back(name);
      }
    };
    look(main);
    for (const FileScope* import : main.imports) look(*import);
    if (found) continue;
    auto& message = error(DiagnosticKind::UnknownConstant, define.name.span,
                          "`-D " + define.name.text + "`: no constant has that name");
    if (auto meant = closest_name(define.name.text, constants); !meant.empty())
      message.hint("did you mean `" + meant + "`?");
  }
}

}  // namespace nnc::sema
