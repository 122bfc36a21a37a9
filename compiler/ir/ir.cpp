// Modules: names are unique, equal nodes are one object.
#include "compiler/ir/ir.h"

#include <bit>
#include <cassert>
#include <functional>

namespace nnc::ir {
namespace {

void mix(size_t& hash, size_t value) { hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2); }

}  // namespace

size_t Module::NodeHash::operator()(const Node* node) const {
  size_t hash = static_cast<size_t>(node->kind) * 8 + static_cast<size_t>(node->type);
  mix(hash, static_cast<size_t>(node->op));
  mix(hash, std::bit_cast<uint64_t>(node->number));
  mix(hash, std::hash<const void*>()(node->index));
  mix(hash, std::hash<const void*>()(node->tensor));
  for (const Node* arg : node->args) mix(hash, std::hash<const void*>()(arg));
  return hash;
}

bool Module::NodeEqual::operator()(const Node* a, const Node* b) const {
  // By bits: 0 and −0 are two constants, NaN is one.
  return a->kind == b->kind && a->type == b->type && a->op == b->op &&
         std::bit_cast<uint64_t>(a->number) == std::bit_cast<uint64_t>(b->number) && a->index == b->index &&
         a->tensor == b->tensor && a->args == b->args;
}

const Node* Module::intern(Node node) {
  if (auto found = interned_.find(&node); found != interned_.end()) return found->second;
  const Node* stored = &nodes_.emplace_back(std::move(node));
  interned_.emplace(stored, stored);
  return stored;
}

Tensor* Module::tensor(std::string name, std::vector<Extent> shape, Type type, Role role, Span span) {
  std::string free_name = name;
  auto is_taken = [&] { return by_name_.contains(free_name) || reserved_.contains(free_name); };
  for (int suffix = 2; is_taken(); ++suffix) free_name = name + "_" + std::to_string(suffix);
  Tensor* tensor = &tensors_.emplace_back(Tensor{free_name, span, std::move(shape), type, role});
  by_name_.emplace(std::move(free_name), tensor);
  return tensor;
}

Tensor* Module::find(std::string_view name) const {
  auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : found->second;
}

std::vector<Tensor*> Module::tensors() const {
  std::unordered_set<const Tensor*> written;
  for (const Equation& equation : equations) written.insert(equation.out);
  std::vector<Tensor*> live;
  for (const Tensor& tensor : tensors_) {
    if (tensor.role != Role::value || written.contains(&tensor)) live.push_back(const_cast<Tensor*>(&tensor));
  }
  return live;
}

std::vector<Tensor*> Module::tables() const {
  std::vector<Tensor*> found;
  for (const Tensor& tensor : tensors_) {
    if (!tensor.data.empty()) found.push_back(const_cast<Tensor*>(&tensor));
  }
  return found;
}

const Index* Module::index(std::string name, Extent extent, bool ordered) {
  for (const Index& index : indices_) {
    if (index.name == name && index.extent == extent && index.ordered == ordered) return &index;
  }
  return &indices_.emplace_back(Index{std::move(name), extent, ordered});
}

const Node* Module::constant(double number, Type type) {
  return intern({.kind = Node::Kind::constant, .type = type, .number = number});
}

const Node* Module::value_of(const Index* index) {
  return intern({.kind = Node::Kind::index, .type = Type::i32, .index = index});
}

const Node* Module::samples() { return intern({.kind = Node::Kind::samples, .type = Type::real}); }

const Node* Module::read(Tensor* tensor, std::vector<const Node*> at) {
  return intern({.kind = Node::Kind::read, .type = tensor->type, .tensor = tensor, .args = std::move(at)});
}

const Node* Module::apply(Op op, std::vector<const Node*> operands) {
  std::vector<Type> types;
  for (const Node* operand : operands) types.push_back(operand->type);
  std::optional<Type> type = scalar::function(op).result(types);
  assert(type && "the function does not take operands of these types");
  return intern({.kind = Node::Kind::apply, .type = *type, .op = op, .args = std::move(operands)});
}

}  // namespace nnc::ir
