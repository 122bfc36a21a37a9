#include "compiler/passes/scalarise.h"

#include <functional>

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"
#include "compiler/passes/form.h"

namespace nnc::passes {

using ir::Equation;
using ir::Module;
using ir::Node;
using ir::Role;
using ir::Tensor;

namespace {

class Scalarise {
 public:
  explicit Scalarise(Module& module) : module_(module), results_(results(module)) {}

  void run() {
    for (const Equation& equation : module_.equations) {
      see(equation.out, equation.at, is_recurrence(equation));
      for (const Node* read : ir::reads(equation)) see(read->tensor, read->args, is_recurrence(equation));
    }
    for (Equation& equation : module_.equations) {
      for (const Node*& place : equation.at) place = in_pieces(place);
      equation.body = in_pieces(equation.body);
      if (!has_piece(equation.out)) continue;
      Tensor* whole = equation.out;
      equation.out = piece_of(whole, equation.at);
      equation.at = kept_places(whole, equation.at);
      written_.insert(equation.out);
    }
    settle_sums(module_);
  }

 private:
  void see(const Tensor* tensor, const std::vector<const Node*>& at, bool stays) {
    std::vector<bool>& goes = goes_.emplace(tensor, std::vector<bool>(tensor->rank(), true)).first->second;
    bool is_private =
        (tensor->role == Role::value || tensor->role == Role::constant) && !results_.contains(tensor) && !stays;
    for (size_t d = 0; d < at.size(); ++d) {
      if (!is_private || at[d]->kind != Node::Kind::constant) goes[d] = false;
    }
  }

  bool has_piece(const Tensor* tensor) const {
    const std::vector<bool>& goes = goes_.at(tensor);
    return std::find(goes.begin(), goes.end(), true) != goes.end();
  }

  /// The reads of the expression, of pieces. A piece that nothing has written is 0.
  const Node* in_pieces(const Node* root) {
    std::function<const Node*(const Node*)> in_piece = [&](const Node* node) -> const Node* {
      if (node->kind != Node::Kind::read || !has_piece(node->tensor)) return nullptr;
      Tensor* piece = piece_of(node->tensor, node->args);
      if (piece->role == Role::value && !written_.contains(piece)) return module_.constant(0, node->type);
      std::vector<const Node*> at;
      for (const Node* place : kept_places(node->tensor, node->args)) {
        at.push_back(ir::substitute(module_, place, in_piece));
      }
      return module_.read(piece, std::move(at));
    };
    return ir::substitute(module_, root, in_piece);
  }

  std::vector<const Node*> kept_places(const Tensor* tensor, const std::vector<const Node*>& at) const {
    std::vector<const Node*> kept;
    for (size_t d = 0; d < at.size(); ++d) {
      if (!goes_.at(tensor)[d]) kept.push_back(at[d]);
    }
    return kept;
  }

  /// The tensor without the dimensions that go, at these constants.
  Tensor* piece_of(Tensor* whole, const std::vector<const Node*>& at) {
    const std::vector<bool>& goes = goes_.at(whole);
    std::vector<int64_t> numbers;
    for (size_t d = 0; d < at.size(); ++d) {
      if (goes[d]) numbers.push_back(static_cast<int64_t>(at[d]->number));
    }
    Tensor*& piece = pieces_[{whole, numbers}];
    if (!piece) piece = new_piece(whole, at);
    return piece;
  }

  /// w[·, ·, 0] is w_0. Where only dimensions of size 1 go, the tensor itself is left without them.
  Tensor* new_piece(Tensor* whole, const std::vector<const Node*>& at) {
    std::vector<ir::Extent> shape;
    std::string name = whole->name;
    for (size_t d = 0; d < at.size(); ++d) {
      if (!goes_.at(whole)[d]) {
        shape.push_back(whole->shape[d]);
      } else if (whole->shape[d].size > 1) {
        name += "_" + std::to_string(static_cast<int64_t>(at[d]->number));
      }
    }
    if (name == whole->name) {
      whole->shape = std::move(shape);
      return whole;
    }
    Tensor* piece = module_.tensor(name, std::move(shape), whole->type, whole->role, whole->span);
    piece->rounding = whole->rounding;
    if (whole->role == Role::constant) piece->data = slice(*whole, at);
    return piece;
  }

  /// The numbers of a table at these constants, in all dimensions that stay.
  std::vector<double> slice(const Tensor& table, const std::vector<const Node*>& at) const {
    std::vector<size_t> places = {0};
    for (size_t d = 0; d < at.size(); ++d) {
      bool goes = goes_.at(&table)[d];
      size_t size = static_cast<size_t>(table.shape[d].size), first = goes ? static_cast<size_t>(at[d]->number) : 0;
      std::vector<size_t> next;
      for (size_t place : places) {
        for (size_t i = first; i < (goes ? first + 1 : size); ++i) next.push_back(place * size + i);
      }
      places = std::move(next);
    }
    std::vector<double> numbers;
    for (size_t place : places) numbers.push_back(table.data[place]);
    return numbers;
  }

  Module& module_;
  std::unordered_set<const Tensor*> results_;
  std::unordered_map<const Tensor*, std::vector<bool>> goes_;  // by dimension
  std::map<std::pair<const Tensor*, std::vector<int64_t>>, Tensor*> pieces_;
  std::set<const Tensor*> written_;
};

}  // namespace

void scalarise(Module& module) { Scalarise(module).run(); }

}  // namespace nnc::passes
