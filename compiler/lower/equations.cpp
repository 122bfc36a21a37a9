// Definitions as equations.
#include "compiler/lower/equations.h"

#include <algorithm>
#include <functional>
#include <set>

namespace nnc::lower {
namespace {

using ir::Combine;
using ir::Node;
using sema::Expr;

/// Everything below the expression, each once, what stands first in the text first.
std::vector<const Expr*> all_below(const Expr* root) {
  std::vector<const Expr*> order;
  std::unordered_set<const Expr*> seen;
  std::function<void(const Expr*)> visit = [&](const Expr* expr) {
    if (!seen.insert(expr).second) return;
    order.push_back(expr);
    for (const Expr* arg : expr->args) visit(arg);
  };
  visit(root);
  return order;
}

ir::Role role_of(sema::Role role) {
  switch (role) {
    case sema::Role::param:
      return ir::Role::param;
    case sema::Role::constant:
      return ir::Role::constant;
    case sema::Role::state:
      return ir::Role::state;
    case sema::Role::value:
      return ir::Role::value;
    case sema::Role::input:
    case sema::Role::target:
    case sema::Role::gradient:
    case sema::Role::step:
    case sema::Role::number:
      return ir::Role::input;
  }
  return ir::Role::value;
}

std::vector<ir::Extent> shape_of(const sema::Tensor& tensor, bool has_samples) {
  std::vector<ir::Extent> shape;
  if (has_samples) shape.push_back(ir::Extent::samples());
  for (int64_t extent : tensor.shape) shape.push_back({extent});
  return shape;
}

struct ReducerRow {
  Combine combine;
  const char* suffix;
};
/// A minimum is the negative of the largest negative.
constexpr ReducerRow kReducers[] = {
    {Combine::sum, "_sum"}, {Combine::prod, "_prod"}, {Combine::max, "_max"}, {Combine::max, "_min"}};

const ReducerRow& row_of(Expr::Reducer reducer) { return kReducers[static_cast<size_t>(reducer)]; }

}  // namespace

ir::Tensor* Equations::declare(const sema::Tensor& tensor, const std::string& name, ir::Role role, bool has_samples) {
  if (name == tensor.name) module_.release(name);
  ir::Tensor* made = module_.tensor(name, shape_of(tensor, has_samples), tensor.type, role, tensor.span);
  made->data = tensor.data;
  if (tensor.role == sema::Role::input || tensor.role == sema::Role::target) made->rounding = tensor.format;
  return tensors_[&tensor] = made;
}

ir::Tensor* Equations::of(const sema::Tensor* tensor) {
  auto found = tensors_.find(tensor);
  if (found != tensors_.end()) return found->second;
  return declare(*tensor, tensor->name, role_of(tensor->role), false);
}

void Equations::define(const sema::Definition& definition, const std::string& name) {
  bool has_samples = with_samples_.count(definition.tensor) > 0;
  for (const sema::Piece& piece : definition.pieces) has_samples = has_samples || reads_samples(piece.body);
  ir::Tensor* out = declare(*definition.tensor, name, ir::Role::value, has_samples);
  for (const sema::Piece& each : definition.pieces) piece(each, out, definition.pieces.size() == 1);
}

bool Equations::reads_samples(const Expr* expr) {
  std::vector<const Expr*> all = all_below(expr);
  return std::any_of(all.begin(), all.end(),
                     [&](const Expr* e) { return e->kind == Expr::Kind::read && of(e->tensor)->has_samples(); });
}

/// An index of the module for each index of the piece. Two of one name in a piece, and one called as the sample index,
/// are told apart by a number.
Equations::Names Equations::names_of(const sema::Piece& piece) {
  order_ = piece.over;
  for (const Expr* expr : all_below(piece.body)) order_.insert(order_.end(), expr->over.begin(), expr->over.end());
  Names names;
  std::set<std::string> taken = {"b"};
  for (const sema::Index* index : order_) {
    if (names.count(index)) continue;
    std::string name = index->name;
    auto is_number = [&] { return module_.find(name) && module_.find(name)->rank() == 0; };  // reads just like an index
    for (int k = 2; is_number() || !taken.insert(name).second; ++k) name = index->name + "_" + std::to_string(k);
    names[index] = module_.index(name, {index->extent}, index->ordered);
  }
  return names;
}

/// A reduction alone, over the whole tensor, is the equation itself.
bool Equations::reduces_in_place(const sema::Piece& piece) {
  if (piece.body->kind != Expr::Kind::reduce || piece.body->reducer == Expr::Reducer::min) return false;
  return std::all_of(piece.at.begin(), piece.at.end(), [](const Expr* at) { return at->kind == Expr::Kind::index; });
}

void Equations::piece(const sema::Piece& piece, ir::Tensor* out, bool is_whole) {
  out_name_ = out->name;
  span_ = piece.span;
  nodes_.clear();
  indices_ = names_of(piece);
  samples_index_ = module_.index("b", ir::Extent::samples());
  ir::Equation equation;
  equation.out = out;
  equation.span = span_;
  if (out->has_samples()) {
    equation.at.push_back(module_.value_of(samples_index_));
    equation.over.push_back(samples_index_);
  }
  for (const Expr* at : piece.at) equation.at.push_back(node(at));
  for (const sema::Index* index : piece.over) equation.over.push_back(indices_.at(index));
  if (is_whole && reduces_in_place(piece)) {
    equation.combine = row_of(piece.body->reducer).combine;
    equation.body = node(piece.body->args[0]);
    for (const sema::Index* index : piece.body->over) equation.over.push_back(indices_.at(index));
  } else {
    equation.body = node(piece.body);
  }
  module_.equations.push_back(std::move(equation));
}

const Node* Equations::node(const Expr* expr) {
  auto found = nodes_.find(expr);
  if (found != nodes_.end()) return found->second;
  const Node* made = make_node(expr);
  nodes_.emplace(expr, made);
  return made;
}

const Node* Equations::make_node(const Expr* expr) {
  switch (expr->kind) {
    case Expr::Kind::number:
      return module_.constant(expr->number, expr->type);
    case Expr::Kind::index:
      return module_.value_of(indices_.at(expr->index));
    case Expr::Kind::reduce:
      return reduction(expr);
    case Expr::Kind::read:
    case Expr::Kind::apply:
      break;
  }
  std::vector<const Node*> args;
  for (const Expr* arg : expr->args) args.push_back(node(arg));
  if (expr->kind == Expr::Kind::apply) return module_.apply(expr->op, std::move(args));
  ir::Tensor* tensor = of(expr->tensor);
  if (tensor->has_samples()) args.insert(args.begin(), module_.value_of(samples_index_));
  return module_.read(tensor, std::move(args));
}

/// The reduction as a tensor over the indices around it that it depends on:  y_sum[b, o] += …
const Node* Equations::reduction(const Expr* expr) {
  const Expr* body = expr->args[0];
  std::unordered_set<const sema::Index*> used;
  std::vector<const Expr*> all = all_below(expr);
  for (const Expr* e : all) {
    if (e->kind == Expr::Kind::index) used.insert(e->index);
  }
  for (const Expr* e : all) {
    for (const sema::Index* bound : e->over) used.erase(bound);
  }
  const ReducerRow& row = row_of(expr->reducer);
  ir::Equation equation;
  equation.combine = row.combine;
  equation.span = span_;
  std::vector<ir::Extent> shape;
  auto add = [&](const ir::Index* index) {
    shape.push_back(index->extent);
    equation.over.push_back(index);
    equation.at.push_back(module_.value_of(index));
  };
  if (reads_samples(body)) add(samples_index_);
  for (const sema::Index* index : order_) {
    if (used.erase(index)) add(indices_.at(index));
  }
  std::vector<const Node*> at = equation.at;
  for (const sema::Index* index : expr->over) equation.over.push_back(indices_.at(index));
  bool is_min = expr->reducer == Expr::Reducer::min;
  const Node* value = node(body);
  equation.body = is_min ? module_.apply(scalar::Op::negate, {value}) : value;
  equation.out = module_.tensor(out_name_ + row.suffix, shape, expr->type, ir::Role::value, span_);
  ir::Tensor* out = equation.out;
  module_.equations.push_back(std::move(equation));
  const Node* read = module_.read(out, std::move(at));
  return is_min ? module_.apply(scalar::Op::negate, {read}) : read;
}

void Equations::copy(ir::Tensor* to, ir::Tensor* from, Span span) {
  ir::Equation equation;
  equation.out = to;
  equation.span = span;
  std::vector<const Node*> places;
  for (size_t d = 0; d < to->rank(); ++d) {
    bool is_samples = d == 0 && to->has_samples();
    equation.over.push_back(module_.index(is_samples ? "b" : "i" + std::to_string(d), to->shape[d]));
    equation.at.push_back(module_.value_of(equation.over.back()));
    if (!is_samples || from->has_samples()) places.push_back(equation.at.back());
  }
  equation.body = module_.read(from, std::move(places));
  module_.equations.push_back(std::move(equation));
}

}  // namespace nnc::lower
