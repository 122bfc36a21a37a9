// Equations for results: `y = …`, `y[o] = …`, `y[i, k, 0] = …`, which together give each element once.
#include <algorithm>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {
namespace {

bool overlap(const Result::Part& a, const Result::Part& b) {
  for (size_t d = 0; d < a.from.size(); ++d) {
    if (a.to[d] <= b.from[d] || b.to[d] <= a.from[d]) return false;
  }
  return true;
}

}  // namespace

void Elaborator::equation(const ast::Equation& node, Span span, Result& result, Scope& scope, const std::string& name) {
  Result::Part part{.span = span};
  size_t made_after = program_->tensors.size();
  bool is_whole = !node.indices;
  bool is_good = declared_shape(result, scope) &&
                 (is_whole ? whole_side(node, result, part, scope) : indexed_side(node, result, part, scope, name));
  if (!is_good) {
    result.has_failed = true;
    result.value = Value{};
    if (!find_local(scope, node.name.text)) scope.locals.push_back({node.name.text, {}, node.name.span});
    return;
  }
  if (result.has_failed) return;
  for (const Result::Part& other : result.parts) {
    if (!overlap(part, other)) continue;
    error(DiagnosticKind::OverlappingEquations, node.name.span, "elements of `" + node.name.text + "` are given twice")
        .note(other.span, "given here too");
    result.has_failed = true;
    return;
  }
  result.parts.push_back(std::move(part));
  int64_t covered = 0;
  for (const auto& each : result.parts) covered += volume(each.from, each.to);
  if (covered != volume(Shape(result.shape->size(), 0), *result.shape)) return;
  result.value = is_whole ? named(result.parts[0].value, name, made_after, span) : assemble(result, name, span);
  scope.locals.push_back({node.name.text, *result.value, node.name.span});
}

bool Elaborator::declared_shape(Result& result, Scope& scope) {
  bool has_shape = result.formal->type && result.formal->type->shape;
  if (result.shape || !has_shape) return true;
  result.shape = shape(*result.formal->type->shape, scope);
  return result.shape.has_value();
}

/// `y = …`: the whole tensor; a number fills a declared shape.
bool Elaborator::whole_side(const ast::Equation& node, Result& result, Result::Part& part, Scope& scope) {
  part.value = eval(*node.value, scope);
  if (part.value.is_poison()) return false;
  if (result.shape && part.value.is_numeric() && part.value.shape().empty() && !result.shape->empty()) {
    Lazy number = to_lazy(part.value);
    const Expr* body = number.at({});
    part.value = make(Lazy{*result.shape, number.type, [body](Places) { return body; }});
  }
  if (!check_shape(part.value, result.shape.value_or(part.value.is_numeric() ? part.value.shape() : Shape()),
                   node.value->span, result.formal->span)) {
    return false;
  }
  result.shape = part.value.shape();
  part.from = Shape(result.shape->size(), 0);
  part.to = *result.shape;
  return true;
}

