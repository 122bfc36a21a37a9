#include "compiler/kernel/start.h"

#include <algorithm>

#include "compiler/kernel/affine.h"
#include "compiler/kernel/equations.h"

namespace nnc::kernel {

namespace {

using ir::Node;

/// The only node that reads the product's values, if it adds something to them.
const Node* only_addition(const Product& product) {
  const Node* addition = nullptr;
  bool is_only = true;
  auto see = [&](const Node* node) {
    bool uses_value = std::any_of(node->args.begin(), node->args.end(), [&](const Node* a) {
      return a->kind == Node::Kind::read && a->tensor == product.out;
    });
    if (!uses_value) return;
    bool adds = node->kind == Node::Kind::apply && node->op == scalar::Op::add && node->args[0] != node->args[1];
    is_only = is_only && adds && (!addition || addition == node);
    addition = node;
  };
  for (const Statement& s : product.epilogue) {
    if (s.equation.body->kind == Node::Kind::read && s.equation.body->tensor == product.out) return nullptr;
    ir::visit(s.equation.body, see);
    for (const Node* at : s.equation.at) ir::visit(at, see);
  }
  return is_only ? addition : nullptr;
}

/// The addend as numbers that lie side by side, one a row.
std::optional<Start> as_start(const Program& program, const Product& product, const Node* addend) {
  if (addend->kind != Node::Kind::read || addend->tensor->has_samples()) return std::nullopt;
  const Storage& storage = program.storage.at(addend->tensor);
  if (storage.place != Place::param && storage.place != Place::uniform) return std::nullopt;
  auto offset = affine_offset(*addend->tensor, addend->args, storage.strides);
  if (!offset || offset->terms.size() != 1 || offset->coefficient(product.row) != 1) return std::nullopt;
  return Start{addend->tensor, storage.offset + offset->constant};
}

}  // namespace

void start_from_addends(Program& program) {
  for (Step& step : program.tile) {
    auto* product = std::get_if<Product>(&step);
    if (!product || product->store != Store::set || program.storage.at(product->out).place == Place::tile) continue;
    const Node* addition = only_addition(*product);
    if (!addition) continue;
    bool is_first = addition->args[0]->kind == Node::Kind::read && addition->args[0]->tensor == product->out;
    const Node* value = addition->args[is_first ? 0 : 1];
    product->start = as_start(program, *product, addition->args[is_first ? 1 : 0]);
    if (!product->start) continue;
    for (Statement& s : product->epilogue) {
      s.equation = substitute(program.module, s.equation,
                              [&](const Node* node) -> const Node* { return node == addition ? value : nullptr; });
    }
  }
}

}  // namespace nnc::kernel
