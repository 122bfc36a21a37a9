// The walk over the equations, last to first. When an equation's turn comes, everything that reads its tensor has had
// its own, so that the tensor's adjoint is complete.
#include "compiler/autodiff/gradients.h"

#include <algorithm>

#include "compiler/autodiff/prepare.h"
#include "compiler/autodiff/reverse_body.h"
#include "compiler/ir/walk.h"

namespace nnc::autodiff {
namespace {

using ir::Combine;
using ir::Equation;
using ir::Expr;
using ir::Extent;
using ir::Index;
using ir::Node;
using ir::Tensor;
using scalar::Op;

/// Every place of a tensor: indices and their values.
struct Box {
  std::vector<const Index*> over;
  std::vector<const Node*> at;
};

Box whole(ir::Module& module, const Tensor& tensor) {
  Box box;
  for (size_t d = 0; d < tensor.rank(); ++d) {
    std::string name = d == 0 && tensor.has_samples() ? "b" : "i" + std::to_string(d);
    box.over.push_back(module.index(std::move(name), tensor.shape[d]));
    box.at.push_back(module.value_of(box.over.back()));
  }
  return box;
}

class Walk {
 public:
  Walk(ir::Module& module, const std::vector<Seed>& seeds, TensorSet active)
      : module_(module), seeds_(seeds), active_(std::move(active)) {}

  void run() {
    const std::vector<Equation> equations = module_.equations;
    std::vector<size_t> begins;
    for (size_t begin = 0; begin < equations.size(); begin = ir::group_end(equations, begin)) begins.push_back(begin);
    for (size_t g = begins.size(); g-- > 0;) {
      size_t end = g + 1 < begins.size() ? begins[g + 1] : equations.size();
      begin_recurrent(equations, begins[g], end);
      for (size_t i = end; i-- > begins[g];) adjoint_of(equations[i].out);
      for (size_t i = end; i-- > begins[g];) reverse(turned(equations[i]));
    }
  }

  /// The tensor's adjoint, complete if its turn has come; null if it is zero.
  Tensor* adjoint_of(Tensor* tensor) {
    for (const Seed& seed : seeds_) {
      if (seed.of != tensor || !active_.contains(tensor) || !seeded_.insert(&seed).second) continue;
      if (adjoints_.contains(tensor)) {
        add_seed(seed);
      } else {
        adjoints_[tensor] = seed.adjoint;
      }
    }
    auto found = adjoints_.find(tensor);
    return found == adjoints_.end() ? nullptr : found->second;
  }

 private:
  void add(Tensor* tensor, std::vector<const Node*> at, const Node* value, std::vector<const Index*> over, Span span) {
    auto found = adjoints_.find(tensor);
    if (found == adjoints_.end() || is_seed(found->second)) begin(tensor);
    module_.equations.push_back({adjoints_.at(tensor), std::move(at), Combine::sum, value, std::move(over), span});
  }

  /// A new adjoint, which takes over from a seed that has served as one so far.
  void begin(Tensor* tensor) {
    auto found = adjoints_.find(tensor);
    Tensor* seed = found == adjoints_.end() ? nullptr : found->second;
    adjoints_[tensor] =
        module_.tensor("d_" + tensor->name, tensor->shape, ir::Type::real, ir::Role::value, tensor->span);
    if (seed) add_seed({tensor, seed});
  }

  void add_seed(const Seed& seed) {
    Box box = whole(module_, *seed.of);
    add(seed.of, box.at, module_.read(seed.adjoint, box.at), box.over, seed.of->span);
  }

  /// Around an ordered index a value's adjoint may be read before the equation that first adds to it.
  void begin_recurrent(const std::vector<Equation>& equations, size_t first, size_t end) {
    if (!ir::ordered_index(equations[first])) return;
    TensorSet written;
    for (size_t i = first; i < end; ++i) written.insert(equations[i].out);
    for (size_t i = first; i < end; ++i) {
      if (!active_.contains(equations[i].out)) continue;
      for (const Node* read : differentiable_reads(equations[i])) {
        bool is_recurrent = active_.contains(read->tensor) && written.contains(read->tensor);
        if (is_recurrent && !adjoints_.contains(read->tensor)) begin(read->tensor);
      }
    }
  }

  bool is_seed(const Tensor* adjoint) const {
    return std::any_of(seeds_.begin(), seeds_.end(), [&](const Seed& seed) { return seed.adjoint == adjoint; });
  }

  /// Same domain, sides swapped.
  void reverse(const Equation& equation) {
    Tensor* adjoint = adjoint_of(equation.out);
    if (!adjoint) return;
    Expr g{&module_, module_.read(adjoint, equation.at)};
    if (equation.combine == Combine::prod) g = g * product_of_others(equation);
    for (const Contribution& contribution : reverse_body(equation, g, active_)) {
      if (is_zero(contribution.value)) continue;
      add(contribution.read->tensor, contribution.read->args, contribution.value.node, equation.over, equation.span);
    }
  }