/// `y[i, k, 0] = …`: a bare name is a new index over the declared extent, a number one place of it; dimensions that are
/// left out are those of the value.
bool Elaborator::indexed_side(const ast::Equation& node, Result& result, Result::Part& part, Scope& scope,
                              const std::string& name) {
  std::vector<std::string> names;  // one a dimension; empty: a fixed place
  if (!left_shape(node, result, scope) || !left_indices(node, result, part, scope, names)) return false;
  Shape box;
  std::vector<std::string> indices;
  for (size_t d = 0; d < names.size(); ++d) {
    part.is_fixed.push_back(names[d].empty());
    if (names[d].empty()) continue;
    indices.push_back(names[d]);
    box.push_back(part.to[d]);
  }
  bool is_full = names.size() == result.shape->size();
  if (is_full && is_known(*node.value, scope)) {
    part.value =
        indices.empty() ? eval(*node.value, scope) : known_table(name, box, indices, *node.value, scope, part.span);
    return !part.value.is_poison() &&
           (!indices.empty() || check_shape(part.value, {}, node.value->span, node.name.span));
  }
  Names locals(scope);
  for (size_t d = 0; d < names.size(); ++d) {
    if (names[d].empty()) {
      part.at.push_back(equations_->number(static_cast<double>(part.from[d]), Type::i32));
      continue;
    }
    part.over.push_back(equations_->new_index(names[d], part.to[d]));
    part.at.push_back(equations_->index(part.over.back()));
    scope.locals.push_back({names[d], scalar(part.at.back()), node.name.span});
  }
  Value value = eval(*node.value, scope);
  if (value.is_poison()) return false;
  Shape rest(result.shape->begin() + static_cast<std::ptrdiff_t>(names.size()), result.shape->end());
  if (rest.empty() && value.is_numeric() && as_number(value)) {
    part.body = as_number(value);
    return true;
  }
  if (!check_shape(value, rest, node.value->span, node.name.span)) return false;
  std::vector<const Index*> inner = new_indices(rest);
  std::vector<const Expr*> inner_at = places(inner);
  part.body = to_lazy(value).at(inner_at);
  part.over.insert(part.over.end(), inner.begin(), inner.end());
  part.at.insert(part.at.end(), inner_at.begin(), inner_at.end());
  return true;
}

namespace {

const ast::Binder* binder_of(const ast::Equation& node, const std::string& name) {
  auto found =
      std::find_if(node.binders.begin(), node.binders.end(), [&](const auto& b) { return b.name.text == name; });
  return found == node.binders.end() ? nullptr : &*found;
}

const std::string* bare_name(const ast::Subscript& subscript) {
  auto* name = std::get_if<ast::NameExpr>(&subscript.index->node);
  return name ? &name->name : nullptr;
}

}  // namespace

/// A result without a declared shape has that of the ranges of its indices: `y[i: n] = …`.
bool Elaborator::left_shape(const ast::Equation& node, Result& result, Scope& scope) {
  if (result.shape) {
    if (node.indices->size() <= result.shape->size()) return true;
    error(DiagnosticKind::TooManyIndices, node.name.span,
          std::to_string(node.indices->size()) + " indices of `" + node.name.text + "`, which is " +
              describe(*result.shape))
        .note(result.formal->span, "declared here");
    return false;
  }
  Shape extents;
  for (const ast::Subscript& subscript : *node.indices) {
    const std::string* name = bare_name(subscript);
    const ast::Binder* binder = name ? binder_of(node, *name) : nullptr;
    if (!binder) {
      error(DiagnosticKind::MissingShape, result.formal->span, "the shape of `" + node.name.text + "` is not declared")
          .note(subscript.span, "this index has no range here")
          .hint("`-> " + node.name.text + ": [n]`, or `" + node.name.text + "[i: n] = …`");
      return false;
    }
    auto found = range(*binder, scope);
    if (!found) return false;
    extents.push_back(found->to);
  }
  if (!fits(extents, node.name.span, "`" + node.name.text + "`")) return false;
  result.shape = extents;
  return true;
}

bool Elaborator::left_indices(const ast::Equation& node, Result& result, Result::Part& part, Scope& scope,
                              std::vector<std::string>& names) {
  part.from = Shape(result.shape->size(), 0);
  part.to = *result.shape;
  for (size_t d = 0; d < node.indices->size(); ++d) {
    const ast::Subscript& subscript = (*node.indices)[d];
    if (const std::string* name = bare_name(subscript)) {
      bool is_twice = std::find(names.begin(), names.end(), *name) != names.end();
      if (!new_index_name(*name, is_twice, subscript.span, node, (*result.shape)[d], scope)) return false;
      names.push_back(*name);
      const ast::Binder* binder = binder_of(node, *name);
      if (!binder) continue;
      auto found = range(*binder, scope);
      if (!found) return false;
      part.to[d] = found->to;
      if (found->from == 0 && found->to > 0 && found->to <= (*result.shape)[d]) continue;
      error(DiagnosticKind::BadRange, subscript.span,
            "this runs over " + std::to_string(found->from) + ".." + std::to_string(found->to) + ", and the size is " +
                std::to_string((*result.shape)[d]) + ": it starts at 0 and stays inside")
          .note(result.formal->span, "declared here");
      return false;
    }
    auto found = integer(*subscript.index, scope, "a place left of `=`");
    if (!found) return false;
    if (*found < 0 || *found >= (*result.shape)[d]) {
      error(DiagnosticKind::IndexOutOfRange, subscript.span,
            "there is no element " + std::to_string(*found) + ": the size is " + std::to_string((*result.shape)[d]))
          .note(result.formal->span, "declared here");
      return false;
    }
    names.emplace_back();
    part.from[d] = *found;
    part.to[d] = *found + 1;
  }
  return true;
}

