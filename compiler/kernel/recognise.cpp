#include "compiler/kernel/recognise.h"

#include <algorithm>

#include "compiler/kernel/affine.h"

namespace nnc::kernel {

using ir::Combine;
using ir::Equation;
using ir::Index;
using ir::Node;
using scalar::Op;

bool uses(const Node* node, const Index* index) {
  if (node->kind == Node::Kind::index) return node->index == index;
  return std::any_of(node->args.begin(), node->args.end(), [&](const Node* a) { return uses(a, index); });
}

namespace {

bool on_the_left(const Equation& equation, const Index* index) {
  return std::any_of(equation.at.begin(), equation.at.end(), [&](const Node* a) { return uses(a, index); });
}

/// The place of a read, in elements of what the tensor lies in.
std::optional<Affine> address(const Node* read, const Places& places) {
  const Storage& storage = places.at(read->tensor);
  auto sum = affine_offset(*read->tensor, read->args, storage.strides);
  if (sum) sum->constant += storage.offset;
  return sum;
}

/// The affine sum has no terms but these.
bool only(const Affine& sum, std::initializer_list<const Index*> indices) {
  return std::all_of(sum.terms.begin(), sum.terms.end(), [&](const Affine::Term& t) {
    return std::find(indices.begin(), indices.end(), t.index) != indices.end();
  });
}

/// The read as contiguous features over `index`, in a tile.
std::optional<Rows> rows_over(const Node* read, const Index* index, const Places& places) {
  if (read->kind != Node::Kind::read || !read->tensor->has_samples() || read->type != ir::Type::real)
    return std::nullopt;
  auto place = address(read, places);
  if (!place || !only(*place, {index}) || place->coefficient(index) != 1) return std::nullopt;
  return Rows{read->tensor, places.at(read->tensor).buffer, place->constant};
}

/// The indices besides the samples.
std::vector<const Index*> inner(const Equation& equation) {
  std::vector<const Index*> result;
  for (const Index* i : equation.over) {
    if (!i->extent.is_samples()) result.push_back(i);
  }
  return result;
}

std::optional<Affine> left_address(const Equation& equation, const Places& places) {
  const Storage& storage = places.at(equation.out);
  auto sum = affine_offset(*equation.out, equation.at, storage.strides);
  if (sum) sum->constant += storage.offset;
  return sum;
}

}  // namespace

bool reads_samples(const Node* node) {
  if (node->kind == Node::Kind::read && node->tensor->has_samples()) return true;
  if (node->kind == Node::Kind::index && node->index->extent.is_samples()) return true;
  return std::any_of(node->args.begin(), node->args.end(), reads_samples);
}

bool over_samples(const Equation& equation) {
  return std::any_of(equation.over.begin(), equation.over.end(), [](const Index* i) { return i->extent.is_samples(); });
}

bool is_scatter(const Equation& equation) {
  return !equation.out->has_samples() && std::any_of(equation.at.begin(), equation.at.end(), reads_samples);
}

std::vector<const Index*> kept_indices(const Equation& equation) {
  std::vector<const Index*> result;
  for (const Index* i : inner(equation)) {
    if (on_the_left(equation, i)) result.push_back(i);
  }
  return result;
}

std::vector<const Index*> reduced_indices(const Equation& equation) {
  std::vector<const Index*> result;
  for (const Index* i : inner(equation)) {
    if (!on_the_left(equation, i)) result.push_back(i);
  }
  return result;
}

std::optional<Product> as_product(const Equation& equation, const Places& places) {
  if (equation.combine != Combine::sum || !equation.out->has_samples()) return std::nullopt;
  auto kept = kept_indices(equation), reduced = reduced_indices(equation);
  const Node* body = equation.body;
  if (kept.size() != 1 || reduced.size() != 1 || body->kind != Node::Kind::apply || body->op != Op::multiply) {
    return std::nullopt;
  }
  const Index *m = kept[0], *k = reduced[0];
  const Node *matrix = body->args[0], *x = body->args[1];
  if (matrix->kind == Node::Kind::read && matrix->tensor->has_samples()) std::swap(matrix, x);
  if (matrix->kind != Node::Kind::read || matrix->tensor->has_samples() || matrix->tensor->role == ir::Role::constant ||
      places.at(matrix->tensor).place == Place::variable) {
    return std::nullopt;
  }
  auto rows = rows_over(x, k, places);
  auto from = address(matrix, places), to = left_address(equation, places);
  if (!rows || !from || !only(*from, {m, k}) || !to || !only(*to, {m}) || to->coefficient(m) != 1) return std::nullopt;
  if (m->extent.size * k->extent.size < 16) return std::nullopt;  // as dear as its set-up
  Matrix a{matrix->tensor, from->constant, from->coefficient(m), from->coefficient(k)};
  return Product{.name = equation.out->name,
                 .span = equation.span,
                 .out = equation.out,
                 .row = m,
                 .rows = m->extent.size,
                 .terms = k->extent.size,
                 .matrix = a,
                 .x = *rows,
                 .out_feature = to->constant,
                 .store = Store::set,
                 .epilogue = {}};
}

std::optional<Outer> as_outer(const Equation& equation, const Places& places) {
  if (equation.combine != Combine::sum || equation.out->has_samples() || !over_samples(equation)) return std::nullopt;
  auto kept = kept_indices(equation);
  const Node* body = equation.body;
  if (kept.size() != 2 || !reduced_indices(equation).empty() || body->kind != Node::Kind::apply ||
      body->op != Op::multiply) {
    return std::nullopt;
  }
  auto to = left_address(equation, places);
  if (!to || !only(*to, {kept[0], kept[1]})) return std::nullopt;
  const Index *m = kept[0], *k = kept[1];
  if (to->coefficient(k) != 1) std::swap(m, k);
  if (to->coefficient(k) != 1) return std::nullopt;
  auto dy = rows_over(body->args[0], m, places), x = rows_over(body->args[1], k, places);
  if (!dy || !x) {
    dy = rows_over(body->args[1], m, places);
    x = rows_over(body->args[0], k, places);
  }
  if (!dy || !x) return std::nullopt;
  return Outer{.name = equation.out->name,
               .span = equation.span,
               .out = equation.out,
               .rows = m->extent.size,
               .terms = k->extent.size,
               .offset = to->constant,
               .row_step = to->coefficient(m),
               .dy = *dy,
               .x = *x};
}

std::optional<LaneSum> as_lane_sum(const Equation& equation, const Places& places) {
  if (equation.combine != Combine::sum || equation.out->has_samples() || !over_samples(equation)) return std::nullopt;
  auto kept = kept_indices(equation);
  if (kept.size() != 1 || !reduced_indices(equation).empty()) return std::nullopt;
  auto to = left_address(equation, places);
  auto x = rows_over(equation.body, kept[0], places);
  if (!x || !to || !only(*to, {kept[0]}) || to->coefficient(kept[0]) != 1) return std::nullopt;
  return LaneSum{.name = equation.out->name,
                 .span = equation.span,
                 .out = equation.out,
                 .rows = kept[0]->extent.size,
                 .offset = to->constant,
                 .x = *x};
}

}  // namespace nnc::kernel
