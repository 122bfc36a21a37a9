#include "compiler/kernel/places.h"

#include <algorithm>

#include "compiler/kernel/affine.h"
#include "compiler/kernel/equations.h"
#include "compiler/kernel/recognise.h"

namespace nnc::kernel {

using ir::Combine;
using ir::Equation;
using ir::Node;
using ir::Role;
using ir::Tensor;

namespace {

/// True if the read is T[i, j, …] with different indices that run over all of T.
bool reads_whole(const Node* read) {
  std::set<const ir::Index*> seen;
  for (size_t d = 0; d < read->args.size(); ++d) {
    const Node* at = read->args[d];
    if (at->kind != Node::Kind::index || at->index->extent != read->tensor->shape[d] || !seen.insert(at->index).second)
      return false;
  }
  return true;
}

class Assignment {
 public:
  Assignment(Program& program, const ParamOffsets& params)
      : program_(program), module_(program.module), params_(params) {}

  std::set<size_t> run() {
    for (const Tensor* tensor : module_.tensors()) place(tensor);
    std::set<size_t> copies;
    for (size_t e = module_.equations.size(); e-- > 0;) {
      if (make_in_place(module_.equations[e])) copies.insert(e);
    }
    return copies;
  }

 private:
  void place(const Tensor* tensor) {
    Storage storage{Place::uniform, -1, 0, row_major_strides(*tensor)};
    if (tensor->has_samples()) {
      storage.place = Place::tile;
      storage.buffer = static_cast<int>(program_.buffers.size());
      program_.buffers.push_back({tensor->name, elements(*tensor), tensor->type});
    } else if (!tensor->data.empty()) {
      storage.place = Place::constant;
    } else if (auto p = params_.params.find(tensor->name); tensor->role == Role::param && p != params_.params.end()) {
      storage.place = Place::param;
      storage.offset = p->second;
    } else if ((tensor->role == Role::input || tensor->role == Role::state) && params_.params.empty()) {
      storage.place = Place::scalar;  // of an update; what a batch is given besides samples is a uniform value
    } else if (auto g = params_.gradients.find(tensor->name); g != params_.gradients.end()) {
      storage.place = Place::gradient;
      storage.offset = g->second;
    } else {
      storage.offset = program_.uniforms;
      program_.uniforms += elements(*tensor);
    }
    program_.storage[tensor] = storage;
  }

  /// By a product, or onto zeros.
  bool is_summed_up(const Tensor* tensor) const {
    return std::any_of(module_.equations.begin(), module_.equations.end(),
                       [&](const Equation& e) { return e.out == tensor && e.combine != Combine::set; });
  }

  /// out[b, …] = part[b, i, …]: `part` gets its place inside `out`.
  bool make_in_place(const Equation& equation) {
    const Node* read = equation.body;
    if (equation.combine != Combine::set || read->kind != Node::Kind::read || !equation.out->has_samples())
      return false;
    const Tensor* part = read->tensor;
    if (!part->has_samples() || part->type != equation.out->type || moved_.contains(part) || part == equation.out)
      return false;
    if (part->role == Role::input && params_.params.empty()) return false;  // an array of an update stays where it is
    if (!reads_whole(read) || equation.at[0] != read->args[0]) return false;
    if (equation.over.size() != read->args.size()) return false;  // each element goes to one place, not to many
    if (!reduced_indices(equation).empty() || !is_covered(module_, *equation.out)) return false;
    const Storage& whole = program_.storage.at(equation.out);
    auto place = affine_offset(*equation.out, equation.at, whole.strides);
    if (!place) return false;
    Storage inside{Place::tile, whole.buffer, whole.offset + place->constant, {0}};
    for (size_t d = 1; d < read->args.size(); ++d) inside.strides.push_back(place->coefficient(read->args[d]->index));
    bool is_output = std::find(module_.outputs.begin(), module_.outputs.end(), part) != module_.outputs.end();
    bool wants_rows = part->role == Role::input || is_output || is_summed_up(part);
    if (wants_rows && inside.strides != row_major_strides(*part)) return false;
    if (part->role == Role::input && is_output) return false;
    program_.storage[part] = inside;
    moved_.insert(part);
    return true;
  }

  Program& program_;
  ir::Module& module_;
  const ParamOffsets& params_;
  std::set<const Tensor*> moved_;
};

}  // namespace

std::set<size_t> assign_places(Program& program, const ParamOffsets& params) {
  return Assignment(program, params).run();
}

}  // namespace nnc::kernel
