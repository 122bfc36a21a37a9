// `grad`: the derivative of a number by a tensor or by the part of one that stands there. Under indices of an equation
// there is one for each of their points; together they are the rows of a Jacobian.
#include <algorithm>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {
namespace {

/// Each is a pass over all that its number is made of, and code of its own.
constexpr int64_t kMostDerivatives = 64;

/// The k-th point of a box, row-major.
std::vector<int64_t> point(const Shape& shape, int64_t k) {
  std::vector<int64_t> at(shape.size());
  for (size_t d = shape.size(); d-- > 0;) {
    at[d] = k % shape[d];
    k /= shape[d];
  }
  return at;
}

std::string suffix(const std::vector<int64_t>& at) {
  std::string text;
  for (int64_t place : at) text += "_" + std::to_string(place);
  return text;
}

}  // namespace

/// What differs from sample to sample and is read as it is, or a part of it; else null.
const Tensor* Elaborator::variable_of(const Value& value) {
  auto* lazy = value.lazy();
  if (!lazy || !lazy->is_read || lazy->type != Type::real) return nullptr;
  const Expr* element = lazy->at(places(new_indices(lazy->shape)));
  return element->kind == Expr::Kind::read && element->tensor->per_sample ? element->tensor : nullptr;
}

Value Elaborator::core_grad(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope) {
  auto operands = positional(word, arguments, 2, 2, span);
  if (!operands) return {};
  const Operand &of = (*operands)[0], &by = (*operands)[1];
  if (of.value.is_poison() || by.value.is_poison()) return {};
  const Tensor* variable = variable_of(by.value);
  if (!variable) {
    error(DiagnosticKind::TypeMismatch, by.span,
          "`grad` is by an input, by a value that has a name, or by a part of one, of reals");
    return {};
  }
  if (!of.value.is_numeric() || (!of.value.shape().empty() && of.value.shape() != Shape{1})) {
    auto& message =
        error(DiagnosticKind::NotANumber, of.span, "`grad` is of one number, and this is " + describe(of.value));
    if (of.value.is_numeric()) message.hint("for each element its own: `let j[i: 3, k: 2] = grad(y[i], x[k])`");
    return {};
  }
  const std::string name = scope.instance->prefix + next_name(*scope.instance, word);
  const Expr* number = as_number(of.value);
  const std::vector<const Index*> around = free_indices({number});
  if (!around.empty()) return jacobian(name, number, around, of, by, span);
  auto* lazy = of.value.lazy();
  Value written = lazy ? materialise(of.value, name + ".of", of.span)
                       : define(name + ".of", {}, {{{}, {}, equations_->convert(number, Type::real), span}}, span);
  if (written.is_poison()) return {};
  const Tensor* tensor = written.lazy()->tensor;
  if (!check_slope(Dependences(*program_, tensor).on(variable), of.span, by.span)) return {};
  const Tensor* slope = derivative(name, tensor, variable, span);
  return by.value.lazy()->tensor ? read(slope) : part_like(by.value, slope, {});
}

/// rows[point, …] = ∂number/∂variable[…], a derivative for each point of the indices around; of that, at the point
/// where it stands, the part that `by` is of the variable.
Value Elaborator::jacobian(const std::string& name, const Expr* number, const std::vector<const Index*>& around,
                           const Operand& of, const Operand& by, Span span) {
  Shape shape;
  for (const Index* index : around) shape.push_back(index->extent);
  if (!fits(shape, span, "`" + name + "`")) return {};
  const int64_t count = volume(Shape(shape.size(), 0), shape);
  if (count > kMostDerivatives) {
    error(DiagnosticKind::TooLarge, span,
          "this is " + std::to_string(count) + " derivatives, one for each element of " + describe(shape) +
              ", and there may be " + std::to_string(kMostDerivatives))
        .hint("each is a pass over the network; the derivative of a sum of the elements is one");
    return {};
  }
  if (count == 0) {  // of no elements: nothing reads it
    const Expr* zero = equations_->number(0, Type::real);
    return make(Lazy{by.value.shape(), Type::real, [zero](Places) { return zero; }});
  }
  const Tensor* variable = variable_of(by.value);
  std::vector<Piece> pieces;
  for (int64_t k = 0; k < count; ++k) {
    const std::vector<int64_t> at = point(shape, k);
    const Expr* body = equations_->at_point(number, around, at);
    Value written = define(name + ".of" + suffix(at), {}, {{{}, {}, body, of.span}}, of.span);
    const Tensor* tensor = written.lazy()->tensor;
    const bool is_first = k == 0;  // they depend on the same tensors
    if (is_first && !check_slope(Dependences(*program_, tensor).on(variable), of.span, by.span)) return {};
    const Tensor* slope = derivative(name + ".by" + suffix(at), tensor, variable, span);
    Piece piece{new_indices(variable->shape), {}, nullptr, span};
    const std::vector<const Expr*> inner = places(piece.over);
    piece.body = equations_->read(slope, inner);
    for (int64_t place : at) piece.at.push_back(equations_->number(static_cast<double>(place), Type::i32));
    piece.at.insert(piece.at.end(), inner.begin(), inner.end());
    pieces.push_back(std::move(piece));
  }
  shape.insert(shape.end(), variable->shape.begin(), variable->shape.end());
  Value rows = define(name, shape, std::move(pieces), span);
  return rows.is_poison() ? rows : part_like(by.value, rows.lazy()->tensor, places(around));
}

/// tensor = ∂of/∂by, as a step of the program.
const Tensor* Elaborator::derivative(const std::string& name, const Tensor* of, const Tensor* by, Span span) {
  Tensor* tensor = equations_->new_tensor(name, by->shape, Type::real, Role::value, origin(span));
  tensor->is_layered = of->is_layered;
  tensor->per_sample = true;
  made_.emplace(tensor, program_->tensors.size());
  program_->steps.emplace_back(Gradient{tensor, of, by});
  return tensor;
}

/// What the value is of the tensor that it reads, of another tensor with `outer` as its first places.
Value Elaborator::part_like(const Value& value, const Tensor* other, const std::vector<const Expr*>& outer) {
  auto at = [this, part = *value.lazy(), other, outer](Places where) {
    std::vector<const Expr*> all = outer;
    const std::vector<const Expr*>& own = part.at(where)->args;
    all.insert(all.end(), own.begin(), own.end());
    return equations_->read(other, std::move(all));
  };
  return make(Lazy{value.shape(), Type::real, at, nullptr, true});
}

/// A derivative that would be 0 everywhere, for want of a slope, is a mistake; one behind `stop_gradient` is meant.
bool Elaborator::check_slope(Dependence found, Span of_span, Span by_span) {
  const std::string variable = "`" + std::string(by_span.text()) + "`";
  if (found == Dependence::none) {
    error(DiagnosticKind::NoDerivative, of_span, "this does not depend on " + variable + ": it has no derivative by it")
        .note(by_span, "asked for here")
        .hint("a derivative is by a value that this is made of, not by another that is made of the same");
  } else if (found == Dependence::steps) {
    error(DiagnosticKind::NoDerivative, of_span,
          "this changes with " + variable + " only in steps: it has no derivative by it, other than 0")
        .note(by_span, "asked for here")
        .hint("comparisons, integers, places and functions like `round` have no slope");
  }
  return found == Dependence::smooth || found == Dependence::held;
}

}  // namespace nnc::sema
