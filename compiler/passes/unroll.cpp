// Loops and dimensions that belong together are one axis: a set of a union-find over both.
#include "compiler/passes/unroll.h"

#include <algorithm>
#include <numeric>

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"
#include "compiler/passes/form.h"
#include "compiler/rewrite/affine.h"

namespace nnc::passes {

using ir::Combine;
using ir::Equation;
using ir::Index;
using ir::Module;
using ir::Node;
using ir::Op;
using ir::Role;
using ir::Tensor;

namespace {

constexpr int64_t kMostOfBits = 16, kMostOfValues = 4, kMostOfRow = 8;

/// A loop of an equation (its number and the index) or a dimension of a value (the tensor and its number).
using Member = std::pair<const void*, size_t>;

class Axes {
 public:
  size_t find(Member member) {
    auto [found, is_new] = numbers_.emplace(member, parent_.size());
    if (is_new) parent_.push_back(found->second);
    return root(found->second);
  }
  void join(Member a, Member b) { parent_[find(a)] = find(b); }

 private:
  size_t root(size_t number) {
    while (parent_[number] != number) number = parent_[number] = parent_[parent_[number]];
    return number;
  }

  std::map<Member, size_t> numbers_;
  std::vector<size_t> parent_;
};

bool reads_anything(const Node* node) {
  return node->kind == Node::Kind::read || std::any_of(node->args.begin(), node->args.end(), reads_anything);
}

/// What the equation says about how its indices are used.
class Wishes {
 public:
  explicit Wishes(const Equation& equation) {
    see_value(equation.body, kNumber);
    see_places(equation.out, equation.at);
    for (const Index* index : equation.over) {
      if (index->extent.size == 1) wish_for(index, kBits);
    }
  }

  bool is_to_be_written_out(const Index* index) const {
    auto wish = wishes_.find(index);
    if (wish == wishes_.end() || index->extent.is_samples()) return false;
    if (wish->second == kNumber && table_axes_.contains(index)) return false;
    return index->extent.size <= (wish->second == kBits  ? kMostOfBits
                                  : wish->second == kRow ? kMostOfRow
                                                         : kMostOfValues);
  }

 private:
  /// What an index is needed for; a later one asks for more.
  enum Use : uint8_t { kNumber, kChoice, kRow, kBits };

  void wish_for(const Index* index, Use use) {
    auto [found, is_new] = wishes_.emplace(index, use);
    if (!is_new) found->second = std::max(found->second, use);
  }

  void see_value(const Node* node, Use use) {
    if (!seen_.insert({node, use}).second) return;
    if (node->kind == Node::Kind::index) return wish_for(node->index, use);
    if (node->kind == Node::Kind::read) return see_places(node->tensor, node->args);
    if (node->type == ir::Type::boolean) use = std::max(use, kChoice);
    if (node->kind == Node::Kind::apply && node->op == Op::bit) use = kBits;
    for (const Node* arg : node->args) see_value(arg, use);
  }

  /// A plain or affine place does not ask for a value; what is computed in it does.
  void see_places(const Tensor* tensor, const std::vector<const Node*>& at) {
    bool is_row = !tensor->has_samples() && std::any_of(at.begin(), at.end(), reads_anything);
    for (const Node* place : at) {
      if (const Index* index = plain_index(place)) {
        if (is_row) wish_for(index, kRow);
        if (tensor->role == Role::constant) table_axes_.insert(index);
      } else if (!rewrite::affine(place)) {
        see_value(place, kChoice);
      }
    }
  }

  std::map<const Index*, Use> wishes_;
  std::set<const Index*> table_axes_;
  std::set<std::pair<const Node*, Use>> seen_;
};

class Unroll {
 public:
  explicit Unroll(Module& module) : module_(module), simplify_(module), results_(results(module)) {}

  void run() {
    join_axes();
    choose_axes();
    std::unordered_map<const Tensor*, int> contributions;
    for (const Equation& equation : module_.equations) ++contributions[equation.out];
    std::vector<Equation> result;
    for (size_t e = 0; e < module_.equations.size(); ++e) {
      const Equation& equation = module_.equations[e];
      std::vector<const Index*> chosen;
      for (const Index* index : equation.over) {
        if (chosen_.contains(axes_.find({index, e}))) chosen.push_back(index);
      }
      if (chosen.empty()) {
        result.push_back(equation);
      } else {
        write_out(equation, chosen, contributions[equation.out] == 1, result);
      }
    }
    module_.equations = std::move(result);
    settle_sums(module_);
  }

 private:
  void join_axes() {
    for (size_t e = 0; e < module_.equations.size(); ++e) {
      const Equation& equation = module_.equations[e];
      join_places(e, equation.out, equation.at);
      for (const Node* read : ir::reads(equation)) join_places(e, read->tensor, read->args);
    }
  }

