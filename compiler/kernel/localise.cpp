#include "compiler/kernel/localise.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/kernel/affine.h"
#include "compiler/kernel/equations.h"
#include "compiler/kernel/recognise.h"

namespace nnc::kernel {

using ir::Tensor;

namespace {

constexpr int64_t kMostArrayElements = 64;  // of a value that a nest keeps for itself, a vector each

/// Everywhere that a tensor is written and read.
struct Uses {
  std::set<int> scopes;                           // steps; scatters after them
  std::set<int> groups;                           // of its one scope
  std::set<std::vector<const ir::Node*>> places;  // at which it is accessed
  bool in_rows = false;                           // is read as rows of a buffer, or at places that samples compute
  bool reduced = false;                           // read at an inner reduction's index
};

class Localiser {
 public:
  explicit Localiser(Program& program) : program_(program) {}

  void run() {
    collect();
    std::map<int, int> sharers;
    for (const auto& [tensor, storage] : program_.storage) {
      if (storage.place == Place::tile) ++sharers[storage.buffer];
    }
    for (auto& [tensor, storage] : program_.storage) {
      if (!tensor->has_samples() || storage.place != Place::tile) continue;
      bool is_fixed =
          tensor->role == ir::Role::input || sharers[storage.buffer] > 1 || program_.results.contains(tensor);
      auto use = uses_.find(tensor);
      if (!is_fixed && use != uses_.end()) move(*tensor, storage, use->second);
    }
    drop_unused_buffers();
  }

 private:
  void collect() {
    int scope = 0;
    for (const Step& step : program_.tile) {
      std::visit([&](const auto& s) { collect(s, scope); }, step);
      ++scope;
    }
    for (const Scatter& scatter : program_.scatters) collect(scatter.nest, scope++, scatter.axis);
  }

  void collect(const Nest& nest, int scope, const ir::Index* axis = nullptr) {
    for (size_t g = 0; g < nest.groups.size(); ++g) {
      std::vector<const ir::Index*> loops = nest.groups[g].over;
      if (axis) loops.push_back(axis);
      for (const Statement& s : nest.groups[g].statements) collect(s.equation, scope, static_cast<int>(g), loops);
    }
  }
  void collect(const ir::Equation& equation, int scope, int group, const std::vector<const ir::Index*>& over) {
    auto note = [&](const Tensor* tensor, const std::vector<const ir::Node*>& at) {
      Uses& use = uses_[tensor];
      use.scopes.insert(scope);
      use.groups.insert(group);
      use.places.insert(at);
      for (const ir::Node* a : at) {
        bool is_loop = a->kind == ir::Node::Kind::index &&
                       (a->index->extent.is_samples() || std::find(over.begin(), over.end(), a->index) != over.end());
        if (!is_loop) use.reduced = true;
        if (a->kind != ir::Node::Kind::index && reads_samples(a)) use.in_rows = true;  // by address
      }
    };
    note(equation.out, equation.at);
    for_each_read(equation, [&](const ir::Node* read) { note(read->tensor, read->args); });
  }
  void collect(const Product& product, int scope) {
    note_rows(product.x.tensor, scope);
    uses_[product.out].scopes.insert(scope);
    if (product.store != Store::set) uses_[product.out].in_rows = true;
    for (const Statement& s : product.epilogue) collect(s.equation, scope, 0, {product.row});
  }
  void collect(const Outer& outer, int scope) {
    note_rows(outer.dy.tensor, scope);
    note_rows(outer.x.tensor, scope);
  }
  void collect(const LaneSum& sum, int scope) { note_rows(sum.x.tensor, scope); }
  void collect(const Clear& clear, int scope) { note_rows(clear.tensor, scope); }
  void note_rows(const Tensor* tensor, int scope) {
    uses_[tensor].scopes.insert(scope);
    uses_[tensor].in_rows = true;
  }

  static void move(const Tensor& tensor, Storage& storage, const Uses& use) {
    if (use.in_rows || use.scopes.size() != 1) return;
    bool same_place = use.places.size() <= 1 && !use.reduced && use.groups.size() <= 1;
    if (same_place || tensor.rank() == 1) {
      storage = {Place::variable, -1, 0, storage.strides};
    } else if (elements(tensor) <= kMostArrayElements) {
      storage = {Place::array, -1, 0, row_major_strides(tensor)};
    }
  }

  void drop_unused_buffers() {
    std::map<int, int> number;
    for (const auto& [tensor, storage] : program_.storage) {
      bool is_needed = uses_.contains(tensor) || program_.results.contains(tensor);
      if (storage.place == Place::tile && is_needed) number[storage.buffer] = 0;
    }
    std::vector<Buffer> buffers;
    for (auto& [old, now] : number) {
      now = static_cast<int>(buffers.size());
      buffers.push_back(program_.buffers[static_cast<size_t>(old)]);
    }
    auto renumber = [&](int& buffer) { buffer = number.count(buffer) ? number[buffer] : -1; };
    for (auto& [tensor, storage] : program_.storage) {
      if (storage.place == Place::tile) renumber(storage.buffer);
    }
    for (Step& step : program_.tile) {
      if (auto* p = std::get_if<Product>(&step)) renumber(p->x.buffer);
      if (auto* o = std::get_if<Outer>(&step)) renumber(o->dy.buffer), renumber(o->x.buffer);
      if (auto* l = std::get_if<LaneSum>(&step)) renumber(l->x.buffer);
    }
    program_.buffers = std::move(buffers);
  }

  Program& program_;
  std::map<const Tensor*, Uses> uses_;
};

}  // namespace

void localise(Program& program) { Localiser(program).run(); }

}  // namespace nnc::kernel