/// A bare name left of `=` is a new index: it must have no meaning yet, unless its range is written.
bool Elaborator::new_index_name(const std::string& name, bool is_twice, Span span, const ast::Equation& node,
                                int64_t extent, const Scope& scope) {
  const Local* local = find_local(scope, name);
  auto constant = scope.file->names.find(name);
  bool is_constant = constant != scope.file->names.end() && constant->second.constant;
  bool is_taken = !binder_of(node, name) && (local || is_constant);
  if (!is_taken && !is_twice) return true;
  auto& message =
      error(DiagnosticKind::IndexInScope, span, "`" + name + "` is no new index: it has a meaning here already");
  if (is_taken) message.note(local ? local->span : constant->second.span(), "declared here");
  message.hint("take another name, or write its range: `" + node.name.text + "[" + name + ": " +
               std::to_string(extent) + "]`");
  return false;
}

/// The result from its parts: a table if all are known, else a definition.
Value Elaborator::assemble(const Result& result, const std::string& name, Span span) {
  auto is_known_part = [](const Result::Part& part) { return !part.body; };
  if (std::all_of(result.parts.begin(), result.parts.end(), is_known_part)) return join_known(result, name, span);
  std::vector<Piece> pieces;
  Type type = Type::boolean;
  for (const Result::Part& part : result.parts) {
    Piece piece{part.over, part.at, part.body, part.span};
    if (!part.body) {
      Lazy known = to_lazy(part.value);
      piece.over = new_indices(known.shape);
      std::vector<const Expr*> inner = places(piece.over);
      piece.body = known.at(inner);
      size_t next = 0;
      for (size_t d = 0; d < part.from.size(); ++d) {
        const Expr* fixed = equations_->number(static_cast<double>(part.from[d]), Type::i32);
        piece.at.push_back(part.is_fixed[d] ? fixed : inner[next++]);
      }
    }
    type = std::max(type, piece.body->type);
    pieces.push_back(std::move(piece));
  }
  for (Piece& piece : pieces) piece.body = equations_->convert(piece.body, type);
  return define(name, *result.shape, std::move(pieces), span);
}

Value Elaborator::join_known(const Result& result, const std::string& name, Span span) {
  const Shape& whole = *result.shape;
  ConstantTensor joined{name, span, whole, {}};
  joined.elements.resize(static_cast<size_t>(volume(Shape(whole.size(), 0), whole)));
  for (const Result::Part& part : result.parts) {
    auto* constants = part.value.constants();
    int64_t count = volume(part.from, part.to);
    for (int64_t e = 0; e < count; ++e) {
      int64_t rest = e, flat = 0, scale = 1;
      for (size_t d = whole.size(); d-- > 0;) {
        int64_t extent = part.to[d] - part.from[d];
        flat += (part.from[d] + rest % extent) * scale;
        rest /= extent;
        scale *= whole[d];
      }
      joined.elements[static_cast<size_t>(flat)] =
          constants ? constants->elements[static_cast<size_t>(e)] : *part.value.constant();
    }
  }
  if (whole.empty()) return {joined.elements[0]};
  return make(std::move(joined));
}

}  // namespace nnc::sema
