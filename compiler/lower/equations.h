// Definitions as equations.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/sema/program.h"

namespace nnc::lower {

/// Writes definitions into a module, one after the other. A tensor has N as its first dimension if it depends on the
/// samples, or was said to.
class Equations {
 public:
  explicit Equations(ir::Module& module) : module_(module) {}

  /// A tensor that no definition writes: an input, a param, a state.
  ir::Tensor* declare(const sema::Tensor& tensor, const std::string& name, ir::Role role, bool has_samples);
  /// The tensor's values differ from sample to sample, even if they do not depend on them.
  void give_samples(const sema::Tensor* tensor) { with_samples_.insert(tensor); }
  void define(const sema::Definition& definition, const std::string& name);
  /// The tensor, which has been declared or defined; a constant is declared when it is first wanted.
  ir::Tensor* of(const sema::Tensor* tensor);
  /// to = from, place by place.
  void copy(ir::Tensor* to, ir::Tensor* from, Span span);

 private:
  using Names = std::unordered_map<const sema::Index*, const ir::Index*>;

  void piece(const sema::Piece& piece, ir::Tensor* out, bool is_whole);
  Names names_of(const sema::Piece& piece);
  bool reads_samples(const sema::Expr* expr);
  const ir::Node* node(const sema::Expr* expr);
  const ir::Node* make_node(const sema::Expr* expr);
  const ir::Node* reduction(const sema::Expr* expr);
  bool reduces_in_place(const sema::Piece& piece);

  ir::Module& module_;
  std::unordered_map<const sema::Tensor*, ir::Tensor*> tensors_;
  std::unordered_set<const sema::Tensor*> with_samples_;

  // Of the piece being written.
  std::string out_name_;
  Span span_;
  Names indices_;
  std::vector<const sema::Index*> order_;  // the indices of the piece and of its reductions, the outermost first
  const ir::Index* samples_index_ = nullptr;
  std::unordered_map<const sema::Expr*, const ir::Node*> nodes_;
};

}  // namespace nnc::lower
