// Equation by equation; what is new goes before the equation that needs it.
#include "compiler/autodiff/prepare.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "compiler/autodiff/guards.h"
#include "compiler/ir/walk.h"

namespace nnc::autodiff {
namespace {

using ir::Combine;
using ir::Equation;
using ir::Expr;
using ir::Extent;
using ir::Index;
using ir::Node;
using ir::Tensor;
using scalar::Op;

constexpr int64_t kLongestProduct = 16;

/// x² and the like are a few products.
bool is_small_power(const Node* node) {
  const Node* exponent = node->args.back();
  bool is_constant = node->op == Op::power && exponent->kind == Node::Kind::constant;
  return is_constant && std::fabs(exponent->number) <= 4 && exponent->number == std::round(exponent->number);
}

/// Whether the value of `root` is that of the node: it is the node, or a `select` one of whose arms is.
bool gives(const Node* root, const Node* node) {
  if (root == node) return true;
  bool is_select = root->kind == Node::Kind::apply && root->op == Op::select;
  return is_select && (gives(root->args[1], node) || gives(root->args[2], node));
}

class Preparation {
 public:
  Preparation(ir::Module& module, const TensorSet& active) : module_(module), active_(active) {}

  void run() {
    std::vector<Equation> equations = std::move(module_.equations);
    module_.equations.clear();
    for (Equation& equation : equations) {
      if (active_.contains(equation.out)) prepare(equation);
      module_.equations.push_back(std::move(equation));
    }
  }

 private:
  Expr expr(const Node* node) { return {&module_, node}; }

  void prepare(Equation& equation) {
    extract_costly(equation);
    std::vector<const Index*> reduced = reduced_indices(equation);
    if (equation.combine == Combine::prod && points(reduced) <= kLongestProduct) {
      multiply_out(equation, reduced);
    } else if (equation.combine == Combine::max) {
      read_largest(equation, reduced);
    }
  }

  // A costly function's own equation.

  void extract_costly(Equation& equation) {
    guards_.clear();
    carriers_.clear();
    std::unordered_map<const Node*, const Node*> done;
    std::vector<const Node*> order;
    ir::visit(equation.body, [&](const Node* node) { order.push_back(node); });
    for (const Node* node : order) note_carrier(node);
    guards_[equation.body] = {};
    for (size_t i = order.size(); i-- > 0;) spread_guards(order[i]);
    equation.body = extracted(equation, equation.body, done);
  }

  /// A carrier changes with an active value.
  void note_carrier(const Node* node) {
    bool is_active_read = node->kind == Node::Kind::read && active_.contains(node->tensor);
    auto is_carrier = [&](const Node* arg) { return carriers_.contains(arg); };
    if (is_active_read || (passes_change(node) && std::any_of(node->args.begin(), node->args.end(), is_carrier))) {
      carriers_.insert(node);
    }
  }

  /// Tells the operands of a node under which conditions this use of them counts.
  void spread_guards(const Node* node) {
    Guards outer = guards_.at(node);
    bool is_select = node->kind == Node::Kind::apply && node->op == Op::select;
    for (size_t i = 0; i < node->args.size(); ++i) {
      Guards guards = is_select && i > 0 ? with(outer, {node->args[0], i == 1}) : outer;
      auto [found, is_first_use] = guards_.emplace(node->args[i], guards);
      if (!is_first_use) found->second = common(found->second, guards);
    }
  }

  /// The node with each costly function below it replaced by a read of its own equation's value.
  const Node* extracted(const Equation& equation, const Node* node,
                        std::unordered_map<const Node*, const Node*>& done) {
    if (auto found = done.find(node); found != done.end()) return found->second;
    const Node* result = ir::substitute(
        module_, node, [&](const Node* below) { return below == node ? nullptr : extracted(equation, below, done); });
    if (is_wanted(equation, node)) {
      Guards guards;
      for (Guard guard : guards_.at(node)) guards.push_back({extracted(equation, guard.condition, done), guard.when});
      std::string name = equation.out->name + "_" + std::string(scalar::function(node->op).name);
      if (const Node* read = stored(equation, guarded(expr(result), guards).node, name)) result = read;
    }
    done.emplace(node, result);
    return result;
  }

  bool is_wanted(const Equation& equation, const Node* node) const {
    bool is_costly = node->kind == Node::Kind::apply && scalar::function(node->op).is_costly && !is_small_power(node);
    bool is_stored = equation.combine == Combine::set && gives(equation.body, node);
    return is_costly && carriers_.contains(node) && !is_stored;
  }

  /// A read of a value with an equation of its own, over the indices that it depends on; null if that cannot be.
  const Node* stored(const Equation& equation, const Node* body, const std::string& name) {
    if (auto found = stored_.find(body); found != stored_.end()) return found->second;
    std::vector<const Index*> over;
    std::unordered_set<const Index*> used;
    ir::visit(body, [&](const Node* node) {
      if (node->kind == Node::Kind::index) used.insert(node->index);
    });
    std::copy_if(equation.over.begin(), equation.over.end(), std::back_inserter(over),
                 [&](const Index* index) { return used.contains(index); });
    const Index* ordered = ir::ordered_index(equation);
    if (ordered && !used.contains(ordered)) return nullptr;
    return store(over, body, name, equation.span);
  }

