#include "compiler/passes/fold.h"

#include <algorithm>
#include <limits>

#include "compiler/ir/walk.h"
#include "compiler/passes/edit.h"
#include "compiler/passes/form.h"
#include "compiler/rewrite/constant.h"

namespace nnc::passes {

using ir::Combine;
using ir::Equation;
using ir::Node;
using ir::Tensor;

namespace {

constexpr int64_t kMostPoints = 1 << 16;  // of an equation that is computed here

class Fold {
 public:
  explicit Fold(ir::Module& module) : module_(module), simplify_(module), results_(results(module)) {}

  void run() {
    for (const Equation& equation : module_.equations) ++missing_[equation.out];
    std::vector<Equation> kept;
    for (Equation& equation : module_.equations) {
      simplify(equation);
      --missing_[equation.out];
      bool is_result = results_.contains(equation.out);
      if (adds_nothing(equation) && (!is_result || missing_[equation.out] > 0 || written_.contains(equation.out))) {
        continue;
      }
      written_.insert(equation.out);
      kept.push_back(std::move(equation));
      if (missing_[kept.back().out] == 0 && !is_result) make_table(kept);
    }
    module_.equations = std::move(kept);
  }

 private:
  void simplify(Equation& equation) {
    auto zero_of_unwritten = [&](const Node* node) -> const Node* {
      bool is_zero = node->kind == Node::Kind::read && node->tensor->role == ir::Role::value &&
                     missing_.contains(node->tensor) && missing_[node->tensor] == 0 && !written_.contains(node->tensor);
      return is_zero ? module_.constant(0, node->type) : nullptr;
    };
    for (const Node*& place : equation.at) place = ir::substitute(module_, place, zero_of_unwritten);
    equation.at = simplify_.places(*equation.out, equation.at);
    equation.body = simplify_(ir::substitute(module_, equation.body, zero_of_unwritten));
  }

  static bool adds_nothing(const Equation& equation) {
    bool is_zero = equation.body->kind == Node::Kind::constant && equation.body->number == 0;
    return is_zero && !is_recurrence(equation) &&
           (equation.combine == Combine::set || equation.combine == Combine::sum);
  }

  static bool is_computable(const Equation& equation) {
    int64_t points = 1;
    for (const ir::Index* index : equation.over) {
      if (index->extent.is_samples() || index->ordered) return false;
      points *= index->extent.size;
      if (points > kMostPoints) return false;
    }
    return rewrite::is_known(equation.body) && std::all_of(equation.at.begin(), equation.at.end(), rewrite::is_known);
  }

  /// The tensor of the last equation, all of whose contributions are there, becomes a table if they are computable.
  void make_table(std::vector<Equation>& equations) {
    Tensor* tensor = equations.back().out;
    int64_t elements = 1;
    for (ir::Extent extent : tensor->shape) elements *= extent.size;
    if (tensor->has_samples() || tensor->rounding || elements > kMostPoints) return;
    std::vector<const Equation*> contributions;
    for (const Equation& equation : equations) {
      if (equation.out != tensor) continue;
      if (!is_computable(equation)) return;
      contributions.push_back(&equation);
    }
    std::vector<double> data(static_cast<size_t>(elements), start(contributions[0]->combine, tensor->type));
    for (const Equation* equation : contributions) add_points(*equation, 0, {}, data);
    tensor->data = std::move(data);
    tensor->role = ir::Role::constant;
    std::erase_if(equations, [&](const Equation& equation) { return equation.out == tensor; });
  }

  /// What a place holds that no point writes.
  static double start(Combine combine, ir::Type type) {
    if (combine == Combine::prod) return 1;
    if (combine != Combine::max) return 0;
    return type == ir::Type::real  ? -std::numeric_limits<double>::infinity()
           : type == ir::Type::i32 ? std::numeric_limits<int32_t>::min()
                                   : 0;
  }

  void add_points(const Equation& equation, size_t depth, std::map<const ir::Index*, int64_t> point,
                  std::vector<double>& data) {
    if (depth < equation.over.size()) {
      for (int64_t i = 0; i < equation.over[depth]->extent.size; ++i) {
        point[equation.over[depth]] = i;
        add_points(equation, depth + 1, point, data);
      }
      return;
    }
    size_t place = 0;
    for (size_t d = 0; d < equation.at.size(); ++d) {
      int64_t size = equation.out->shape[d].size;
      auto at = static_cast<int64_t>(rewrite::value_at(equation.at[d], point));
      place = place * static_cast<size_t>(size) + static_cast<size_t>(std::clamp<int64_t>(at, 0, size - 1));
    }
    combine_into(equation, rewrite::value_at(equation.body, point), data[place]);
  }

  static void combine_into(const Equation& equation, double value, double& place) {
    auto combined = [&](ir::Op op) {
      const std::array types = {equation.out->type, equation.out->type};
      const std::array operands = {place, value};
      return scalar::function(op).meaning(types, operands);
    };
    switch (equation.combine) {
      case Combine::set:
        place = value;
        break;
      case Combine::sum:
        place = combined(ir::Op::add);
        break;
      case Combine::prod:
        place = combined(ir::Op::multiply);
        break;
      case Combine::max:
        place = combined(ir::Op::max);
        break;
    }
  }

  ir::Module& module_;
  rewrite::Simplifier simplify_;
  std::unordered_set<const Tensor*> results_;
  std::unordered_map<const Tensor*, int> missing_;  // contributions that are still to come
  std::unordered_set<const Tensor*> written_;       // by an equation that was kept
};

}  // namespace

void fold(ir::Module& module) { Fold(module).run(); }

}  // namespace nnc::passes
