// From the leaves up: the operands of what a rule sees are simple already, and what it builds is made simple again.
#include "compiler/rewrite/simplify.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "compiler/rewrite/affine.h"
#include "compiler/rewrite/constant.h"
#include "compiler/rewrite/rules.h"

namespace nnc::rewrite {

using ir::Node;
using ir::Op;
using ir::Type;

namespace {

bool is_number(const Node* node) { return node->kind == Node::Kind::constant; }

/// The value of an application to numbers, unless it is NaN: that says more where it arises.
const Node* folded(ir::Module& module, const Node* node) {
  if (!std::all_of(node->args.begin(), node->args.end(), is_number)) return nullptr;
  double value = value_at(node, {});
  return std::isnan(value) ? nullptr : module.constant(value, node->type);
}

/// a < b, a <= b, a == b, a != b for sums whose difference keeps one sign; nothing where it does not.
std::optional<bool> decided(Op op, const Affine& a, const Affine& b) {
  Affine difference = a;
  difference.add(b, -1);
  auto [low, high] = range(difference);
  bool never_equal = low > 0 || high < 0, always_equal = low == 0 && high == 0;
  switch (op) {
    case Op::less:
      return high < 0 ? std::optional(true) : low >= 0 ? std::optional(false) : std::nullopt;
    case Op::less_equal:
      return high <= 0 ? std::optional(true) : low > 0 ? std::optional(false) : std::nullopt;
    case Op::equal:
      return always_equal ? std::optional(true) : never_equal ? std::optional(false) : std::nullopt;
    case Op::not_equal:
      return always_equal ? std::optional(false) : never_equal ? std::optional(true) : std::nullopt;
    default:
      return std::nullopt;
  }
}

/// An application to sums over indices, as a sum or a truth value.
const Node* of_places(ir::Module& module, const Node* node) {
  if (auto sum = affine(node)) return to_node(module, *sum);
  if (node->args.size() != 2 || node->args[0]->type != Type::i32 || node->args[1]->type != Type::i32) return nullptr;
  auto a = affine(node->args[0]), b = affine(node->args[1]);
  if (!a || !b) return nullptr;
  if (auto truth = decided(node->op, *a, *b)) return module.constant(*truth, Type::boolean);
  if ((node->op != Op::divide && node->op != Op::mod) || !b->is_constant()) return nullptr;
  auto division = divide(*a, b->constant);
  if (!division) return nullptr;
  return to_node(module, node->op == Op::divide ? division->quotient : division->remainder);
}

/// The number that the table holds at every place that the read can reach, if it is one.
std::optional<double> only_value(const Node* read) {
  const ir::Tensor& table = *read->tensor;
  std::vector<Range> reach;
  for (size_t d = 0; d < table.rank(); ++d) {
    Range all{0, table.shape[d].size - 1};
    auto sum = affine(read->args[d]);
    Range own = sum ? range(*sum) : all;
    reach.push_back({std::clamp(own.low, all.low, all.high), std::clamp(own.high, all.low, all.high)});
  }
  std::optional<double> only;
  std::vector<int64_t> at;
  for (const Range& range : reach) at.push_back(range.low);
  while (true) {
    size_t place = 0;
    for (size_t d = 0; d < at.size(); ++d)
      place = place * static_cast<size_t>(table.shape[d].size) + static_cast<size_t>(at[d]);
    if (only && *only != table.data[place]) return std::nullopt;
    only = table.data[place];
    size_t d = at.size();
    while (d > 0 && at[d - 1] == reach[d - 1].high) --d;
    if (d == 0) return only;
    ++at[d - 1];
    for (; d < at.size(); ++d) at[d] = reach[d].low;
  }
}

}  // namespace

const Node* Simplifier::operator()(const Node* node) {
  if (auto found = done_.find(node); found != done_.end()) return found->second;
  const Node* result = simplify(node);
  done_.emplace(node, result);
  done_.emplace(result, result);
  return result;
}

std::vector<const Node*> Simplifier::places(const ir::Tensor& tensor, const std::vector<const Node*>& at) {
  std::vector<const Node*> result;
  for (size_t d = 0; d < at.size(); ++d) {
    const Node* place = (*this)(at[d]);
    if (is_number(place) && !tensor.shape[d].is_samples()) {
      double last = static_cast<double>(tensor.shape[d].size - 1);
      place = module_->constant(std::clamp(place->number, 0.0, last), Type::i32);
    }
    result.push_back(place);
  }
  return result;
}

const Node* Simplifier::simplify(const Node* node) {
  if (node->kind == Node::Kind::read) return read(node->tensor, node->args);
  if (node->kind != Node::Kind::apply) return node;
  std::vector<const Node*> args;
  for (const Node* arg : node->args) args.push_back((*this)(arg));
  return apply(node->op, std::move(args));
}

const Node* Simplifier::read(ir::Tensor* tensor, const std::vector<const Node*>& at) {
  const Node* node = module_->read(tensor, places(*tensor, at));
  if (tensor->role != ir::Role::constant || tensor->data.empty()) return node;
  std::optional<double> value = only_value(node);
  return value ? module_->constant(*value, tensor->type) : node;
}

const Node* Simplifier::apply(Op op, std::vector<const Node*> operands) {
  const Node* node = module_->apply(op, std::move(operands));
  if (auto found = done_.find(node); found != done_.end()) return found->second;
  const Node* result = folded(*module_, node);
  if (!result) result = of_places(*module_, node);
  if (!result) result = by_rule(node);
  done_.emplace(node, result);
  done_.emplace(result, result);
  return result;
}

const Node* Simplifier::by_rule(const Node* node) {
  Bindings bindings;
  for (const Rule* rule : rules_of(node->op)) {
    if (!matches(*rule, node, bindings)) continue;
    Type type = type_of(bindings);
    auto build = [&](const auto& self, const Pattern& side) -> const Node* {
      switch (side.kind) {
        case Pattern::Kind::any:
        case Pattern::Kind::constant:
          return bindings[static_cast<size_t>(side.letter - 'a')];
        case Pattern::Kind::number:
          return module_->constant(side.number, type);
        case Pattern::Kind::truth:
          return module_->constant(side.number, Type::boolean);
        case Pattern::Kind::apply:
          break;
      }
      std::vector<const Node*> operands;
      for (const Pattern& operand : side.operands) operands.push_back(self(self, operand));
      return apply(side.op, std::move(operands));
    };
    return build(build, rule->right);
  }
  return node;
}

}  // namespace nnc::rewrite
