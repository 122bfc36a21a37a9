#include "compiler/passes/count.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "compiler/ir/walk.h"
#include "compiler/passes/form.h"
#include "compiler/rewrite/affine.h"

namespace nnc::passes {

using ir::Equation;
using ir::Index;
using ir::Node;
using ir::Op;

namespace {

void add(Count& sum, const Count& one, int64_t times) {
  sum.flop += one.flop * times;
  sum.transcendental += one.transcendental * times;
  sum.integer += one.integer * times;
  sum.selects += one.selects * times;
  sum.gathers += one.gathers * times;
}

bool is_arithmetic(Op op) {
  switch (op) {
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::negate:
    case Op::max:
    case Op::min:
    case Op::abs:
      return true;
    default:
      return false;
  }
}

/// The node itself, once, without what it is made of.
Count own_work(const Node* node) {
  Count one;
  if (node->kind == Node::Kind::read) {
    bool is_plain =
        std::all_of(node->args.begin(), node->args.end(), [](const Node* at) { return rewrite::affine(at); });
    one.gathers = !is_plain;
  } else if (node->kind == Node::Kind::apply && !rewrite::affine(node)) {
    one.transcendental = scalar::function(node->op).is_costly;
    one.selects = node->op == Op::select;
    bool is_real = node->type == ir::Type::real;
    one.flop = is_real && is_arithmetic(node->op);
    one.integer = !is_real && node->type != ir::Type::boolean && node->op != Op::select;
  }
  return one;
}

int64_t points(const std::vector<const Index*>& over) {
  int64_t product = 1;
  for (const Index* index : over) product *= index->extent.is_samples() ? 1 : index->extent.size;
  return product;
}

bool is_of_samples(const std::vector<const Index*>& over) {
  return std::any_of(over.begin(), over.end(), [](const Index* index) { return index->extent.is_samples(); });
}

class Counter {
 public:
  Counter(Sharing sharing, const std::set<const ir::Tensor*>& begun)
      : sharing_(sharing), written_(begun.begin(), begun.end()) {}

  void see(const Equation& equation) {
    if (!is_of_samples(equation.over)) return;
    if (sharing_ != Sharing::nest) counted_.clear();
    for (const Node* place : equation.at) see_nodes(place, equation);
    see_nodes(equation.body, equation);
    see_combination(equation);
  }

  Count total() const { return total_; }

 private:
  void see_nodes(const Node* root, const Equation& equation) {
    if (sharing_ == Sharing::none) return add(total_, as_tree(root), points(equation.over));
    ir::visit(root, [&](const Node* node) {
      if (!counted_.insert(node).second) return;
      if (sharing_ == Sharing::equation) return add(total_, own_work(node), points(equation.over));
      std::vector<const Index*> own;
      for (const Index* index : equation.over) {
        if (uses(node, index)) own.push_back(index);
      }
      if (is_of_samples(own)) add(total_, own_work(node), points(own));
    });
  }

  Count as_tree(const Node* node) {
    auto [found, is_new] = trees_.emplace(node, Count());
    if (!is_new) return found->second;
    Count tree = own_work(node);
    for (const Node* arg : node->args) add(tree, as_tree(arg), 1);
    return trees_[node] = tree;
  }

  /// What adding up costs: nothing for the first number that goes to a place of a sample.
  void see_combination(const Equation& equation) {
    bool is_first = written_.insert(equation.out).second;
    if (equation.combine == ir::Combine::set) return;
    int64_t all = points(equation.over), reduced = points(reduced_indices(equation));
    bool starts_here = is_first && equation.out->has_samples();
    if (equation.out->type == ir::Type::real) total_.flop += starts_here ? all - all / reduced : all;
  }

  Sharing sharing_;
  Count total_;
  std::unordered_set<const Node*> counted_;
  std::unordered_map<const Node*, Count> trees_;
  std::unordered_set<const ir::Tensor*> written_;
};

}  // namespace

Count& Count::operator+=(const Count& other) {
  add(*this, other, 1);
  return *this;
}

Count count(const ir::Module& module, Sharing sharing) {
  std::vector<const Equation*> all;
  for (const Equation& equation : module.equations) all.push_back(&equation);
  return count(all, sharing);
}

Count count(const std::vector<const Equation*>& equations, Sharing sharing, const std::set<const ir::Tensor*>& begun) {
  Counter counter(sharing, begun);
  for (const Equation* equation : equations) counter.see(*equation);
  return counter.total();
}

}  // namespace nnc::passes
