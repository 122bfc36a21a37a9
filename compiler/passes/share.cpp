// An equation is known by what it is with its indices numbered, in the order in which they stand in its places.
#include "compiler/passes/share.h"

#include <algorithm>

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"
#include "compiler/passes/form.h"

namespace nnc::passes {

using ir::Equation;
using ir::Index;
using ir::Module;
using ir::Node;
using ir::Tensor;

namespace {

/// A tensor without its name: type, rounding, shape, and its contributions in order.
struct Meaning {
  ir::Type type;
  std::optional<scalar::Format> rounding;
  std::vector<int64_t> shape;
  std::vector<std::vector<const Node*>> contributions;  // places, then the body
  std::vector<ir::Combine> combines;
  std::vector<std::vector<int64_t>> domains;
  friend bool operator==(const Meaning&, const Meaning&) = default;
};

class Share {
 public:
  explicit Share(Module& module) : module_(module), results_(results(module)) {}

  void run() {
    for (const Equation& equation : module_.equations) ++missing_[equation.out];
    std::vector<Equation> kept;
    for (Equation& equation : module_.equations) {
      for (const Node*& place : equation.at) place = of_first(place);
      equation.body = of_first(equation.body);
      Tensor* out = equation.out;
      kept.push_back(std::move(equation));
      if (--missing_[out] == 0) meet(out, kept);
    }
    module_.equations = std::move(kept);
  }

 private:
  /// The tensor's contributions are complete: if an equal one is known, it goes. Equal ones have equal outlines, so
  /// that most tensors need no closer look.
  void meet(Tensor* tensor, std::vector<Equation>& equations) {
    if (results_.contains(tensor)) return;
    std::vector<Candidate>& alike = candidates_[outline_of(equations.back())];
    if (alike.empty()) {
      alike.push_back({tensor, std::nullopt});
      return;
    }
    std::optional<Meaning> meaning = meaning_of(tensor, equations);
    if (!meaning) return;
    for (Candidate& candidate : alike) {
      if (!candidate.meaning) candidate.meaning = meaning_of(candidate.tensor, equations);
      if (candidate.meaning != meaning) continue;
      first_of_.emplace(tensor, candidate.tensor);
      std::erase_if(equations, [&](const Equation& equation) { return equation.out == tensor; });
      return;
    }
    alike.push_back({tensor, std::move(meaning)});
  }

  struct Candidate {
    Tensor* tensor;
    std::optional<Meaning> meaning;  // once it has been asked for
  };

  /// What can be seen of an equation without naming indices: the tensors that it reads and the functions it applies.
  static size_t outline_of(const Equation& equation) {
    size_t outline = equation.over.size();
    ir::visit(equation.body, [&](const Node* node) {
      bool is_read = node->kind == Node::Kind::read;
      outline += is_read ? std::hash<const Tensor*>()(node->tensor)
                         : (static_cast<size_t>(node->op) + 1) * 0x9e3779b97f4a7c15u;
    });
    return outline;
  }

  std::optional<Meaning> meaning_of(const Tensor* tensor, const std::vector<Equation>& equations) {
    Meaning meaning{tensor->type, tensor->rounding, {}, {}, {}, {}};
    for (ir::Extent extent : tensor->shape) meaning.shape.push_back(extent.size);
    for (const Equation& equation : equations) {
      if (equation.out != tensor) continue;
      if (is_recurrence(equation)) return std::nullopt;
      add_numbered(equation, meaning);
    }
    return meaning;
  }

  /// The equation with its indices called #0, #1, …: those of its places in their order, then those of its body.
  void add_numbered(const Equation& equation, Meaning& meaning) {
    IndexValues numbered;
    std::vector<int64_t> domain;
    auto number = [&](const Node* node) {
      if (node->kind != Node::Kind::index || numbered.contains(node->index)) return;
      const Index* index = module_.index("#" + std::to_string(numbered.size()), node->index->extent);
      numbered.emplace(node->index, module_.value_of(index));
      domain.push_back(node->index->extent.size);
    };
    for (const Node* place : equation.at) ir::visit(place, number);
    ir::visit(equation.body, number);
    for (const Index* index : equation.over) number(module_.value_of(index));
    std::vector<const Node*> nodes;
    for (const Node* place : equation.at) nodes.push_back(with_indices(module_, place, numbered));
    nodes.push_back(with_indices(module_, equation.body, numbered));
    meaning.contributions.push_back(std::move(nodes));
    meaning.combines.push_back(equation.combine);
    meaning.domains.push_back(std::move(domain));
  }

  const Node* of_first(const Node* root) {
    if (first_of_.empty()) return root;
    std::function<const Node*(const Node*)> of_first_read = [&](const Node* node) -> const Node* {
      if (node->kind != Node::Kind::read) return nullptr;
      auto found = first_of_.find(node->tensor);
      if (found == first_of_.end()) return nullptr;
      std::vector<const Node*> at;
      for (const Node* place : node->args) at.push_back(ir::substitute(module_, place, of_first_read));
      return module_.read(found->second, std::move(at));
    };
    return ir::substitute(module_, root, of_first_read);
  }

  Module& module_;
  std::unordered_set<const Tensor*> results_;
  std::unordered_map<const Tensor*, int> missing_;
  std::unordered_map<size_t, std::vector<Candidate>> candidates_;  // by outline
  std::unordered_map<const Tensor*, Tensor*> first_of_;
};

}  // namespace

void share(Module& module) { Share(module).run(); }

}  // namespace nnc::passes
