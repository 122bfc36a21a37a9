// An axis is an index together with the tensors and equations that must be cut with it. Axes are found from the
// equations that have a condition, and cut one after the other.
#include "compiler/passes/split.h"

#include <algorithm>
#include <optional>

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"
#include "compiler/passes/form.h"
#include "compiler/rewrite/affine.h"
#include "compiler/rewrite/constant.h"

namespace nnc::passes {

using ir::Combine;
using ir::Equation;
using ir::Index;
using ir::Module;
using ir::Node;
using ir::Role;
using ir::Tensor;

namespace {

constexpr int64_t kMostValues = 4096;  // of an index whose conditions are tried
constexpr size_t kMostPieces = 4;

/// The only index of a condition that is known at each of its values, or null. Who asks for bits of an index wants it
/// written out, not cut.
const Index* condition_index(const Node* node) {
  if (node->type != ir::Type::boolean || node->kind == Node::Kind::constant || !rewrite::is_known(node)) return nullptr;
  const Index* only = nullptr;
  bool is_one = true;
  ir::visit(node, [&](const Node* part) {
    if (part->kind == Node::Kind::apply && part->op == ir::Op::bit) is_one = false;
    if (part->kind != Node::Kind::index) return;
    if (only && only != part->index) is_one = false;
    only = part->index;
  });
  return is_one && only && !only->ordered && only->extent.size <= kMostValues ? only : nullptr;
}

/// The values of the index at which the condition is another than before.
std::set<int64_t> changes(const Node* condition, const Index* index) {
  std::set<int64_t> found;
  double before = rewrite::value_at(condition, {{index, 0}});
  for (int64_t i = 1; i < index->extent.size; ++i) {
    double value = rewrite::value_at(condition, {{index, i}});
    if (value != before) found.insert(i);
    before = value;
  }
  return found;
}

/// Where conditions on an index change.
using Cuts = std::map<const Index*, std::set<int64_t>>;

/// The cuts of equations; what a condition is worth is found out once.
class Conditions {
 public:
  Cuts cuts_of(const Equation& equation) {
    Cuts cuts;
    auto see = [&](const Node* node) {
      if (node->type != ir::Type::boolean) return;
      const Known& known = known_of(node);
      if (known.index && known.changes.size() < kMostPieces)
        cuts[known.index].insert(known.changes.begin(), known.changes.end());
    };
    ir::visit(equation.body, see);
    for (const Node* place : equation.at) {
      if (!plain_index(place)) ir::visit(place, see);
    }
    return cuts;
  }

 private:
  struct Known {
    const Index* index;
    std::set<int64_t> changes;
  };

  const Known& known_of(const Node* node) {
    auto [found, is_new] = known_.emplace(node, Known{nullptr, {}});
    if (is_new) {
      found->second.index = condition_index(node);
      if (found->second.index) found->second.changes = changes(node, found->second.index);
    }
    return found->second;
  }

  std::unordered_map<const Node*, Known> known_;
};

/// Every place where the equation writes or reads.
struct Access {
  Tensor* tensor;
  const std::vector<const Node*>* at;
};
std::vector<Access> accesses(const Equation& equation) {
  std::vector<Access> found = {{equation.out, &equation.at}};
  for (const Node* read : ir::reads(equation)) found.push_back({read->tensor, &read->args});
  return found;
}

/// The dimension at which the index stands plainly; nothing if it stands in none or several.
std::optional<size_t> dimension_of(const std::vector<const Node*>& at, const Index* index) {
  std::optional<size_t> found;
  for (size_t d = 0; d < at.size(); ++d) {
    if (plain_index(at[d]) != index) continue;
    if (found) return std::nullopt;
    found = d;
  }
  return found;
}

struct Axis {
  const Index* index;
  std::set<int64_t> cuts;
  std::set<size_t> equations;
  std::map<const Tensor*, size_t> tensors;  // cut along this dimension
};

class Split {
 public:
  explicit Split(Module& module) : module_(module), simplify_(module), results_(results(module)) {}