  const Node* store(std::vector<const Index*> over, const Node* body, const std::string& name, Span span) {
    auto has_samples = [](const Index* index) { return index->extent.is_samples(); };
    std::stable_partition(over.begin(), over.end(), has_samples);
    if (over.size() > 1 && has_samples(over[1])) return nullptr;
    std::vector<Extent> shape;
    std::vector<const Node*> at;
    for (const Index* index : over) {
      shape.push_back(index->extent);
      at.push_back(module_.value_of(index));
    }
    Tensor* tensor = module_.tensor(name, std::move(shape), body->type, ir::Role::value, span);
    module_.equations.push_back({tensor, at, Combine::set, body, std::move(over), span});
    const Node* read = module_.read(tensor, std::move(at));
    stored_.emplace(body, read);
    return read;
  }

  // Products and maxima over an index.

  static std::vector<const Index*> reduced_indices(const Equation& equation) {
    std::vector<const Index*> reduced;
    for (const Index* index : equation.over) {
      auto is_place = [&](const Node* place) { return place->kind == Node::Kind::index && place->index == index; };
      if (std::none_of(equation.at.begin(), equation.at.end(), is_place)) reduced.push_back(index);
    }
    return reduced;
  }

  /// How many points a box of these indices has; more than any number where one is over the samples.
  static int64_t points(const std::vector<const Index*>& indices) {
    int64_t count = 1;
    for (const Index* index : indices) {
      if (index->extent.is_samples() || count > kLongestProduct) return kLongestProduct + 1;
      count *= index->extent.size;
    }
    return count;
  }

  using Point = std::unordered_map<const Index*, const Node*>;

  const Node* at_point(const Node* body, const Point& point) {
    return ir::substitute(module_, body, [&](const Node* node) -> const Node* {
      auto found = node->kind == Node::Kind::index ? point.find(node->index) : point.end();
      return found == point.end() ? nullptr : found->second;
    });
  }

  /// w[b] *= p[b, i]   over b: N, i: 2      becomes      w[b] = p[b, 0] * p[b, 1]   over b: N
  void multiply_out(Equation& equation, const std::vector<const Index*>& reduced) {
    const Node* product = nullptr;
    for (int64_t k = 0, count = points(reduced); k < count; ++k) {
      Point point;
      for (int64_t rest = k, i = static_cast<int64_t>(reduced.size()); i-- > 0;) {
        const Index* index = reduced[static_cast<size_t>(i)];
        point[index] = module_.constant(static_cast<double>(rest % index->extent.size), ir::Type::i32);
        rest /= index->extent.size;
      }
      const Node* factor = at_point(equation.body, point);
      product = product ? module_.apply(Op::multiply, {product, factor}) : factor;
    }
    if (!product) return;
    equation.body = product;
    set_without(equation, reduced);
  }

  static void set_without(Equation& equation, const std::vector<const Index*>& reduced) {
    equation.combine = Combine::set;
    std::erase_if(equation.over, [&](const Index* index) {
      return std::find(reduced.begin(), reduced.end(), index) != reduced.end();
    });
  }

  /// The number of the point among those of the reduced indices, row-major, is what y_argmax keeps.
  void read_largest(Equation& equation, const std::vector<const Index*>& reduced) {
    if (reduced.empty()) return set_without(equation, reduced);
    if (equation.body->kind != Node::Kind::read) {
      const Node* read = stored(equation, equation.body, equation.out->name + "_of");
      if (read) equation.body = read;
    }
    const std::string& name = equation.out->name;
    auto value = [&](const char* suffix, ir::Type type) {
      return module_.tensor(name + suffix, equation.out->shape, type, ir::Role::value, equation.span);
    };
    Tensor* largest = value("_max", ir::Type::real);
    module_.equations.push_back({largest, equation.at, Combine::max, equation.body, equation.over, equation.span});

    Expr number = expr(module_.value_of(reduced[0]));
    for (size_t i = 1; i < reduced.size(); ++i) number = number * size(reduced[i]) + expr(module_.value_of(reduced[i]));
    Expr is_largest = expr(equation.body) == expr(module_.read(largest, equation.at));
    Tensor* place = value("_argmax", ir::Type::i32);
    module_.equations.push_back(
        {place, equation.at, Combine::max, select(is_largest, number, 0.0).node, equation.over, equation.span});

    Point point;
    Expr rest = expr(module_.read(place, equation.at));
    for (size_t i = reduced.size(); i-- > 0;) {
      bool is_outermost = i == 0;
      point[reduced[i]] = (is_outermost ? rest : ir::apply(Op::mod, {rest, size(reduced[i])})).node;
      rest = is_outermost ? rest : rest / size(reduced[i]);
    }
    equation.body = at_point(equation.body, point);
    set_without(equation, reduced);
  }

  Expr size(const Index* index) {
    if (index->extent.is_samples()) return ir::apply(Op::to_int, {expr(module_.samples())});
    return expr(module_.constant(static_cast<double>(index->extent.size), ir::Type::i32));
  }

  ir::Module& module_;
  const TensorSet& active_;
  std::unordered_map<const Node*, Guards> guards_;       // of the equation at hand
  std::unordered_set<const Node*> carriers_;             // of the equation at hand
  std::unordered_map<const Node*, const Node*> stored_;  // a body, and the read of its value
};

}  // namespace

void prepare(ir::Module& module, const TensorSet& active) { Preparation(module, active).run(); }

}  // namespace nnc::autodiff
