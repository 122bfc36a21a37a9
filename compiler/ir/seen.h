// What a walk over nodes remembers. Most walks see a few dozen nodes: those need no memory of their own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::ir {

/// A map from nodes to values, by open addressing. `Value` has a default.
template <class Value>
class NodeMap {
 public:
  NodeMap() = default;
  NodeMap(const NodeMap&) = delete;
  NodeMap& operator=(const NodeMap&) = delete;

  /// The node's value, or null. A pointer holds until the next insertion.
  Value* find(const Node* node) {
    Slot& slot = slots_[place(node)];
    return slot.node == node ? &slot.value : nullptr;
  }
  /// False where the node is there already.
  bool insert(const Node* node, Value value) {
    size_t at = place(node);
    if (slots_[at].node == node) return false;
    slots_[at] = {node, value};
    if (++count_ * 4 > (mask_ + 1) * 3) grow();
    return true;
  }

 private:
  struct Slot {
    const Node* node = nullptr;
    Value value{};
  };

  size_t place(const Node* node) const {
    size_t at = (reinterpret_cast<uintptr_t>(node) >> 4) * size_t{0x9e3779b97f4a7c15} >> 32;
    while (slots_[at & mask_].node && slots_[at & mask_].node != node) ++at;
    return at & mask_;
  }

  void grow() {
    const Slot* old = slots_;
    size_t size = mask_ + 1;
    std::vector<Slot> larger(size * 4);
    slots_ = larger.data(), mask_ = size * 4 - 1;
    for (const Slot* slot = old; slot != old + size; ++slot) {
      if (slot->node) slots_[place(slot->node)] = *slot;
    }
    heap_.swap(larger);
  }

  std::array<Slot, 64> few_{};
  std::vector<Slot> heap_;
  Slot* slots_ = few_.data();
  size_t mask_ = 63;
  size_t count_ = 0;
};

/// A set of nodes.
class NodeSet {
 public:
  /// False where the node is there already.
  bool insert(const Node* node) { return nodes_.insert(node, {}); }

 private:
  struct Nothing {};
  NodeMap<Nothing> nodes_;
};

}  // namespace nnc::ir