  void run() {
    while (std::optional<Axis> axis = next_axis()) cut(*axis);
    for (Equation& equation : module_.equations) decide_conditions(equation);
  }

 private:
  /// The first index of an equation with conditions that change, and all that hangs on it. What stands before an axis
  /// that has been cut has none left.
  std::optional<Axis> next_axis() {
    for (size_t& e = first_; e < module_.equations.size(); ++e) {
      if (is_recurrence(module_.equations[e])) continue;
      Cuts all_cuts = conditions_.cuts_of(module_.equations[e]);
      for (const Index* index : module_.equations[e].over) {
        const std::set<int64_t>& cuts = all_cuts[index];
        if (cuts.empty() || cuts.size() >= kMostPieces || left_whole_.contains(index)) continue;
        Axis axis = axis_of(e, index);
        if (axis.cuts.size() < kMostPieces && can_be_cut(axis)) return axis;
        left_whole_.insert(index);
      }
    }
    return std::nullopt;
  }

  Axis axis_of(size_t start, const Index* index) {
    Uses uses(module_);
    Axis axis{index, {}, {}, {}};
    std::vector<size_t> pending = {start};
    while (!pending.empty()) {
      size_t e = pending.back();
      pending.pop_back();
      if (!axis.equations.insert(e).second) continue;
      Cuts own = conditions_.cuts_of(module_.equations[e]);
      axis.cuts.merge(own[index]);
      for (const Access& access : accesses(module_.equations[e])) {
        auto dimension = dimension_of(*access.at, index);
        if (!dimension || axis.tensors.contains(access.tensor)) continue;
        if (!belongs_to(access.tensor, *dimension, index, uses)) continue;
        axis.tensors.emplace(access.tensor, *dimension);
        for (size_t writer : uses.writers[access.tensor]) pending.push_back(writer);
        for (size_t reader : uses.readers[access.tensor]) pending.push_back(reader);
      }
    }
    return axis;
  }

  /// Every equation that touches the tensor has the index, plainly, at this dimension and nowhere else.
  bool belongs_to(const Tensor* tensor, size_t dimension, const Index* index, Uses& uses) const {
    if (tensor->role != Role::value || results_.contains(tensor)) return false;
    if (!(tensor->shape[dimension] == index->extent)) return false;
    auto fits = [&](size_t e) {
      const Equation& equation = module_.equations[e];
      if (is_contraction(equation) || is_recurrence(equation)) return false;
      std::vector<Access> all = accesses(equation);
      return std::all_of(all.begin(), all.end(), [&](const Access& access) {
        return access.tensor != tensor || dimension_of(*access.at, index) == dimension;
      });
    };
    const auto &writers = uses.writers[tensor], &readers = uses.readers[tensor];
    return std::all_of(writers.begin(), writers.end(), fits) && std::all_of(readers.begin(), readers.end(), fits);
  }

  /// A prod or max in several equations would be none.
  bool can_be_cut(const Axis& axis) const {
    return std::all_of(axis.equations.begin(), axis.equations.end(), [&](size_t e) {
      const Equation& equation = module_.equations[e];
      bool may_have_several = equation.combine == Combine::set || equation.combine == Combine::sum;
      return may_have_several || axis.tensors.contains(equation.out);
    });
  }

  /// Equations of the axis that stand together are cut together, so that the loops of a piece stay neighbours.
  void cut(const Axis& axis) {
    std::vector<Equation> result;
    for (size_t begin = 0; begin < module_.equations.size();) {
      if (!axis.equations.contains(begin)) {
        result.push_back(module_.equations[begin++]);
        continue;
      }
      size_t end = run_end(axis, begin);
      int64_t from = 0;
      char letter = 'a';
      std::set<int64_t> ends = axis.cuts;
      ends.insert(axis.index->extent.size);
      for (int64_t to : ends) {
        for (size_t e = begin; e < end; ++e) result.push_back(piece(module_.equations[e], axis, from, to, letter));
        from = to;
        ++letter;
      }
      begin = end;
    }
    module_.equations = std::move(result);
    pieces_.clear();
  }