  void join_places(size_t e, const Tensor* tensor, const std::vector<const Node*>& at) {
    if (tensor->role != Role::value || results_.contains(tensor)) return;
    for (size_t d = 0; d < at.size(); ++d) {
      if (const Index* index = plain_index(at[d])) axes_.join({index, e}, {tensor, d});
      bool is_small = !tensor->shape[d].is_samples() && tensor->shape[d].size <= kMostOfValues;
      if (at[d]->kind == Node::Kind::constant && is_small) taken_apart_.push_back({tensor, d});
    }
  }

  void choose_axes() {
    std::set<size_t> whole;
    for (const Member& dimension : taken_apart_) chosen_.insert(axes_.find(dimension));
    for (size_t e = 0; e < module_.equations.size(); ++e) {
      const Equation& equation = module_.equations[e];
      Wishes wishes(equation);
      bool is_product = is_contraction(equation);
      for (const Index* index : equation.over) {
        size_t axis = axes_.find({index, e});
        if (wishes.is_to_be_written_out(index)) chosen_.insert(axis);
        bool is_large = index->extent.is_samples() || index->extent.size > kMostOfBits;
        if (is_large || is_recurrence(equation) || (is_product && index->extent.size > 1)) whole.insert(axis);
      }
    }
    for (size_t axis : whole) chosen_.erase(axis);
    for (size_t e = 0; e < module_.equations.size(); ++e) keep_reductions_whole(e);
  }

  /// A prod or max over an index that stays cannot be several equations.
  void keep_reductions_whole(size_t e) {
    const Equation& equation = module_.equations[e];
    if (equation.combine == Combine::set || equation.combine == Combine::sum) return;
    std::vector<const Index*> reduced = reduced_indices(equation);
    auto is_chosen = [&](const Index* index) { return chosen_.contains(axes_.find({index, e})); };
    if (std::all_of(reduced.begin(), reduced.end(), is_chosen)) return;
    for (const Index* index : equation.over) chosen_.erase(axes_.find({index, e}));
  }

  void write_out(const Equation& equation, const std::vector<const Index*>& chosen, bool is_only,
                 std::vector<Equation>& result) {
    std::vector<const Index*> reduced = reduced_indices(equation), inner, outer, over, left;
    auto is_in = [](const std::vector<const Index*>& list, const Index* index) {
      return std::find(list.begin(), list.end(), index) != list.end();
    };
    for (const Index* index : chosen) (is_in(reduced, index) ? inner : outer).push_back(index);
    // The numbers of a row come last, so that they stand side by side.
    std::stable_partition(outer.begin(), outer.end(), [&](const Index* index) {
      return std::none_of(equation.at.begin(), equation.at.end(),
                          [&](const Node* at) { return plain_index(at) == index; });
    });
    for (const Index* index : equation.over) {
      if (!is_in(inner, index)) left.push_back(index);
      if (!is_in(chosen, index)) over.push_back(index);
    }
    Equation whole = equation;
    whole.over = left;
    bool is_reduction = left.size() > equation.over.size() - reduced.size();
    bool is_set = !is_reduction && (equation.combine == Combine::prod || equation.combine == Combine::max ||
                                    (is_only && writes_each_place_once(whole)));
    for_each_point(outer, [&](const IndexValues& outer_values) {
      Equation one = equation;
      one.body = nullptr;
      for_each_point(inner, [&](const IndexValues& inner_values) {
        const Node* term = with_indices(module_, with_indices(module_, equation.body, inner_values), outer_values);
        one.body = one.body ? module_.apply(operation(equation.combine), {one.body, term}) : term;
      });
      one.body = simplify_(one.body);
      for (const Node*& place : one.at) place = with_indices(module_, place, outer_values);
      one.at = simplify_.places(*one.out, one.at);
      one.over = over;
      if (is_set) one.combine = Combine::set;
      result.push_back(std::move(one));
    });
  }

  static Op operation(Combine combine) {
    return combine == Combine::prod ? Op::multiply : combine == Combine::max ? Op::max : Op::add;
  }

  /// Calls see(values) for each point of the box, the last index fastest.
  template <typename See>
  void for_each_point(const std::vector<const Index*>& box, const See& see) {
    int64_t points = 1;
    for (const Index* index : box) points *= index->extent.size;
    for (int64_t p = 0; p < points; ++p) {
      IndexValues values;
      int64_t rest = p;
      for (size_t i = box.size(); i-- > 0; rest /= box[i]->extent.size) {
        values[box[i]] = module_.constant(static_cast<double>(rest % box[i]->extent.size), ir::Type::i32);
      }
      see(values);
    }
  }

  Module& module_;
  rewrite::Simplifier simplify_;
  std::unordered_set<const Tensor*> results_;
  Axes axes_;
  std::vector<Member> taken_apart_;  // dimensions of few places that somebody reads or writes at a number
  std::set<size_t> chosen_;
};

}  // namespace

void unroll(Module& module) { Unroll(module).run(); }

}  // namespace nnc::passes
