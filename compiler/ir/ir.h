// The only representation between the front end and the schedule: index equations over tensors.
//
//   y[b, o] += weight[o, i] * x[b, i]   over b: N, o: 64, i: 32
//
// Each equation adds to (or sets) one place for every point of a box. An index that is missing on the left is reduced;
// a computed index on the right is a gather, one on the left a scatter. N is the number of samples and is always
// written.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/scalar/scalar.h"
#include "compiler/support/source.h"

namespace nnc::ir {

using scalar::Op;
using scalar::Type;

/// The size of an index or of a dimension: a number, or the symbol N, the number of samples of a batch.
struct Extent {
  int64_t size = 0;

  static constexpr Extent samples() { return {-1}; }
  bool is_samples() const { return size < 0; }
  friend bool operator==(Extent, Extent) = default;
};

/// A variable that runs over [0, extent). Equations that share an axis share the object; an axis is not its extent.
struct Index {
  std::string name;
  Extent extent;
  bool ordered = false;  // its points are visited in order, and a point may read what earlier ones wrote
};

struct Tensor;

/// A scalar expression of one point. Nodes are unique in their module: equal nodes are the same object.
struct Node {
  enum class Kind : uint8_t {
    constant,  // `number`; an i32 or u32 is exact
    index,     // the value of `index`, i32
    samples,   // N, real
    read,      // `tensor` at `args`, all i32; as many as its rank
    apply,     // `op` of `args`
  };
  Kind kind;
  Type type;
  Op op{};
  double number = 0;
  const Index* index = nullptr;
  Tensor* tensor = nullptr;
  std::vector<const Node*> args = {};
};

enum class Role : uint8_t { input, param, state, constant, value };

struct Tensor {
  std::string name;  // unique in its module; the user's word where there is one: `linear_0.weight`, `trunk`, `d_trunk`
  Span span;
  std::vector<Extent> shape;
  Type type = Type::real;
  Role role = Role::value;
  std::vector<double> data = {};                // of a constant: its elements, row-major
  std::optional<scalar::Format> rounding = {};  // stored rounded to this format; none: as computed

  size_t rank() const { return shape.size(); }
  bool has_samples() const { return !shape.empty() && shape[0].is_samples(); }  // N stands first where it stands
};

/// Places that no point writes are 0 under set and sum, 1 under prod, the least value of the type under max (−inf).
enum class Combine : uint8_t { set, sum, prod, max };

/// out[at…] ⊕= body for every point of the box `over`.
struct Equation {
  Tensor* out = nullptr;
  std::vector<const Node*> at;
  Combine combine = Combine::set;
  const Node* body = nullptr;
  std::vector<const Index*> over;
  Span span;
};

/// After all equations: the param or state takes the value.
struct Update {
  Tensor* target = nullptr;
  Tensor* value = nullptr;
};

/// Equations in an order in which every contribution to a tensor stands before its first read. Owns its nodes, tensors
/// and indices.
class Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  Module(Module&&) = default;
  Module& operator=(Module&&) = default;

  std::vector<Equation> equations;
  std::vector<Tensor*> outputs;
  std::vector<Update> updates;

  /// A new tensor; a taken name gets the first free suffix `_2`, `_3`, ….
  Tensor* tensor(std::string name, std::vector<Extent> shape, Type type, Role role, Span span = {});
  Tensor* find(std::string_view name) const;  // or null
  /// Keeps the name from new tensors, until it is released for the one that is to have it.
  void reserve(const std::string& name) { reserved_.insert(name); }
  void release(const std::string& name) { reserved_.erase(name); }
  /// All tensors that are inputs, params, states or constants, or that an equation writes, in order of creation.
  std::vector<Tensor*> tensors() const;
  /// Those that hold numbers.
  std::vector<Tensor*> tables() const;
  /// The index of that name, extent and order: equal ones are the same object, as they are in text. Axes of equal size
  /// that must be told apart have different names.
  const Index* index(std::string name, Extent extent, bool ordered = false);

  const Node* constant(double number, Type type);
  const Node* value_of(const Index* index);
  const Node* samples();
  const Node* read(Tensor* tensor, std::vector<const Node*> at);
  /// The operands must be of types that the function takes.
  const Node* apply(Op op, std::vector<const Node*> operands);

 private:
  struct NodeHash {
    size_t operator()(const Node* node) const;
  };
  struct NodeEqual {
    bool operator()(const Node* a, const Node* b) const;
  };
  const Node* intern(Node node);

  std::deque<Tensor> tensors_;
  std::deque<Index> indices_;
  std::deque<Node> nodes_;
  std::unordered_map<std::string, Tensor*> by_name_;
  std::unordered_set<std::string> reserved_;
  std::unordered_map<const Node*, const Node*, NodeHash, NodeEqual> interned_;
};

}  // namespace nnc::ir