  /// The end of the run of equations from `begin` that may be put piece by piece: none reads a whole tensor that
  /// another one writes.
  size_t run_end(const Axis& axis, size_t begin) const {
    std::set<const Tensor*> written;
    size_t end = begin;
    for (; end < module_.equations.size() && axis.equations.contains(end); ++end) {
      const Equation& equation = module_.equations[end];
      for (const Node* read : ir::reads(equation)) {
        if (written.contains(read->tensor)) return end;
      }
      if (!axis.tensors.contains(equation.out)) written.insert(equation.out);
    }
    return end;
  }

  Equation piece(Equation equation, const Axis& axis, int64_t from, int64_t to, char letter) {
    const Index* index = module_.index(axis.index->name, ir::Extent{to - from});
    const Node* shifted = rewrite::to_node(module_, {from, {{index, 1}}});
    std::function<const Node*(const Node*)> in_piece = [&](const Node* node) -> const Node* {
      if (plain_index(node) == axis.index) return shifted;
      if (node->kind != Node::Kind::read) return nullptr;
      auto dimension = dimension_of(node->args, axis.index);
      bool is_table = node->tensor->role == Role::constant;
      if (!dimension || !(is_table || axis.tensors.contains(node->tensor))) return nullptr;
      std::vector<const Node*> args;
      for (const Node* arg : node->args) args.push_back(ir::substitute(module_, arg, in_piece));
      args[*dimension] = module_.value_of(index);
      return module_.read(piece_of(node->tensor, *dimension, from, to, letter), std::move(args));
    };
    replace(module_, equation, simplify_, in_piece);
    if (auto cut = axis.tensors.find(equation.out); cut != axis.tensors.end()) {
      equation.at[cut->second] = module_.value_of(index);
      equation.out = piece_of(equation.out, cut->second, from, to, letter);
    }
    std::replace(equation.over.begin(), equation.over.end(), axis.index, index);
    return equation;
  }

  /// The tensor's part [from, to) of a dimension.
  Tensor* piece_of(Tensor* whole, size_t dimension, int64_t from, int64_t to, char letter) {
    Tensor*& piece = pieces_[{whole, from}];
    if (piece) return piece;
    std::vector<ir::Extent> shape = whole->shape;
    shape[dimension] = {to - from};
    piece = module_.tensor(whole->name + "_" + letter, shape, whole->type, whole->role, whole->span);
    piece->rounding = whole->rounding;
    if (whole->role == Role::constant) piece->data = rows(*whole, dimension, from, to);
    return piece;
  }

  static std::vector<double> rows(const Tensor& table, size_t dimension, int64_t from, int64_t to) {
    int64_t before = 1, after = 1;
    for (size_t d = 0; d < dimension; ++d) before *= table.shape[d].size;
    for (size_t d = dimension + 1; d < table.rank(); ++d) after *= table.shape[d].size;
    std::vector<double> data;
    for (int64_t block = 0; block < before; ++block) {
      auto start = table.data.begin() + block * table.shape[dimension].size * after;
      data.insert(data.end(), start + from * after, start + to * after);
    }
    return data;
  }

  /// Conditions that are the same over the whole range are what they are.
  void decide_conditions(Equation& equation) {
    auto truth = [&](const Node* node) -> const Node* {
      const Index* index = condition_index(node);
      if (!index || !changes(node, index).empty()) return nullptr;
      return module_.constant(rewrite::value_at(node, {{index, 0}}), ir::Type::boolean);
    };
    if (!is_recurrence(equation)) replace(module_, equation, simplify_, truth);
  }

  Module& module_;
  rewrite::Simplifier simplify_;
  std::unordered_set<const Tensor*> results_;
  Conditions conditions_;
  size_t first_ = 0;  // equations before it have no condition to cut at
  std::set<const Index*> left_whole_;
  std::map<std::pair<const Tensor*, int64_t>, Tensor*> pieces_;
};

}  // namespace

void split(Module& module) { Split(module).run(); }

}  // namespace nnc::passes
