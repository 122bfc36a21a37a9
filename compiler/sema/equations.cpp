// Typed scalar expressions, tensors and definitions.
#include "compiler/sema/equations.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace nnc::sema {

const Expr* Equations::push(Expr expr) { return &program_.exprs.emplace_back(std::move(expr)); }

const Expr* Equations::number(double value, Type type, Span span) {
  return push({.kind = Expr::Kind::number, .type = type, .span = span, .number = value});
}

const Expr* Equations::index(const Index* index, Span span) {
  return push({.kind = Expr::Kind::index, .type = Type::i32, .span = span, .index = index});
}

const Expr* Equations::read(const Tensor* tensor, std::vector<const Expr*> at, Span span) {
  return push({.kind = Expr::Kind::read, .type = tensor->type, .span = span, .tensor = tensor, .args = std::move(at)});
}

namespace {
bool is_literal(const Expr* expr, double value) { return expr->kind == Expr::Kind::number && expr->number == value; }
}  // namespace

const Expr* Equations::apply(Op op, std::vector<const Expr*> operands, Span span) {
  if (op == Op::add && is_literal(operands[1], 0)) return operands[0];
  if (op == Op::add && is_literal(operands[0], 0)) return operands[1];
  if (op == Op::exclusive_or && is_literal(operands[1], 0)) return operands[0];
  if (op == Op::multiply && is_literal(operands[1], 1)) return operands[0];
  if (op == Op::multiply && is_literal(operands[0], 1)) return operands[1];
  std::vector<Type> types;
  for (const Expr* operand : operands) types.push_back(operand->type);
  Type type = scalar::function(op).result(types).value();
  return push({.kind = Expr::Kind::apply, .type = type, .span = span, .op = op, .args = std::move(operands)});
}

const Expr* Equations::reduce(Expr::Reducer reducer, std::vector<const Index*> over, const Expr* body, Span span) {
  return push({.kind = Expr::Kind::reduce,
               .type = body->type,
               .span = span,
               .reducer = reducer,
               .over = std::move(over),
               .args = {body}});
}

const Expr* Equations::convert(const Expr* expr, Type type) {
  if (expr->type == type) return expr;
  if (expr->kind == Expr::Kind::number) return number(expr->number, type, expr->span);
  if (type == Type::i32) return apply(Op::to_int, {expr}, expr->span);
  if (type == Type::u32) return apply(Op::to_u32, {expr}, expr->span);
  static constexpr Op kDistributes[] = {Op::add,    Op::subtract, Op::multiply, Op::power, Op::negate,
                                        Op::select, Op::max,      Op::min,      Op::abs};
  bool distributes = expr->kind == Expr::Kind::apply && expr->type == Type::i32 &&
                     std::find(std::begin(kDistributes), std::end(kDistributes), expr->op) != std::end(kDistributes);
  if (!distributes) return apply(Op::to_real, {expr}, expr->span);
  std::vector<const Expr*> operands;
  for (const Expr* arg : expr->args) operands.push_back(arg->type == Type::boolean ? arg : convert(arg, type));
  return apply(expr->op, std::move(operands), expr->span);
}

const Expr* Equations::at_point(const Expr* root, const std::vector<const Index*>& indices,
                                const std::vector<int64_t>& point) {
  std::unordered_map<const Expr*, const Expr*> done;
  std::function<const Expr*(const Expr*)> visit = [&](const Expr* expr) -> const Expr* {
    auto found = done.find(expr);
    if (found != done.end()) return found->second;
    Expr copy = *expr;
    for (const Expr*& arg : copy.args) arg = visit(arg);
    auto index = std::find(indices.begin(), indices.end(), expr->index);
    if (expr->kind == Expr::Kind::index && index != indices.end()) {
      const int64_t place = point[static_cast<size_t>(index - indices.begin())];
      return done[expr] = number(static_cast<double>(place), Type::i32, expr->span);
    }
    return done[expr] = copy.args == expr->args ? expr : push(std::move(copy));
  };
  return visit(root);
}

const Expr* Equations::plus(const Expr* base, int64_t offset) {
  if (offset == 0) return base;
  auto constant = static_cast<double>(offset);
  if (base->kind == Expr::Kind::number) return number(base->number + constant, Type::i32, base->span);
  return apply(Op::add, {base, number(constant, Type::i32, base->span)}, base->span);
}

const Expr* Equations::row(const Shape& shape, const std::vector<const Expr*>& at) {
  if (shape.empty()) return number(0, Type::i32);
  const Expr* row = at[0];
  for (size_t d = 1; d < shape.size(); ++d) {
    row = apply(Op::add, {apply(Op::multiply, {row, number(static_cast<double>(shape[d]), Type::i32)}), at[d]});
  }
  return row;
}

