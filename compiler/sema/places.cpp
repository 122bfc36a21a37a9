// Places in tensors: `x[i]`, `x[0..3]`, `table[slot[i], f]`.
#include <algorithm>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {

/// One place of a dimension: an integer of rank 0, checked against the extent where it is known.
std::optional<Value> Elaborator::place(const ast::Expr& index, int64_t extent, Scope& scope) {
  Value value = eval(index, scope);
  if (value.is_poison()) return std::nullopt;
  bool is_number = value.is_numeric() && value.shape().empty();
  Type type = is_number ? element_type(value) : Type::real;
  if (type != Type::i32 && type != Type::u32) {
    auto& message = error(DiagnosticKind::IndexType, index.span,
                          "an index is an integer, and this is " + (is_number ? noun(type) : describe(value)));
    if (is_number && type == Type::real) message.hint("`int(…)` cuts a real to an integer");
    return std::nullopt;
  }
  if (auto* constant = value.constant()) {
    int64_t at = constant->integer;
    if (known_depth_ > 0) return Value{Constant::of_integer(std::clamp<int64_t>(at, 0, extent - 1))};
    if (at >= 0 && at < extent) return Value{Constant::of_integer(at)};
    auto& message = error(DiagnosticKind::IndexOutOfRange, index.span,
                          "there is no element " + std::to_string(at) + ": the size is " + std::to_string(extent));
    if (at < 0) message.hint("elements are counted from 0; the last is " + std::to_string(extent - 1));
    return std::nullopt;
  }
  const Expr* at = as_number(value);
  if (at->kind == Expr::Kind::index && at->index->extent > extent) {  // a plain index is no computed one: not clamped
    auto& message = error(DiagnosticKind::IndexOutOfRange, index.span,
                          "`" + at->index->name + "` runs over 0.." + std::to_string(at->index->extent) +
                              ", and the size is " + std::to_string(extent));
    if (const Local* local = find_local(scope, at->index->name)) message.note(local->span, "declared here");
    return std::nullopt;
  }
  return scalar(equations_->convert(at, Type::i32));
}

Value Elaborator::eval_node(const ast::SubscriptExpr& node, const ast::Expr& expr, Scope& scope) {
  Value object = eval(*node.object, scope);
  if (object.is_poison()) return {};
  if (!object.is_numeric()) {
    error(DiagnosticKind::TypeMismatch, node.object->span, describe(object) + " has no elements");
    return {};
  }
  Shape from = object.shape();
  if (node.subscripts.size() > from.size()) {
    error(DiagnosticKind::TooManyIndices, expr.span,
          std::to_string(node.subscripts.size()) + (node.subscripts.size() == 1 ? " index" : " indices") + " into " +
              describe(from))
        .note(node.object->span, "this is " + describe(from));
    return {};
  }
  struct Axis {
    bool is_range = false;
    int64_t number = 0;        // where the range starts, or the place if it is known
    const Expr* at = nullptr;  // the place if it is not
  };
  std::vector<Axis> axes;
  Shape shape;
  bool is_known_place = object.is_known(), failed = false;
  for (size_t d = 0; d < from.size(); ++d) {
    const ast::Subscript* subscript = d < node.subscripts.size() ? &node.subscripts[d] : nullptr;
    if (subscript && !subscript->is_slice) {
      auto found = place(*subscript->index, from[d], scope);
      failed = failed || !found;
      if (!found) continue;
      auto* number = found->constant();
      is_known_place = is_known_place && number;
      axes.push_back({false, number ? number->integer : 0, number ? nullptr : as_number(*found)});
      continue;
    }
    auto begin = subscript && subscript->from ? integer(*subscript->from, scope, "a slice") : std::optional<int64_t>(0);
    auto end = subscript && subscript->to ? integer(*subscript->to, scope, "a slice") : std::optional(from[d]);
    if (!begin || !end) {
      failed = true;
      continue;
    }
    if (*begin < 0 || *end > from[d] || *begin >= *end) {
      error(DiagnosticKind::IndexOutOfRange, subscript->span,
            "there are no elements " + std::to_string(*begin) + ".." + std::to_string(*end) + ": the size is " +
                std::to_string(from[d]));
      failed = true;
      continue;
    }
    axes.push_back({true, *begin, nullptr});
    shape.push_back(*end - *begin);
  }
  if (failed) return {};

  if (is_known_place) {
    auto* constants = object.constants();
    ConstantTensor part{constants->name, expr.span, shape, {}};
    int64_t count = 1;
    for (int64_t extent : shape) count *= extent;
    for (int64_t e = 0; e < count; ++e) {
      int64_t rest = e, flat = 0, scale = 1;
      size_t s = shape.size();
      for (size_t d = from.size(); d-- > 0;) {
        int64_t at = axes[d].number;
        if (axes[d].is_range) {
          --s;
          at += rest % shape[s];
          rest /= shape[s];
        }
        flat += at * scale;
        scale *= from[d];
      }
      part.elements.push_back(constants->elements[static_cast<size_t>(flat)]);
    }
    if (shape.empty()) return {part.elements[0]};
    return make(std::move(part));
  }

  Lazy source = to_lazy(object);
  auto at = [this, source, axes](Places where) {
    std::vector<const Expr*> all;
    size_t next = 0;
    for (const Axis& axis : axes) {
      if (axis.is_range) {
        all.push_back(equations_->plus(where[next++], axis.number));
      } else {
        all.push_back(axis.at ? axis.at : equations_->number(static_cast<double>(axis.number), Type::i32));
      }
    }
    return source.at(all);
  };
  if (shape.empty()) {
    Value result = scalar(at({}));
    if (source.is_read) return make(Lazy{{}, source.type, result.lazy()->at, nullptr, true});
    return result;
  }
  return make(Lazy{shape, source.type, at, nullptr, source.is_read});
}

}  // namespace nnc::sema
