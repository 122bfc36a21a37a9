#include "compiler/kernel/interval.h"

#include <algorithm>
#include <limits>
#include <set>

#include "compiler/kernel/affine.h"

namespace nnc::kernel {

using ir::Node;
using scalar::Op;
using scalar::Type;

namespace {

constexpr int64_t kMostPoints = 4096;  // fixed index values tried in a proof

Interval whole(Type type) {
  switch (type) {
    case Type::boolean:
      return {0, 1};
    case Type::u32:
      return {0, std::numeric_limits<uint32_t>::max()};
    case Type::i32:
    case Type::real:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
  }
  return {0, 0};
}

/// `result` if the type holds all of it; what may wrap is the whole range.
Interval within(Interval result, Type type) {
  Interval range = whole(type);
  return result.inside(range.low, range.high) ? result : range;
}

class Proof {
 public:
  Proof(const Meanings& meanings, const std::map<const ir::Index*, int64_t>& fixed)
      : meanings_(meanings), fixed_(fixed) {}

  Interval of(const Node* node) {
    if (auto known = known_.find(node); known != known_.end()) return known->second;
    return known_[node] = compute(node);
  }

 private:
  Interval compute(const Node* node) {
    switch (node->kind) {
      case Node::Kind::constant: {
        auto value = static_cast<int64_t>(node->number);
        return node->type == Type::real ? whole(Type::i32) : Interval{value, value};
      }
      case Node::Kind::index: {
        if (auto f = fixed_.find(node->index); f != fixed_.end()) return {f->second, f->second};
        if (node->index->extent.is_samples()) return {0, std::numeric_limits<int32_t>::max()};
        return {0, node->index->extent.size - 1};
      }
      case Node::Kind::samples:
        return whole(Type::i32);
      case Node::Kind::read:
        return read(node);
      case Node::Kind::apply:
        return apply(node);
    }
    return whole(node->type);
  }

  /// The smallest and largest element of a constant that the read can reach.
  Interval read(const Node* node) {
    if (auto meaning = meanings_.find(node); meaning != meanings_.end()) return of(meaning->second);
    if (node->type == Type::real || node->tensor->data.empty()) return whole(node->type);
    auto strides = row_major_strides(*node->tensor);
    auto count = static_cast<int64_t>(node->tensor->data.size());
    int64_t low = 0, high = 0;
    for (size_t d = 0; d < node->args.size(); ++d) {
      Interval at = of(node->args[d]);
      int64_t last = node->tensor->shape[d].size - 1;
      low += strides[d] * std::clamp<int64_t>(at.low, 0, last);
      high += strides[d] * std::clamp<int64_t>(at.high, 0, last);
    }
    high = std::min(high, count - 1);
    if (high - low > kMostPoints) return whole(node->type);
    auto [least, most] = std::minmax_element(node->tensor->data.begin() + low, node->tensor->data.begin() + high + 1);
    return {static_cast<int64_t>(*least), static_cast<int64_t>(*most)};
  }

  Interval apply(const Node* node) {
    if (node->type == Type::real) return whole(Type::i32);
    if (node->type == Type::boolean) return condition(node);
    std::vector<Interval> x;
    for (const Node* a : node->args) x.push_back(of(a));
    switch (node->op) {
      case Op::add:
        return within({x[0].low + x[1].low, x[0].high + x[1].high}, node->type);
      case Op::subtract:
        return within({x[0].low - x[1].high, x[0].high - x[1].low}, node->type);
      case Op::negate:
        return within({-x[0].high, -x[0].low}, node->type);
      case Op::multiply: {
        int64_t corners[4];
        for (int c = 0; c < 4; ++c) {
          if (__builtin_mul_overflow(c & 1 ? x[0].high : x[0].low, c & 2 ? x[1].high : x[1].low, &corners[c]))
            return whole(node->type);
        }
        auto [low, high] = std::minmax_element(corners, corners + 4);
        return within({*low, *high}, node->type);
      }
      case Op::mod:
        if (x[1].low <= 0) return whole(node->type);
        if (x[0].low >= 0 && x[0].high < x[1].low) return x[0];
        return {0, x[1].high - 1};
      case Op::divide:
        if (x[1].low <= 0 || x[0].low < 0) return whole(node->type);
        return {x[0].low / x[1].high, x[0].high / x[1].low};
      case Op::max:
        return {std::max(x[0].low, x[1].low), std::max(x[0].high, x[1].high)};
      case Op::min:
        return {std::min(x[0].low, x[1].low), std::min(x[0].high, x[1].high)};
      case Op::select:
        if (x[0].is_point()) return x[0].low ? x[1] : x[2];
        return {std::min(x[1].low, x[2].low), std::max(x[1].high, x[2].high)};
      case Op::to_int:
      case Op::to_u32:
        if (node->args[0]->type == Type::real) return whole(node->type);
        return within(x[0], node->type);
      default:
        return whole(node->type);
    }
  }

