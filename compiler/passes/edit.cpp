#include "compiler/passes/edit.h"

#include <algorithm>

#include "compiler/ir/walk.h"
#include "compiler/passes/form.h"

namespace nnc::passes {

using ir::Equation;
using ir::Index;
using ir::Module;
using ir::Node;

const Node* with_indices(Module& module, const Node* node, const IndexValues& values) {
  return ir::substitute(module, node, [&](const Node* part) -> const Node* {
    if (part->kind != Node::Kind::index) return nullptr;
    auto found = values.find(part->index);
    return found == values.end() ? nullptr : found->second;
  });
}

void replace(Module& module, Equation& equation, rewrite::Simplifier& simplify,
             const std::function<const Node*(const Node*)>& replacement) {
  std::vector<const Node*> at;
  for (const Node* place : equation.at) at.push_back(ir::substitute(module, place, replacement));
  if (at != equation.at) equation.at = simplify.places(*equation.out, at);
  const Node* body = ir::substitute(module, equation.body, replacement);
  if (body != equation.body) equation.body = simplify(body);
}

void replace_indices(Module& module, Equation& equation, rewrite::Simplifier& simplify, const IndexValues& values) {
  for (const Node*& place : equation.at) place = with_indices(module, place, values);
  equation.at = simplify.places(*equation.out, equation.at);
  equation.body = simplify(with_indices(module, equation.body, values));
}

const Index* free_index(Module& module, const std::string& name, ir::Extent extent,
                        const std::vector<const Index*>& over) {
  std::string free_name = name;
  auto is_taken = [&] {
    return std::any_of(over.begin(), over.end(), [&](const Index* index) { return index->name == free_name; });
  };
  for (int suffix = 2; is_taken(); ++suffix) free_name = name + "_" + std::to_string(suffix);
  return module.index(free_name, extent);
}

std::unordered_set<const ir::Tensor*> results(const Module& module) {
  std::unordered_set<const ir::Tensor*> found(module.outputs.begin(), module.outputs.end());
  for (const ir::Update& update : module.updates) found.insert(update.value);
  return found;
}

Uses::Uses(const Module& module) {
  for (size_t e = 0; e < module.equations.size(); ++e) {
    writers[module.equations[e].out].push_back(e);
    for (const Node* read : ir::reads(module.equations[e])) {
      std::vector<size_t>& own = readers[read->tensor];
      if (own.empty() || own.back() != e) own.push_back(e);
    }
  }
}

std::set<std::pair<const ir::Tensor*, size_t>> clamped_dimensions(const Module& module) {
  std::set<std::pair<const ir::Tensor*, size_t>> found;
  for (const Equation& equation : module.equations) {
    for (const Node* read : ir::reads(equation)) {
      for (size_t d = 0; d < read->args.size(); ++d) {
        if (!stays_inside(read->args[d], read->tensor->shape[d])) found.emplace(read->tensor, d);
      }
    }
  }
  return found;
}

void settle_sums(Module& module) {
  constexpr size_t kMostContributions = 64;
  std::unordered_map<const ir::Tensor*, std::vector<Equation*>> contributions;
  for (Equation& equation : module.equations) contributions[equation.out].push_back(&equation);
  for (auto& [tensor, all] : contributions) {
    if (all.size() > kMostContributions) continue;
    bool are_sets = std::all_of(all.begin(), all.end(), [](const Equation* equation) {
      return equation->combine == ir::Combine::sum && !is_recurrence(*equation) && writes_each_place_once(*equation);
    });
    for (size_t a = 0; are_sets && a < all.size(); ++a) {
      for (size_t b = 0; are_sets && b < a; ++b) are_sets = write_different_places(*all[a], *all[b]);
    }
    if (!are_sets) continue;
    for (Equation* equation : all) equation->combine = ir::Combine::set;
  }
}

}  // namespace nnc::passes
