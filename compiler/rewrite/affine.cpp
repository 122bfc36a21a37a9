// i32 wraps, so sums may be reordered freely; coefficients stay small because extents are.
#include "compiler/rewrite/affine.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace nnc::rewrite {

using ir::Node;
using ir::Op;
using ir::Type;

namespace {

bool stands_before(const Affine::Term& a, const Affine::Term& b) {
  int64_t size_a = std::abs(a.coefficient), size_b = std::abs(b.coefficient);
  if (size_a != size_b) return size_a > size_b;
  if (a.index->name != b.index->name) return a.index->name < b.index->name;
  return a.index->extent.size < b.index->extent.size;
}

}  // namespace

int64_t Affine::coefficient(const ir::Index* index) const {
  for (const Term& term : terms) {
    if (term.index == index) return term.coefficient;
  }
  return 0;
}

void Affine::add(const Affine& other, int64_t factor) {
  constant += factor * other.constant;
  for (const Term& term : other.terms) {
    auto same = std::find_if(terms.begin(), terms.end(), [&](const Term& t) { return t.index == term.index; });
    if (same == terms.end()) {
      terms.push_back({term.index, factor * term.coefficient});
    } else {
      same->coefficient += factor * term.coefficient;
    }
  }
  std::erase_if(terms, [](const Term& term) { return term.coefficient == 0; });
  std::sort(terms.begin(), terms.end(), stands_before);
}

std::optional<Affine> affine(const Node* node) {
  if (node->type != Type::i32) return std::nullopt;
  if (node->kind == Node::Kind::constant) return Affine{static_cast<int64_t>(node->number)};
  if (node->kind == Node::Kind::index) return Affine{0, {{node->index, 1}}};
  bool is_sum = node->kind == Node::Kind::apply &&
                (node->op == Op::add || node->op == Op::subtract || node->op == Op::multiply || node->op == Op::negate);
  if (!is_sum) return std::nullopt;
  std::vector<Affine> operands;
  for (const Node* arg : node->args) {
    auto operand = affine(arg);
    if (!operand) return std::nullopt;
    operands.push_back(std::move(*operand));
  }
  Affine result;
  if (node->op == Op::multiply) {
    if (!operands[0].is_constant()) std::swap(operands[0], operands[1]);
    if (!operands[0].is_constant()) return std::nullopt;
    result.add(operands[1], operands[0].constant);
  } else if (node->op == Op::negate) {
    result.add(operands[0], -1);
  } else {
    result = operands[0];
    result.add(operands[1], node->op == Op::subtract ? -1 : 1);
  }
  return result;
}

const Node* to_node(ir::Module& module, const Affine& sum) {
  auto constant = [&](int64_t number) { return module.constant(static_cast<double>(number), Type::i32); };
  const Node* result = nullptr;
  for (const Affine::Term& term : sum.terms) {
    const Node* node = module.value_of(term.index);
    int64_t size = std::abs(term.coefficient);
    if (size != 1) node = module.apply(Op::multiply, {node, constant(size)});
    if (result) {
      node = module.apply(term.coefficient < 0 ? Op::subtract : Op::add, {result, node});
    } else if (term.coefficient < 0) {
      node = module.apply(Op::negate, {node});
    }
    result = node;
  }
  if (!result) return constant(sum.constant);
  if (sum.constant > 0) return module.apply(Op::add, {result, constant(sum.constant)});
  if (sum.constant < 0) return module.apply(Op::subtract, {result, constant(-sum.constant)});
  return result;
}

Range range(const Affine& sum) {
  Range result{sum.constant, sum.constant};
  for (const Affine::Term& term : sum.terms) {
    int64_t last = term.index->extent.is_samples() ? std::numeric_limits<int32_t>::max() : term.index->extent.size - 1;
    (term.coefficient < 0 ? result.low : result.high) += term.coefficient * last;
  }
  return result;
}

std::optional<Division> divide(const Affine& sum, int64_t divisor) {
  if (divisor <= 0) return std::nullopt;
  Division result;
  int64_t constant_rest = ((sum.constant % divisor) + divisor) % divisor;
  result.quotient.constant = (sum.constant - constant_rest) / divisor;
  result.remainder.constant = constant_rest;
  for (const Affine::Term& term : sum.terms) {
    bool divides = term.coefficient % divisor == 0;
    Affine& part = divides ? result.quotient : result.remainder;
    part.add(Affine{0, {{term.index, divides ? term.coefficient / divisor : term.coefficient}}});
  }
  Range rest = range(result.remainder);
  if (rest.low < 0 || rest.high >= divisor) return std::nullopt;
  return result;
}

}  // namespace nnc::rewrite