  Interval condition(const Node* node) {
    auto integers =
        std::all_of(node->args.begin(), node->args.end(), [](const Node* a) { return a->type != Type::real; });
    if (!integers) return whole(Type::boolean);
    std::vector<Interval> x;
    for (const Node* a : node->args) x.push_back(of(a));
    auto known = [](bool yes, bool no) { return yes ? Interval{1, 1} : no ? Interval{0, 0} : Interval{0, 1}; };
    switch (node->op) {
      case Op::less:
        return known(x[0].high < x[1].low, x[0].low >= x[1].high);
      case Op::less_equal:
        return known(x[0].high <= x[1].low, x[0].low > x[1].high);
      case Op::equal:
        return known(x[0].is_point() && x[1].is_point() && x[0].low == x[1].low,
                     x[0].high < x[1].low || x[1].high < x[0].low);
      case Op::logical_not:
        return {1 - x[0].high, 1 - x[0].low};
      case Op::logical_and:
        return {std::min(x[0].low, x[1].low), std::min(x[0].high, x[1].high)};
      case Op::logical_or:
        return {std::max(x[0].low, x[1].low), std::max(x[0].high, x[1].high)};
      default:
        return whole(Type::boolean);
    }
  }

  const Meanings& meanings_;
  const std::map<const ir::Index*, int64_t>& fixed_;
  std::map<const Node*, Interval> known_;
};

/// The indices at which constants are read in the expression.
void constant_axes(const Node* node, bool in_constant, const Meanings& meanings, std::set<const ir::Index*>& axes) {
  if (auto meaning = meanings.find(node); meaning != meanings.end())
    return constant_axes(meaning->second, in_constant, meanings, axes);
  if (node->kind == Node::Kind::index && in_constant) axes.insert(node->index);
  bool constant = node->kind == Node::Kind::read && !node->tensor->data.empty();
  for (const Node* a : node->args) constant_axes(a, in_constant || constant, meanings, axes);
}

/// Calls visit(fixed) for every combination of values of the axes; stops and gives false where visit does or there are
/// too many.
template <class Visit>
bool for_each_point(const std::set<const ir::Index*>& axes, Visit visit) {
  int64_t points = 1;
  for (const ir::Index* axis : axes) {
    if (axis->extent.is_samples()) return false;
    points *= axis->extent.size;
    if (points > kMostPoints) return false;
  }
  for (int64_t p = 0; p < points; ++p) {
    std::map<const ir::Index*, int64_t> fixed;
    int64_t rest = p;
    for (const ir::Index* axis : axes) {
      fixed[axis] = rest % axis->extent.size;
      rest /= axis->extent.size;
    }
    if (!visit(fixed)) return false;
  }
  return true;
}

}  // namespace

Interval interval(const Node* node, const Meanings& meanings, const std::map<const ir::Index*, int64_t>& fixed) {
  return Proof(meanings, fixed).of(node);
}

bool stays_inside(const Node* node, int64_t extent, const Meanings& meanings) {
  if (interval(node, meanings).inside(0, extent - 1)) return true;
  std::set<const ir::Index*> axes;
  constant_axes(node, false, meanings, axes);
  return !axes.empty() &&
         for_each_point(axes, [&](const auto& fixed) { return interval(node, meanings, fixed).inside(0, extent - 1); });
}

bool disjoint_along(const Node* node, const ir::Index* axis, const Meanings& meanings) {
  std::vector<Interval> rows;
  bool known = for_each_point(std::set{axis}, [&](const auto& fixed) {
    rows.push_back(interval(node, meanings, fixed));
    return true;
  });
  if (!known) return false;
  std::sort(rows.begin(), rows.end(), [](Interval a, Interval b) { return a.low < b.low; });
  return std::adjacent_find(rows.begin(), rows.end(), [](Interval a, Interval b) { return b.low <= a.high; }) ==
         rows.end();
}

}  // namespace nnc::kernel