  static bool is_zero(Expr value) { return value.node->kind == Node::Kind::constant && value.node->number == 0; }

  /// The equation with its ordered index running downwards: t becomes last - t_back.
  Equation turned(Equation equation) {
    const Index* forth = ir::ordered_index(equation);
    if (!forth) return equation;
    const Index* back = module_.index(forth->name + "_back", forth->extent, true);
    const Node* from_end = (last(forth->extent) - Expr{&module_, module_.value_of(back)}).node;
    auto turn = [&](const Node* node) {
      bool is_forth = node->kind == Node::Kind::index && node->index == forth;
      return is_forth ? from_end : nullptr;
    };
    std::replace(equation.over.begin(), equation.over.end(), forth, back);
    for (const Node*& place : equation.at) place = ir::substitute(module_, place, turn);
    equation.body = ir::substitute(module_, equation.body, turn);
    return equation;
  }

  /// The last value of an index.
  Expr last(Extent extent) {
    if (!extent.is_samples()) return {&module_, module_.constant(static_cast<double>(extent.size - 1), ir::Type::i32)};
    return ir::apply(Op::to_int, {{&module_, module_.samples()}}) - 1.0;
  }

  /// y[b] *= x[b, i]: what the other points give,
  ///   y_others[b, i] *= select(i == i_2, 1, x[b, i_2])   over b: N, i: 32, i_2: 32
  Expr product_of_others(const Equation& equation) {
    std::vector<Extent> shape;
    std::vector<const Node*> at;
    std::vector<const Index*> over = equation.over;
    std::unordered_map<const Node*, const Node*> others;
    std::optional<Expr> is_same;
    for (const Index* index : equation.over) {
      shape.push_back(index->extent);
      at.push_back(module_.value_of(index));
      bool is_place = std::find(equation.at.begin(), equation.at.end(), at.back()) != equation.at.end();
      if (is_place) continue;
      over.push_back(another(*index, over));
      others[at.back()] = module_.value_of(over.back());
      Expr equal = Expr{&module_, at.back()} == Expr{&module_, others[at.back()]};
      is_same = is_same ? *is_same && equal : equal;
    }
    const Node* factor = ir::substitute(module_, equation.body, [&](const Node* node) {
      auto found = others.find(node);
      return found == others.end() ? nullptr : found->second;
    });
    const Node* body =
        is_same ? select(*is_same, 1.0, Expr{&module_, factor}).node : module_.constant(1, ir::Type::real);
    Tensor* tensor = module_.tensor(equation.out->name + "_others", std::move(shape), ir::Type::real, ir::Role::value,
                                    equation.span);
    module_.equations.push_back({tensor, at, Combine::prod, body, std::move(over), equation.span});
    return {&module_, module_.read(tensor, std::move(at))};
  }

  /// An index like this one whose name the domain does not have.
  const Index* another(const Index& index, const std::vector<const Index*>& over) {
    std::string name;
    auto is_taken = [&](const Index* other) { return other->name == name; };
    int suffix = 2;
    do name = index.name + "_" + std::to_string(suffix++);
    while (std::any_of(over.begin(), over.end(), is_taken));
    return module_.index(name, index.extent);
  }

  ir::Module& module_;
  const std::vector<Seed>& seeds_;
  TensorSet active_;
  std::unordered_map<const Tensor*, Tensor*> adjoints_;
  std::unordered_set<const Seed*> seeded_;
};

}  // namespace

Gradient gradients(ir::Module& module, const std::vector<Seed>& seeds, const std::vector<Tensor*>& with_respect_to) {
  TensorSet from(with_respect_to.begin(), with_respect_to.end()), to;
  for (const Seed& seed : seeds) to.insert(seed.of);
  prepare(module, between(module, from, to));
  Walk walk(module, seeds, between(module, from, to));
  walk.run();
  Gradient gradient;
  for (Tensor* tensor : with_respect_to) {
    Tensor* adjoint = walk.adjoint_of(tensor);
    gradient[tensor] = adjoint ? adjoint : filled(module, *tensor, "d_" + tensor->name, 0);
  }
  return gradient;
}

Tensor* filled(ir::Module& module, const Tensor& like, std::string name, double number) {
  Tensor* tensor = module.tensor(std::move(name), like.shape, ir::Type::real, ir::Role::value, like.span);
  Box box = whole(module, like);
  module.equations.push_back(
      {tensor, box.at, Combine::set, module.constant(number, ir::Type::real), box.over, like.span});
  return tensor;
}

}  // namespace nnc::autodiff
