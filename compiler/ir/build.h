// Writing equations in C++ as they are read:
//
//   Builder m(module);
//   const Index* b = m.samples_index("b");
//   m.sum(s, {b, o}, m(weight, o, i) * m(x, b, i), {b, o, i});
#pragma once

#include <cassert>
#include <concepts>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::ir {

/// A node and the module that it belongs to, so that operators can build on it.
struct Expr {
  Module* module = nullptr;
  const Node* node = nullptr;

  Type type() const { return node->type; }
};

/// The function's application; the operands are of types that it takes.
inline Expr apply(Op op, std::initializer_list<Expr> operands) {
  std::vector<const Node*> nodes;
  for (const Expr& operand : operands) nodes.push_back(operand.node);
  return {operands.begin()->module, operands.begin()->module->apply(op, std::move(nodes))};
}

/// The number as a constant of the other's type.
inline Expr like(Expr other, double number) { return {other.module, other.module->constant(number, other.type())}; }

// a + b, a + 1.0, 1.0 + a
#define NNC_BINARY(symbol, op)                                                             \
  inline Expr operator symbol(Expr a, Expr b) { return apply(Op::op, {a, b}); }            \
  inline Expr operator symbol(Expr a, double b) { return apply(Op::op, {a, like(a, b)}); } \
  inline Expr operator symbol(double a, Expr b) { return apply(Op::op, {like(b, a), b}); }
NNC_BINARY(+, add)
NNC_BINARY(-, subtract)
NNC_BINARY(*, multiply)
NNC_BINARY(/, divide)
NNC_BINARY(<, less)
NNC_BINARY(<=, less_equal)
NNC_BINARY(==, equal)
NNC_BINARY(!=, not_equal)
#undef NNC_BINARY
inline Expr operator>(Expr a, Expr b) { return b < a; }
inline Expr operator>(Expr a, double b) { return b < a; }
inline Expr operator>=(Expr a, Expr b) { return b <= a; }
inline Expr operator>=(Expr a, double b) { return b <= a; }
inline Expr operator-(Expr a) { return apply(Op::negate, {a}); }
inline Expr operator&&(Expr a, Expr b) { return apply(Op::logical_and, {a, b}); }
inline Expr operator||(Expr a, Expr b) { return apply(Op::logical_or, {a, b}); }
inline Expr operator!(Expr a) { return apply(Op::logical_not, {a}); }

inline Expr select(Expr condition, Expr a, Expr b) { return apply(Op::select, {condition, a, b}); }
inline Expr select(Expr condition, Expr a, double b) { return select(condition, a, like(a, b)); }
inline Expr select(Expr condition, double a, Expr b) { return select(condition, like(b, a), b); }

/// What may stand at a place of a tensor or as an operand: an index, an i32 constant, an expression.
class At {
 public:
  At(const Index* index) : index_(index) {}
  At(int number) : number_(number) {}
  At(Expr expr) : node_(expr.node) {}
  At(const Node* node) : node_(node) {}

  const Node* in(Module& module) const {
    if (node_) return node_;
    return index_ ? module.value_of(index_) : module.constant(number_, Type::i32);
  }

 private:
  const Node* node_ = nullptr;
  const Index* index_ = nullptr;
  int number_ = 0;
};

/// Reads, constants and equations of one module.
class Builder {
 public:
  explicit Builder(Module& module) : module_(&module) {}

  Module& module() const { return *module_; }
  Expr expr(const Node* node) const { return {module_, node}; }
  Expr constant(double number, Type type = Type::real) const { return expr(module_->constant(number, type)); }
  Expr value_of(const Index* index) const { return expr(module_->value_of(index)); }
  Expr samples() const { return expr(module_->samples()); }
  const Index* index(std::string name, int64_t size) const { return module_->index(std::move(name), Extent{size}); }
  const Index* samples_index(std::string name) const { return module_->index(std::move(name), Extent::samples()); }

  /// m(weight, o, i) reads weight[o, i].
  template <std::convertible_to<At>... Places>
  Expr operator()(Tensor* tensor, Places... places) const {
    assert(sizeof...(places) == tensor->rank());
    return expr(module_->read(tensor, nodes({At(places)...})));
  }

  void set(Tensor* out, std::initializer_list<At> at, Expr body, std::vector<const Index*> over, Span span = {}) const {
    add(out, at, Combine::set, body, std::move(over), span);
  }
  void sum(Tensor* out, std::initializer_list<At> at, Expr body, std::vector<const Index*> over, Span span = {}) const {
    add(out, at, Combine::sum, body, std::move(over), span);
  }
  void add(Tensor* out, std::initializer_list<At> at, Combine combine, Expr body, std::vector<const Index*> over,
           Span span = {}) const {
    module_->equations.push_back({out, nodes(at), combine, body.node, std::move(over), span});
  }

 private:
  std::vector<const Node*> nodes(std::initializer_list<At> places) const {
    std::vector<const Node*> result;
    for (const At& place : places) result.push_back(place.in(*module_));
    return result;
  }

  Module* module_;
};

}  // namespace nnc::ir
