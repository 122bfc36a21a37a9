// In four steps: places of a flattening as sums, copies that nobody must see, names of those that are seen, parts of
// larger tensors.
#include "compiler/passes/forward.h"

#include <algorithm>
#include <optional>

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
using ir::Role;
using ir::Tensor;

namespace {

constexpr size_t kMostNodes = 6;  // of an expression of N that is copied

bool is_read(const Node* node) { return node->kind == Node::Kind::read; }

bool is_affine(const Node* place) { return rewrite::affine(place).has_value(); }

/// Numbers and N, a few of them: cheaper than a load.
bool is_uniform(const Node* body) {
  size_t nodes = 0;
  bool uniform = true;
  ir::visit(body, [&](const Node* node) {
    ++nodes;
    if (is_read(node) || node->kind == Node::Kind::index) uniform = false;
  });
  return uniform && nodes <= kMostNodes;
}

/// What each point stores is what it reads elsewhere, with the same rounding.
bool copies_value(const Equation& equation) {
  const Node* body = equation.body;
  if (!is_read(body)) return is_uniform(body) && !equation.out->rounding;
  bool rounds = equation.out->rounding && equation.out->rounding != body->tensor->rounding;
  return !rounds && std::all_of(body->args.begin(), body->args.end(), is_affine);
}

bool is_dotted(const Tensor& tensor) { return tensor.name.find('.') != std::string::npos; }

/// Each place is read where it is written, and the source is this shape.
bool is_renaming(const Equation& equation) {
  return is_read(equation.body) && equation.body->args == equation.at &&
         equation.body->tensor->shape == equation.out->shape;
}

class Forward {
 public:
  explicit Forward(Module& module) : module_(module), simplify_(module), results_(results(module)) {}

  void run() {
    take_digits_apart();
    clamped_ = clamped_dimensions(module_);
    forward_copies();
    pass_names();
    clamped_ = clamped_dimensions(module_);
    write_in_place();
    settle_sums(module_);
  }

 private:
  /// Copies whose readers can read the source.
  void forward_copies() {
    Uses uses(module_);
    std::unordered_map<const Tensor*, Equation> copies;
    std::vector<Equation> kept;
    for (Equation& equation : module_.equations) {
      replace(module_, equation, simplify_, [&](const Node* node) { return source_of(node, copies); });
      bool is_only = uses.writers[equation.out].size() == 1 && writes_all_places_once(equation);
      bool is_copy = is_only && !is_recurrence(equation) && copies_value(equation) &&
                     (equation.combine == Combine::set || equation.combine == Combine::sum);
      if (is_copy && !results_.contains(equation.out) && !gives_name(equation) && clamps_alike(equation)) {
        copies.emplace(equation.out, equation);
      } else {
        kept.push_back(std::move(equation));
      }
    }
    module_.equations = std::move(kept);
  }

  /// Where the copy may be read outside, the source is of the same size there and read at the same place.
  bool clamps_alike(const Equation& copy) const {
    for (size_t d = 0; d < copy.at.size(); ++d) {
      if (!clamped_.contains({copy.out, d})) continue;
      for (size_t s = 0; s < copy.body->args.size(); ++s) {
        const Node* place = copy.body->args[s];
        bool is_same = place == copy.at[d] && is_read(copy.body) && copy.body->tensor->shape[s] == copy.out->shape[d];
        if (passes::uses(place, copy.at[d]->index) && !is_same) return false;
      }
    }
    return true;
  }

  /// The source of a read of a copy, at the composed places; null for any other node.
  const Node* source_of(const Node* node, const std::unordered_map<const Tensor*, Equation>& copies) {
    if (!is_read(node)) return nullptr;
    auto found = copies.find(node->tensor);
    if (found == copies.end()) return nullptr;
    const Equation& copy = found->second;
    IndexValues places;
    auto inner = [&](const Node* part) { return source_of(part, copies); };
    for (size_t d = 0; d < copy.at.size(); ++d) {
      places[copy.at[d]->index] = ir::substitute(module_, node->args[d], inner);
    }
    return with_indices(module_, copy.body, places);
  }

