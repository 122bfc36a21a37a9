#include "compiler/kernel/scatter.h"

#include <algorithm>
#include <set>

#include "compiler/kernel/affine.h"
#include "compiler/kernel/equations.h"
#include "compiler/kernel/interval.h"
#include "compiler/kernel/nest.h"
#include "compiler/kernel/recognise.h"

namespace nnc::kernel {

using ir::Equation;
using ir::Node;
using ir::Tensor;

namespace {

/// What costs too much to be computed twice: reductions, gathers from parameters, functions that are not one
/// instruction.
bool is_dear(const Node* node) {
  using scalar::Op;
  static const std::set<Op> kCheap = {
      Op::add,    Op::subtract,   Op::multiply,    Op::negate,     Op::abs,          Op::max,         Op::min,
      Op::floor,  Op::ceil,       Op::round,       Op::fract,      Op::select,       Op::equal,       Op::not_equal,
      Op::less,   Op::less_equal, Op::logical_and, Op::logical_or, Op::exclusive_or, Op::logical_not, Op::bit,
      Op::to_int, Op::to_u32,     Op::to_real,     Op::mod};
  if (node->kind == Node::Kind::apply && !kCheap.contains(node->op)) return true;
  if (node->kind == Node::Kind::read && node->tensor->role == ir::Role::param) return true;
  return std::any_of(node->args.begin(), node->args.end(), is_dear);
}

class ScatterBuilder {
 public:
  ScatterBuilder(Program& program, const std::vector<Equation>& equations) : program_(program), equations_(equations) {
    for (const Equation& e : program.module.equations) writers_[e.out].push_back(&e);
  }

  void run() {
    std::vector<std::vector<const Equation*>> bundles;
    for (const Equation& e : equations_) {
      auto same = [&](const std::vector<const Equation*>& bundle) {
        return bundle[0]->out == e.out && extents(*bundle[0]) == extents(e);
      };
      auto bundle = std::find_if(bundles.begin(), bundles.end(), same);
      if (bundle == bundles.end()) bundle = bundles.insert(bundles.end(), std::vector<const Equation*>());
      bundle->push_back(&e);
    }
    for (const auto& bundle : bundles) build(bundle);
  }

 private:
  static std::vector<int64_t> extents(const Equation& equation) {
    std::vector<int64_t> sizes;
    for (const ir::Index* i : kept_indices(equation)) sizes.push_back(i->extent.size);
    return sizes;
  }

  void build(const std::vector<const Equation*>& bundle) {
    NestBuilder nest(program_, true);
    copies_.clear();
    for (const Equation* e : bundle) make_what_it_reads(*e, nest);
    for (const Equation* e : bundle) nest.add(of_copies(*e), Store::scatter);
    Scatter scatter{nest.nest(), nullptr};
    scatter.nest.name = bundle[0]->out->name;
    scatter.nest.span = bundle[0]->span;
    find_axis(scatter);
    program_.scatters.push_back(std::move(scatter));
  }

  /// Computes cheap values again, as tensors of their own, and keeps the others' buffers.
  void make_what_it_reads(const Equation& equation, NestBuilder& nest) {
    std::vector<Tensor*> read;
    for_each_read(equation, [&](const Node* r) {
      if (r->tensor->has_samples() && std::find(read.begin(), read.end(), r->tensor) == read.end())
        read.push_back(r->tensor);
    });
    for (Tensor* tensor : read) {
      if (copies_.contains(tensor)) continue;
      if (!can_be_made_again(tensor)) {
        copies_[tensor] = tensor;
        program_.buffers[static_cast<size_t>(program_.storage.at(tensor).buffer)].kept = true;
        continue;
      }
      for (const Equation* writer : writers_[tensor]) make_what_it_reads(*writer, nest);
      copies_[tensor] = copy_of(*tensor);
      for (const Equation* writer : writers_[tensor]) nest.add(of_copies(*writer), Store::set);
    }
  }

  Tensor* copy_of(const Tensor& tensor) {
    Tensor* copy = program_.module.tensor(tensor.name, tensor.shape, tensor.type, tensor.role, tensor.span);
    copy->name = tensor.name;  // in another function: the name means the same
    program_.storage[copy] = {Place::tile, static_cast<int>(program_.buffers.size()), 0, row_major_strides(tensor)};
    program_.buffers.push_back({copy->name, elements(tensor), tensor.type});
    return copy;
  }

  /// The equation with copies in the places of what is computed again.
  Equation of_copies(Equation equation) {
    equation = substitute(program_.module, std::move(equation), [&](const Node* node) -> const Node* {
      if (node->kind != Node::Kind::read) return nullptr;
      auto copy = copies_.find(node->tensor);
      if (copy == copies_.end() || copy->second == node->tensor) return nullptr;
      std::vector<const Node*> at;
      for (const Node* a : node->args) at.push_back(of_copies(a));
      return program_.module.read(copy->second, at);
    });
    if (auto copy = copies_.find(equation.out); copy != copies_.end()) equation.out = copy->second;
    return equation;
  }
  const Node* of_copies(const Node* node) {
    Equation place;
    place.body = node;
    return of_copies(place).body;
  }

  bool can_be_made_again(const Tensor* tensor) const {
    auto writers = writers_.find(tensor);
    if (writers == writers_.end()) return false;
    return std::all_of(writers->second.begin(), writers->second.end(), [](const Equation* e) {
      return e->combine == ir::Combine::set && reduced_indices(*e).empty() && !is_dear(e->body);
    });
  }

  /// The outermost loop of the scatters whose values select rows that never meet, for all statements together.
  void find_axis(Scatter& scatter) {
    for (const Group& group : scatter.nest.groups) {
      for (const ir::Index* axis : group.over) {
        if (splits(scatter.nest, axis)) {
          scatter.axis = axis;
          for (Group& g : scatter.nest.groups) std::erase(g.over, axis);
          return;
        }
      }
    }
  }

  bool splits(const Nest& nest, const ir::Index* axis) {
    Meanings meanings = meanings_of(program_.module, nest);
    bool any = false;
    for (const Group& group : nest.groups) {
      for (const Statement& s : group.statements) {
        if (s.store != Store::scatter) continue;
        if (std::find(s.equation.over.begin(), s.equation.over.end(), axis) == s.equation.over.end()) return false;
        if (!disjoint_along(s.equation.at[0], axis, meanings)) return false;
        any = true;
      }
    }
    return any;
  }

  Program& program_;
  const std::vector<Equation>& equations_;
  std::map<const Tensor*, std::vector<const Equation*>> writers_;
  std::map<const Tensor*, Tensor*> copies_;  // of the bundle at hand; a kept tensor is its own
};

}  // namespace

void add_scatters(Program& program, const std::vector<Equation>& equations) {
  ScatterBuilder(program, equations).run();
}

}  // namespace nnc::kernel
