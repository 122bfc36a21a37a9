// Writing typed scalar expressions, tensors and definitions into a program.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "compiler/sema/program.h"

namespace nnc::sema {

class Equations {
 public:
  explicit Equations(Program& program) : program_(program) {}

  Program& program() const { return program_; }

  const Expr* number(double value, Type type, Span span = {});
  const Expr* index(const Index* index, Span span = {});
  const Expr* read(const Tensor* tensor, std::vector<const Expr*> at, Span span = {});
  /// The operands are of types that the function takes. Adding the literal 0, exclusive or with it and multiplying by
  /// the literal 1 give the other operand.
  const Expr* apply(Op op, std::vector<const Expr*> operands, Span span = {});
  const Expr* reduce(Expr::Reducer reducer, std::vector<const Index*> over, const Expr* body, Span span = {});
  /// The expression as the other type: exact arithmetic on integers becomes arithmetic on reals, down to its leaves.
  const Expr* convert(const Expr* expr, Type type);
  /// The expression at one point of those indices.
  const Expr* at_point(const Expr* expr, const std::vector<const Index*>& indices, const std::vector<int64_t>& point);
  /// base + offset, for places.
  const Expr* plus(const Expr* base, int64_t offset);

  /// The row-major place in one dimension: (i * d1 + j) * d2 + k; 0 for rank 0.
  const Expr* row(const Shape& shape, const std::vector<const Expr*>& at);

  const Index* new_index(std::string name, int64_t extent);
  /// A tensor of that name, or of the first free `<name>_2`, `<name>_3`, ….
  Tensor* new_tensor(const std::string& name, Shape shape, Type type, Role role, Span span);
  void rename(const Tensor* tensor, const std::string& name);
  Tensor* mutable_tensor(const Tensor* tensor) const { return const_cast<Tensor*>(tensor); }

  size_t size() const { return program_.exprs.size(); }

  /// While it lives, tensors are made by that use. No equations, or no name: it changes nothing.
  class Within {
   public:
    Within(Equations* equations, const std::string& name, Span span, bool is_block);
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;
    ~Within();

   private:
    Equations* equations_;
    const Call* around_ = nullptr;
  };

 private:
  const Expr* push(Expr expr);
  std::string unique(const std::string& name);

  Program& program_;
  std::unordered_set<std::string> names_;
  const Call* call_ = nullptr;  // that is being elaborated
};

/// The indices that the expressions use and do not bind, in the order in which they first occur.
std::vector<const Index*> free_indices(const std::vector<const Expr*>& roots);
/// Whether the expression, written out as a tree, has more than `size` nodes.
bool is_larger_than(const Expr* expr, int size);
/// Whether one of them reads the tensor.
bool read_tensor(const std::vector<const Expr*>& exprs, const Tensor* tensor);
/// Whether a tensor that differs from sample to sample is read.
bool reads_samples(const Expr* expr);
/// Whether something is read that a layer has passed on, rounded.
bool reads_layers(const Expr* expr);
/// The type that the expression is rounded to; of numbers alone, nothing.
std::optional<scalar::Format> format_of(const Expr* expr);
/// The type of all of them, numbers that it holds among them; nothing where they differ.
std::optional<scalar::Format> format_of(const std::vector<const Expr*>& exprs);

}  // namespace nnc::sema