  /// The source may be called what the copy is called.
  bool can_give_name(const Equation& equation) const {
    if (!is_renaming(equation)) return false;
    const Tensor& source = *equation.body->tensor;
    return source.role == Role::value && !results_.contains(&source) && source.rounding == equation.out->rounding;
  }
  bool gives_name(const Equation& equation) const {
    return can_give_name(equation) && !is_dotted(*equation.out) && is_dotted(*equation.body->tensor);
  }

  /// Sources of whole copies that are still there become the copies, and the copies go.
  void pass_names() {
    Uses uses(module_);
    std::unordered_map<const Tensor*, Tensor*> named;
    std::vector<Equation> kept;
    for (Equation& equation : module_.equations) {
      bool is_copy = uses.writers[equation.out].size() == 1 && writes_all_places_once(equation) &&
                     !is_recurrence(equation) && can_give_name(equation) && !named.contains(equation.body->tensor) &&
                     (results_.contains(equation.out) || gives_name(equation));
      if (is_copy) {
        named.emplace(equation.body->tensor, equation.out);
      } else {
        kept.push_back(std::move(equation));
      }
    }
    module_.equations = std::move(kept);
    if (named.empty()) return;
    auto final_name = [&](Tensor* tensor) {
      for (auto found = named.find(tensor); found != named.end(); found = named.find(tensor)) tensor = found->second;
      return tensor;
    };
    for (Equation& equation : module_.equations) {
      equation.out = final_name(equation.out);
      replace_reads(equation, [&](const Node* read) -> const Node* {
        Tensor* tensor = final_name(read->tensor);
        return tensor == read->tensor ? nullptr : module_.read(tensor, read->args);
      });
    }
  }

  /// Reads in the equation, innermost first, so that places are replaced too.
  void replace_reads(Equation& equation, const std::function<const Node*(const Node*)>& replacement) {
    std::function<const Node*(const Node*)> at_node = [&](const Node* node) -> const Node* {
      if (!is_read(node)) return nullptr;
      std::vector<const Node*> args;
      for (const Node* arg : node->args) args.push_back(ir::substitute(module_, arg, at_node));
      const Node* read = module_.read(node->tensor, std::move(args));
      const Node* result = replacement(read);
      return result ? result : read;
    };
    replace(module_, equation, simplify_, at_node);
  }

  /// flat[b, k] = y[b, k / 2, k mod 2] over k: 32  →  flat[b, i * 2 + f] = y[b, i, f] over i: 16, f: 2
  /// and its adjoint, d_y[b, k / 2, k mod 2] += d_flat[b, k].
  void take_digits_apart() {
    Uses uses(module_);
    for (Equation& equation : module_.equations) {
      if (is_recurrence(equation) || !is_read(equation.body)) continue;
      for (const Index* index : std::vector(equation.over)) {
        take_apart(equation, index, *equation.body->tensor, equation.body->args, uses);
        take_apart(equation, index, *equation.out, equation.at, uses);
      }
    }
  }

  /// The index as the row-major number of the dimensions that it is spread over at these places of the tensor.
  void take_apart(Equation& equation, const Index* index, const Tensor& tensor, const std::vector<const Node*>& at,
                  const Uses& uses) {
    rewrite::Affine number;
    std::vector<const Index*> digits;
    int64_t stride = 1;
    for (size_t d = at.size(); d-- > 0;) {
      if (!passes::uses(at[d], index)) continue;
      if (is_affine(at[d]) || tensor.shape[d].is_samples()) return;
      std::vector<const Index*> taken = equation.over;
      taken.insert(taken.end(), digits.begin(), digits.end());
      const Index* digit = free_index(module_, axis_name(tensor, d, uses), tensor.shape[d], taken);
      number.add({0, {{digit, stride}}});
      digits.insert(digits.begin(), digit);
      stride *= digit->extent.size;
    }
    if (digits.empty() || stride != index->extent.size) return;
    Equation taken = equation;
    replace_indices(module_, taken, simplify_, {{index, rewrite::to_node(module_, number)}});
    const std::vector<const Node*>& read_at = taken.body->args;
    if (!std::all_of(read_at.begin(), read_at.end(), is_affine)) return;
    if (!std::all_of(taken.at.begin(), taken.at.end(), is_affine)) return;
    auto place = std::find(taken.over.begin(), taken.over.end(), index);
    place = taken.over.erase(place);
    taken.over.insert(place, digits.begin(), digits.end());
    equation = std::move(taken);
  }

