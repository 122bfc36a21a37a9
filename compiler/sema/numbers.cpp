// Numbers that are one for all parameters of an optimizer: computed once a step, in f64. What is made of the step, of
// sums over all parameters and of such numbers alone is one of them.
#include <algorithm>

#include "compiler/sema/elaborator.h"
#include "compiler/sema/updating.h"

namespace nnc::sema {
namespace {

bool are_equal(const Expr* a, const Expr* b) {
  if (a == b) return true;
  bool is_same = a->kind == b->kind && a->type == b->type && a->op == b->op && a->number == b->number &&
                 a->tensor == b->tensor && a->args.size() == b->args.size();
  return is_same && std::equal(a->args.begin(), a->args.end(), b->args.begin(), are_equal);
}

bool is_number_tensor(const Tensor* tensor) { return tensor->role == Role::number || tensor->role == Role::step; }

}  // namespace

/// Reads of numbers, and what is made of them.
bool Elaborator::is_number(const Expr* expr) const {
  switch (expr->kind) {
    case Expr::Kind::number:
      return true;
    case Expr::Kind::read:
      return is_number_tensor(expr->tensor);
    case Expr::Kind::apply:
      return std::all_of(expr->args.begin(), expr->args.end(), [&](const Expr* arg) { return is_number(arg); });
    case Expr::Kind::index:
    case Expr::Kind::reduce:
      return false;
  }
  return false;
}

/// The value's expression if it is a number of the optimizer, else null.
const Expr* Elaborator::number_of(const Value& value) const {
  auto* lazy = value.lazy();
  if (!lazy || !lazy->shape.empty()) return nullptr;
  const Expr* expr = lazy->at({});
  return is_number(expr) ? expr : nullptr;
}

const Tensor* Elaborator::new_number(const std::string& name, Type type, Span span) {
  return equations_->new_tensor(name, {}, type, Role::number, origin(span));
}

/// A number under a name; what another parameter has defined alike is not defined again.
Value Elaborator::number(const std::string& name, const Expr* body, Span span) {
  for (const Definition& known : optimizing_->optimizer->definitions) {
    if (are_equal(known.pieces[0].body, body)) return read(known.tensor);
  }
  std::string own = name;
  std::string around = optimizing_->updating ? optimizing_->updating->prefix : "";
  if (!around.empty() && own.starts_with(around)) own = optimizing_->prefix + own.substr(around.size());
  const Tensor* tensor = new_number(own, body->type, span);
  optimizing_->optimizer->definitions.push_back({tensor, {{{}, {}, body, origin(span)}}});
  return read(tensor);
}

std::pair<const Tensor**, bool> Elaborator::once(Span span) {
  int& count = optimizing_->updating->passed[{span.source, span.begin}];
  Optimizing::Key key{optimizing_->declaration, span.source, span.begin, count++};
  auto [place, is_new] = optimizing_->made.emplace(key, nullptr);
  return {&place->second, is_new};
}

/// The words that every text sees that an optimizer calls.
std::optional<Value> Elaborator::optimizer_word(const std::string& name) {
  if (!optimizing_) return std::nullopt;
  if (name == "step") return read(optimizing_->optimizer->step);
  if (name == "finite") return read(program_->finite);
  return std::nullopt;
}

/// `all(e)`: the sum of e's elements over all parameters of the optimizer.
Value Elaborator::core_all(const std::string& word, const std::vector<Given>& arguments, Span span, Scope&) {
  Updating* updating = optimizing_ ? optimizing_->updating : nullptr;
  if (!updating) {
    error(DiagnosticKind::WrongPlace, span, "`all` adds up over the parameters of an optimizer: it stands in its text");
    return {};
  }
  auto operands = positional(word, arguments, 1, 1, span);
  if (!operands || operands->front().value.is_poison()) return {};
  const Operand& operand = operands->front();
  if (!operand.value.is_numeric() || element_type(operand.value) == Type::boolean) {
    error(DiagnosticKind::TypeMismatch, operand.span,
          "`all` adds up numbers, and this is " + (operand.value.is_numeric() ? "a boolean" : describe(operand.value)));
    return {};
  }
  auto [total, is_new] = once(span);
  if (is_new) {
    *total = new_number(optimizing_->prefix + word, Type::real, span);
    optimizing_->optimizer->points.push_back({*total, false});
  }
  Lazy each = to_lazy(operand.value);
  std::vector<const Index*> over = new_indices(each.shape);
  std::vector<const Expr*> at = places(over);
  Tensor* term = equations_->new_tensor(updating->prefix + "term", each.shape, Type::real, Role::value, origin(span));
  const Expr* body = equations_->convert(each.at(at), Type::real);
  updating->update.definitions.push_back({term, {{over, at, body, origin(span)}}});
  updating->update.terms.push_back({*total, term});
  return read(*total);
}

/// Of the step and of numbers that are kept: known before there is a gradient.
bool Elaborator::is_known_before(const Expr* expr, std::set<const Tensor*>& seen) const {
  if (expr->kind == Expr::Kind::read && expr->tensor->role == Role::number && seen.insert(expr->tensor).second) {
    const Optimizer& optimizer = *optimizing_->optimizer;
    auto is_it = [&](const Definition& d) { return d.tensor == expr->tensor; };
    auto definition = std::find_if(optimizer.definitions.begin(), optimizer.definitions.end(), is_it);
    bool is_state = std::find(optimizer.states.begin(), optimizer.states.end(), expr->tensor) != optimizer.states.end();
    if (definition == optimizer.definitions.end()) return is_state;
    return is_known_before(definition->pieces[0].body, seen);
  }
  return std::all_of(expr->args.begin(), expr->args.end(), [&](const Expr* arg) { return is_known_before(arg, seen); });
}

/// Every parameter has run through the same text: what it says of numbers must be the same.
bool Elaborator::settle_numbers(const OptimizerStage& stage, Updating& updating) {
  auto [known, is_new] = optimizing_->assigned.emplace(optimizing_->declaration, updating.numbers);
  if (is_new) {
    auto& all = optimizing_->optimizer->assignments;
    all.insert(all.end(), updating.numbers.begin(), updating.numbers.end());
    return true;
  }
  auto is_same = [](const Update::Assignment& a, const Update::Assignment& b) {
    return a.target == b.target && a.value == b.value && a.skips == b.skips;
  };
  const auto& first = known->second;
  if (std::equal(first.begin(), first.end(), updating.numbers.begin(), updating.numbers.end(), is_same)) return true;
  error(DiagnosticKind::NotANumber, stage.span,
        "what `" + stage.declaration->name.text + "` keeps as one number comes out differently for `" +
            updating.update.param->name + "`");
  return false;
}

}  // namespace nnc::sema