const Index* Equations::new_index(std::string name, int64_t extent) {
  return &program_.indices.emplace_back(Index{std::move(name), extent});
}

std::string Equations::unique(const std::string& name) {
  std::string result = name;
  for (int k = 2; !names_.insert(result).second; ++k) result = name + "_" + std::to_string(k);
  return result;
}

Tensor* Equations::new_tensor(const std::string& name, Shape shape, Type type, Role role, Span span) {
  return &program_.tensors.emplace_back(
      Tensor{.name = unique(name), .span = span, .shape = std::move(shape), .type = type, .role = role, .call = call_});
}

Equations::Within::Within(Equations* equations, const std::string& name, Span span, bool is_block)
    : equations_(name.empty() ? nullptr : equations) {
  if (!equations_) return;
  around_ = equations_->call_;
  equations_->call_ = &equations_->program_.calls.emplace_back(Call{name, span, is_block, around_});
}

Equations::Within::~Within() {
  if (equations_) equations_->call_ = around_;
}

void Equations::rename(const Tensor* tensor, const std::string& name) {
  if (tensor->name == name) return;
  names_.erase(tensor->name);
  mutable_tensor(tensor)->name = unique(name);
}

namespace {

/// Everything below the roots, each once, those that stand first in the text first.
void visit(const Expr* expr, std::unordered_set<const Expr*>& seen, std::vector<const Expr*>& order) {
  if (!seen.insert(expr).second) return;
  order.push_back(expr);
  for (const Expr* arg : expr->args) visit(arg, seen, order);
}

std::vector<const Expr*> all_below(const std::vector<const Expr*>& roots) {
  std::unordered_set<const Expr*> seen;
  std::vector<const Expr*> order;
  for (const Expr* root : roots) visit(root, seen, order);
  return order;
}

}  // namespace

std::vector<const Index*> free_indices(const std::vector<const Expr*>& roots) {
  std::vector<const Expr*> all = all_below(roots);
  std::unordered_set<const Index*> known;  // bound by a reduction (no other expression uses its index), or found
  for (const Expr* expr : all) known.insert(expr->over.begin(), expr->over.end());
  std::vector<const Index*> found;
  for (const Expr* expr : all) {
    if (expr->kind == Expr::Kind::index && known.insert(expr->index).second) found.push_back(expr->index);
  }
  return found;
}

namespace {

/// What is left of `size` after the tree's nodes; negative as soon as they are more.
int left_of(const Expr* expr, int size) {
  --size;
  for (size_t i = 0; i < expr->args.size() && size >= 0; ++i) size = left_of(expr->args[i], size);
  return size;
}

}  // namespace

bool is_larger_than(const Expr* expr, int size) { return left_of(expr, size) < 0; }

bool read_tensor(const std::vector<const Expr*>& exprs, const Tensor* tensor) {
  const std::vector<const Expr*> all = all_below(exprs);
  return std::any_of(all.begin(), all.end(), [&](const Expr* expr) { return expr->tensor == tensor; });
}

bool reads_samples(const Expr* expr) {
  std::vector<const Expr*> all = all_below({expr});
  return std::any_of(all.begin(), all.end(),
                     [](const Expr* e) { return e->kind == Expr::Kind::read && e->tensor->per_sample; });
}

namespace {
bool is_pass(Op op) {
  auto rows = scalar::roundings();
  return std::any_of(rows.begin(), rows.end(), [&](const scalar::FormatRow& row) { return row.pass == op; });
}
}  // namespace

bool reads_layers(const Expr* expr) {
  std::vector<const Expr*> all = all_below({expr});
  return std::any_of(all.begin(), all.end(), [](const Expr* e) {
    if (e->kind == Expr::Kind::read) return e->tensor->is_layered;
    return e->kind == Expr::Kind::apply && is_pass(e->op);
  });
}

std::optional<scalar::Format> format_of(const Expr* expr) {
  if (expr->kind == Expr::Kind::read) return expr->tensor->format;
  return expr->kind == Expr::Kind::apply ? scalar::format_of(expr->op) : std::nullopt;
}

std::optional<scalar::Format> format_of(const std::vector<const Expr*>& exprs) {
  std::optional<scalar::Format> common;
  for (const Expr* expr : exprs) {
    if (expr->kind == Expr::Kind::number) continue;
    auto own = format_of(expr);
    if (!own || (common && common != own)) return std::nullopt;
    common = own;
  }
  auto holds = [&](const Expr* expr) {
    return expr->kind != Expr::Kind::number || scalar::round_to(*common, expr->number) == expr->number;
  };
  return common && std::all_of(exprs.begin(), exprs.end(), holds) ? common : std::nullopt;
}

}  // namespace nnc::sema
