#include "compiler/kernel/nest.h"

#include <algorithm>

#include "compiler/kernel/equations.h"
#include "compiler/kernel/recognise.h"

namespace nnc::kernel {

using ir::Equation;

namespace {

/// Whether the tensors have an element of a tile's buffer in common.
bool overlap(const Program& program, const ir::Tensor& a, const ir::Tensor& b) {
  const Storage &of_a = program.storage.at(&a), &of_b = program.storage.at(&b);
  if (of_a.place != Place::tile || of_b.place != Place::tile || of_a.buffer != of_b.buffer) return false;
  auto last = [](const ir::Tensor& tensor, const Storage& storage) {
    int64_t at = storage.offset;
    for (size_t d = 1; d < tensor.rank(); ++d) at += storage.strides[d] * (tensor.shape[d].size - 1);
    return at;
  };
  return of_a.offset <= last(b, of_b) && of_b.offset <= last(a, of_a);
}

}  // namespace

/// The equation with the group's indices in the places of its own loops.
Equation NestBuilder::with_loops_of(size_t group, const Equation& equation) const {
  auto kept = kept_indices(equation);
  const auto& loops = nest_.groups[group].over;
  Renaming names;
  for (size_t i = 0; i < kept.size(); ++i) names[kept[i]] = loops[i];
  auto is_taken = [&](const ir::Index* index) {
    return std::find(loops.begin(), loops.end(), index) != loops.end() ||
           std::find(equation.over.begin(), equation.over.end(), index) != equation.over.end();
  };
  for (const ir::Index* reduced : reduced_indices(equation)) {
    if (std::find(loops.begin(), loops.end(), reduced) == loops.end()) continue;
    const ir::Index* other = reduced;  // a loop has its name
    for (int n = 2; is_taken(other); ++n) {
      other = program_->module.index(reduced->name + "_" + std::to_string(n), reduced->extent, reduced->ordered);
    }
    names[reduced] = other;
  }
  for (const ir::Index* i : equation.over) {
    if (i->extent.is_samples() && samples_) names[i] = samples_;
  }
  return rename(program_->module, equation, names);
}

bool NestBuilder::fits(const Equation& equation, Store store, size_t group) const {
  auto kept = kept_indices(equation);
  const auto& loops = nest_.groups[group].over;
  auto same_extent = [](const ir::Index* a, const ir::Index* b) {
    return a->extent == b->extent && a->ordered == b->ordered;
  };
  if (!std::equal(kept.begin(), kept.end(), loops.begin(), loops.end(), same_extent)) return false;
  Equation renamed = with_loops_of(group, equation);
  auto stands_late_enough = [&](const ir::Tensor* tensor, const std::vector<const ir::Node*>& at) {
    auto [begin, end] = made_.equal_range(tensor);
    for (auto m = begin; m != end; ++m) {
      if (m->second.group > group || (m->second.group == group && m->second.at != at)) return false;
    }
    return std::none_of(made_.begin(), made_.end(), [&](const auto& m) {  // a part of it may be made here
      return m.first != tensor && m.second.group >= group && overlap(*program_, *tensor, *m.first);
    });
  };
  bool late = store != Store::add || stands_late_enough(equation.out, renamed.at);
  for_each_read(renamed, [&](const ir::Node* read) { late = late && stands_late_enough(read->tensor, read->args); });
  return late;
}

std::map<const ir::Node*, const ir::Node*> meanings_of(ir::Module& module, const Nest& nest) {
  std::map<const ir::Node*, const ir::Node*> meanings;
  for (const Group& group : nest.groups) {
    for (const Statement& s : group.statements) {
      if (s.store != Store::set || s.equation.combine != ir::Combine::set) continue;
      meanings[module.read(s.equation.out, s.equation.at)] = s.equation.body;
    }
  }
  return meanings;
}

void NestBuilder::add(const Equation& equation, Store store) {
  if (nest_.groups.empty()) {
    nest_.name = equation.out->name;
    nest_.span = equation.span;
  }
  for (const ir::Index* i : equation.over) {
    if (i->extent.is_samples() && !samples_) samples_ = i;
  }
  size_t group = 0;
  while (group < nest_.groups.size() && !fits(equation, store, group)) ++group;
  if (group == nest_.groups.size()) nest_.groups.push_back({kept_indices(equation), {}});
  Equation renamed = with_loops_of(group, equation);
  made_.insert({renamed.out, {group, renamed.at}});
  nest_.groups[group].statements.push_back({std::move(renamed), store});
}

}  // namespace nnc::kernel
