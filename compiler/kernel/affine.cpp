#include "compiler/kernel/affine.h"

#include <algorithm>

namespace nnc::kernel {

using ir::Node;
using scalar::Op;

int64_t Affine::coefficient(const ir::Index* index) const {
  auto term = std::find_if(terms.begin(), terms.end(), [&](const Term& t) { return t.index == index; });
  return term == terms.end() ? 0 : term->coefficient;
}

void Affine::add(const ir::Index* index, int64_t coefficient) {
  auto term = std::find_if(terms.begin(), terms.end(), [&](const Term& t) { return t.index == index; });
  if (term == terms.end()) {
    if (coefficient != 0) terms.push_back({index, coefficient});
    return;
  }
  term->coefficient += coefficient;
  if (term->coefficient == 0) terms.erase(term);
}

Affine& Affine::operator+=(const Affine& other) {
  constant += other.constant;
  for (const Term& t : other.terms) add(t.index, t.coefficient);
  return *this;
}

Affine& Affine::operator*=(int64_t factor) {
  constant *= factor;
  for (Term& t : terms) t.coefficient *= factor;
  if (factor == 0) terms.clear();
  return *this;
}

std::optional<Affine> affine(const Node* node) {
  switch (node->kind) {
    case Node::Kind::constant:
      return Affine{static_cast<int64_t>(node->number), {}};
    case Node::Kind::index:
      return Affine{0, {{node->index, 1}}};
    case Node::Kind::samples:
    case Node::Kind::read:
      return std::nullopt;
    case Node::Kind::apply:
      break;
  }
  auto operand = [&](size_t i) { return affine(node->args[i]); };
  if (node->op == Op::negate) {
    auto a = operand(0);
    if (a) *a *= -1;
    return a;
  }
  if (node->op != Op::add && node->op != Op::subtract && node->op != Op::multiply) return std::nullopt;
  auto a = operand(0), b = operand(1);
  if (!a || !b) return std::nullopt;
  if (node->op == Op::multiply) {
    if (!a->terms.empty() && !b->terms.empty()) return std::nullopt;
    if (a->terms.empty()) std::swap(a, b);
    return *a *= b->constant;
  }
  if (node->op == Op::subtract) *b *= -1;
  return *a += *b;
}

namespace {

bool stays_below(const Affine& place, int64_t size) {
  int64_t low = place.constant, high = place.constant;
  for (const Affine::Term& t : place.terms) {
    if (t.index->extent.is_samples()) return false;
    (t.coefficient < 0 ? low : high) += t.coefficient * (t.index->extent.size - 1);
  }
  return low >= 0 && high < size;
}

}  // namespace

std::optional<Affine> affine_offset(const ir::Tensor& tensor, const std::vector<const Node*>& at,
                                    const std::vector<int64_t>& strides) {
  Affine sum;
  for (size_t d = 0; d < at.size(); ++d) {
    if (strides[d] == 0) continue;
    auto place = affine(at[d]);
    if (!place || !stays_below(*place, tensor.shape[d].size)) return std::nullopt;
    sum += * place *= strides[d];
  }
  return sum;
}

std::vector<int64_t> row_major_strides(const ir::Tensor& tensor) {
  std::vector<int64_t> strides(tensor.rank(), 0);
  int64_t stride = 1;
  for (size_t d = tensor.rank(); d-- > (tensor.has_samples() ? 1u : 0u);) {
    strides[d] = stride;
    stride *= tensor.shape[d].size;
  }
  return strides;
}

int64_t elements(const ir::Tensor& tensor) {
  int64_t count = 1;
  for (ir::Extent e : tensor.shape) count *= e.is_samples() ? 1 : e.size;
  return count;
}

}  // namespace nnc::kernel
