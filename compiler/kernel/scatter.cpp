#include "compiler/kernel/scatter.h"

#include <algorithm>
#include <optional>
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
    for (const Equation& e : program.module.equations) {
      writers_[e.out].push_back(&e);
      for_each_read(e, [&](const Node* read) {
        if (is_by_address(*read)) by_address_.insert(read->tensor);
      });
    }
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
    for (const auto& bundle : bundles) program_.scatters.push_back(built(bundle));
    for (const auto& bundle : bundles) keep_one_owner(bundle[0]->out);
  }

 private:
  static std::vector<int64_t> extents(const Equation& equation) {
    std::vector<int64_t> sizes;
    for (const ir::Index* i : kept_indices(equation)) sizes.push_back(i->extent.size);
    return sizes;
  }

  /// True if the sample decides which element is read.
  static bool is_by_address(const Node& read) {
    return std::any_of(read.args.begin(), read.args.end(),
                       [](const Node* a) { return a->kind != Node::Kind::index && reads_samples(a); });
  }

  /// Scatters of one tensor that may write to the same rows become one, which one worker does.
  void keep_one_owner(const Tensor* out) {
    std::vector<Interval> rows;
    std::vector<const Equation*> all;
    for (const Scatter& scatter : program_.scatters) {
      if (out_of(scatter) == out) rows.push_back(rows_of(scatter));
    }
    std::sort(rows.begin(), rows.end(), [](Interval a, Interval b) { return a.low < b.low; });
    bool meet = std::adjacent_find(rows.begin(), rows.end(), [](Interval a, Interval b) { return b.low <= a.high; }) !=
                rows.end();
    if (!meet) return;
    for (const Equation& e : equations_) {
      if (e.out == out) all.push_back(&e);
    }
    std::erase_if(program_.scatters, [&](const Scatter& scatter) { return out_of(scatter) == out; });
    program_.scatters.push_back(built(all));
  }

  static const Tensor* out_of(const Scatter& scatter) {
    return scatter.nest.groups.back().statements.back().equation.out;  // scatters stand behind what they read
  }

  /// From the first to the last row that a scatter may write to.
  Interval rows_of(const Scatter& scatter) {
    Meanings meanings = meanings_of(program_.module, scatter.nest);
    std::optional<Interval> rows;
    for (const Group& group : scatter.nest.groups) {
      for (const Statement& s : group.statements) {
        if (s.store != Store::scatter) continue;
        for (int64_t point = 0; point < (scatter.axis ? scatter.axis->extent.size : 1); ++point) {
          std::map<const ir::Index*, int64_t> fixed;
          if (scatter.axis) fixed[scatter.axis] = point;
          Interval own = interval(s.equation.at[0], meanings, fixed);
          rows = rows ? Interval{std::min(rows->low, own.low), std::max(rows->high, own.high)} : own;
        }
      }
    }
    return *rows;
  }

  Scatter built(const std::vector<const Equation*>& bundle) {
    NestBuilder nest(program_, true);
    copies_.clear();
    for (const Equation* e : bundle) make_what_it_reads(*e, nest);
    for (const Equation* e : bundle) nest.add(of_copies(*e), Store::scatter);
    Scatter scatter{nest.nest(), nullptr};
    scatter.nest.name = bundle[0]->out->name;
    scatter.nest.span = bundle[0]->span;
    find_axis(scatter);
    return scatter;
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
      if (const std::string_view why = why_kept(tensor); !why.empty()) {
        Buffer& buffer = program_.buffers[static_cast<size_t>(program_.storage.at(tensor).buffer)];
        buffer.kept = true;
        buffer.why_kept = why;
        copies_[tensor] = tensor;
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

  /// Empty where it is cheap to compute again.
  std::string_view why_kept(const Tensor* tensor) const {
    auto writers = writers_.find(tensor);
    if (writers == writers_.end()) return "from the caller's rows";
    if (by_address_.contains(tensor)) return "a sample selects what is read of it: an address needs a buffer";
    for (const Equation* e : writers->second) {
      if (e->combine != ir::Combine::set || !reduced_indices(*e).empty()) return "a sum is dear to compute again";
      if (is_dear(e->body)) return "dear to compute again";
    }
    if (!is_covered(program_.module, *tensor)) return "a part of it is zero, which no equation writes";
    return "";
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
    if (!has_all_it_reads(nest, axis)) return false;
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

  /// True if what is made for one value of the axis is read at that value alone.
  static bool has_all_it_reads(const Nest& nest, const ir::Index* axis) {
    std::vector<const Equation*> equations;
    for (const Group& group : nest.groups) {
      for (const Statement& s : group.statements) equations.push_back(&s.equation);
    }
    std::map<const Tensor*, std::vector<std::pair<size_t, const Node*>>> made_at;  // dimensions, and places in them
    for (const Equation* e : equations) {
      if (is_scatter(*e) || std::find(e->over.begin(), e->over.end(), axis) == e->over.end()) continue;
      auto& places = made_at[e->out];
      for (size_t d = 0; d < e->at.size(); ++d) {
        if (uses(e->at[d], axis)) places.emplace_back(d, e->at[d]);
      }
    }
    bool has_all = true;
    for (const Equation* e : equations) {
      for_each_read(*e, [&](const Node* read) {
        auto places = made_at.find(read->tensor);
        if (places == made_at.end()) return;
        for (const auto& [d, place] : places->second) has_all = has_all && read->args[d] == place;
      });
    }
    return has_all;
  }

  Program& program_;
  const std::vector<Equation>& equations_;
  std::map<const Tensor*, std::vector<const Equation*>> writers_;
  std::set<const Tensor*> by_address_;
  std::map<const Tensor*, Tensor*> copies_;  // of the bundle at hand; a kept tensor is its own
};

}  // namespace

void sum_before_scatters(ir::Module& module) {
  for (size_t e = 0; e < module.equations.size(); ++e) {
    Equation scatter = module.equations[e], sum = scatter;
    const auto reduced = reduced_indices(scatter);
    if (!is_scatter(scatter) || reduced.empty()) continue;
    std::erase_if(scatter.over, [&](const ir::Index* index) {
      return std::find(reduced.begin(), reduced.end(), index) != reduced.end();
    });
    std::stable_partition(scatter.over.begin(), scatter.over.end(),
                          [](const ir::Index* index) { return index->extent.is_samples(); });
    std::vector<ir::Extent> shape;
    sum.at.clear();
    for (const ir::Index* index : scatter.over) {
      shape.push_back(index->extent);
      sum.at.push_back(module.value_of(index));
    }
    sum.combine = ir::Combine::sum;
    sum.out = module.tensor(scatter.out->name + "_share", shape, ir::Type::real, ir::Role::value, scatter.span);
    scatter.body = module.read(sum.out, sum.at);
    module.equations[e] = scatter;
    module.equations.insert(module.equations.begin() + static_cast<std::ptrdiff_t>(e), sum);
    ++e;
  }
}

void add_scatters(Program& program, const std::vector<Equation>& equations) {
  ScatterBuilder(program, equations).run();
}

}  // namespace nnc::kernel