  /// What the first equation with a plain index there calls this dimension.
  std::string axis_name(const Tensor& tensor, size_t dimension, const Uses& uses) const {
    if (auto writers = uses.writers.find(&tensor); writers != uses.writers.end()) {
      const Index* index = plain_index(module_.equations[writers->second[0]].at[dimension]);
      if (index) return index->name;
    }
    if (auto readers = uses.readers.find(&tensor); readers != uses.readers.end()) {
      for (const Node* read : ir::reads(module_.equations[readers->second[0]])) {
        const Index* index = read->tensor == &tensor ? plain_index(read->args[dimension]) : nullptr;
        if (index) return index->name;
      }
    }
    return "i" + std::to_string(dimension);
  }

  /// y[b, l] = …, flat[b, l * 2] = y[b, l]  →  flat[b, l * 2] = …
  void write_in_place() {
    for (size_t e = 0; e < module_.equations.size();) {
      if (is_part(module_.equations[e]) && move_into_place(e)) {
        module_.equations.erase(module_.equations.begin() + static_cast<std::ptrdiff_t>(e));
      } else {
        ++e;
      }
    }
  }

  /// A whole value goes into places of another that it has for itself.
  bool is_part(const Equation& equation) const {
    const Node* source = equation.body;
    if (is_recurrence(equation) || !is_read(source) || !has_plain_places(source->args)) return false;
    if (source->args.size() != equation.over.size() || !writes_each_place_once(equation)) return false;
    if (equation.combine != Combine::set && equation.combine != Combine::sum) return false;
    for (size_t d = 0; d < source->args.size(); ++d) {
      if (!(source->args[d]->index->extent == source->tensor->shape[d])) return false;
    }
    return source->tensor->role == Role::value && !results_.contains(source->tensor) &&
           source->tensor->rounding == equation.out->rounding;
  }

  bool move_into_place(size_t e) {
    const Equation part = module_.equations[e];
    const Tensor* source = part.body->tensor;
    for (size_t d = 0; d < source->rank(); ++d) {
      if (clamped_.contains({source, d})) return false;
    }
    Uses uses(module_);
    // Other readers read the whole instead: when it is complete, and where nobody else adds to the part.
    size_t last_write = uses.writers[part.out].back();
    for (size_t reader : uses.readers[source]) {
      if (reader != e && (reader <= last_write || !has_its_places_alone(e, uses.writers[part.out]))) return false;
    }
    auto is_elementwise = [&](size_t writer) {
      const Equation& equation = module_.equations[writer];
      return !is_recurrence(equation) && equation.combine == Combine::set && writes_each_place_once(equation);
    };
    if (!std::all_of(uses.writers[source].begin(), uses.writers[source].end(), is_elementwise)) return false;

    for (size_t writer : uses.writers[source]) {
      Equation& equation = module_.equations[writer];
      equation.at = part_places(part, equation.at);
      equation.out = part.out;
      equation.combine = part.combine;
    }
    for (size_t reader : uses.readers[source]) {
      if (reader == e) continue;
      replace_reads(module_.equations[reader], [&](const Node* read) -> const Node* {
        return read->tensor == source ? module_.read(part.out, part_places(part, read->args)) : nullptr;
      });
    }
    return true;
  }

  bool has_its_places_alone(size_t part, const std::vector<size_t>& writers) const {
    return std::all_of(writers.begin(), writers.end(), [&](size_t writer) {
      return writer == part || write_different_places(module_.equations[part], module_.equations[writer]);
    });
  }

  /// Where the part's source at these places lies in the whole.
  std::vector<const Node*> part_places(const Equation& part, const std::vector<const Node*>& at) {
    IndexValues values;
    for (size_t d = 0; d < at.size(); ++d) values[part.body->args[d]->index] = at[d];
    std::vector<const Node*> places;
    for (const Node* place : part.at) places.push_back(simplify_(with_indices(module_, place, values)));
    return places;
  }

  Module& module_;
  rewrite::Simplifier simplify_;
  std::unordered_set<const Tensor*> results_;
  std::set<std::pair<const Tensor*, size_t>> clamped_;
};

}  // namespace

void forward(Module& module) { Forward(module).run(); }

}  // namespace nnc::passes
