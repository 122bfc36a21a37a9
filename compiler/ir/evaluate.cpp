// Each body is compiled once into steps over registers, ordered by the innermost index that they depend on; an odometer
// then runs over the box and repeats only the steps whose indices have changed.
#include "compiler/ir/evaluate.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <unordered_map>

#include "compiler/ir/tangent.h"
#include "compiler/ir/walk.h"

namespace nnc::ir {
namespace {

/// A tensor's elements while the module runs; at least one, so that a clamped index always has a place.
struct Store {
  std::vector<int64_t> shape;
  std::vector<double> values;
  std::vector<double> tangents;  // empty unless wanted
};

using Stores = std::unordered_map<const Tensor*, Store>;

struct Mode {
  int64_t samples;
  Arithmetic arithmetic;
  bool is_dual;
};

int64_t size_of(Extent extent, int64_t samples) { return extent.is_samples() ? samples : extent.size; }

std::vector<int64_t> shape_of(const Tensor& tensor, int64_t samples) {
  std::vector<int64_t> shape;
  for (Extent extent : tensor.shape) shape.push_back(size_of(extent, samples));
  return shape;
}

size_t count_of(const std::vector<int64_t>& shape) {
  size_t count = 1;
  for (int64_t size : shape) count *= static_cast<size_t>(size);
  return count;
}

double round_real(double value, Rounding rounding) {
  return rounding == Rounding::f32 ? static_cast<double>(static_cast<float>(value)) : value;
}

double rounded(const Tensor& tensor, double value, Rounding rounding) {
  if (tensor.type != Type::real) return value;
  if (tensor.rounding) value = scalar::round_to(*tensor.rounding, value);
  return round_real(value, rounding);
}

/// Between -1 and 1, from the bits of a number (the finaliser of MurmurHash3).
double drawn_for(double value, uint64_t seed) {
  uint64_t bits = std::bit_cast<uint64_t>(value) ^ (seed << 32);
  bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccd;
  bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53;
  bits ^= bits >> 33;
  return static_cast<double>(bits) * 0x1p-63 - 1;
}

/// What a float holds is exact in f32, too: integers stay integers.
bool is_float(double value) { return static_cast<double>(static_cast<float>(value)) == value; }

double disturbed(double value, const Arithmetic& arithmetic) {
  return value * (1 + arithmetic.noise * drawn_for(value, arithmetic.seed));
}
bool is_disturbed(double exact, const Arithmetic& arithmetic) { return arithmetic.noise != 0 && !is_float(exact); }

/// The result of a function.
double round_result(double value, const Arithmetic& arithmetic) {
  return round_real(is_disturbed(value, arithmetic) ? disturbed(value, arithmetic) : value, arithmetic.rounding);
}

/// What a place holds before anything is combined with it: under max, the least value of its type.
double neutral(Combine combine, Type type) {
  switch (combine) {
    case Combine::set:
    case Combine::sum:
      return 0;
    case Combine::prod:
      return 1;
    case Combine::max:
      return type == Type::real ? -std::numeric_limits<double>::infinity() : type == Type::i32 ? -0x1p31 : 0;
  }
  return 0;
}

/// One equation, compiled.
class Program {
 public:
  Program(const Equation& equation, Stores& stores, Mode mode) : equation_(equation), stores_(stores), mode_(mode) {
    over_ = equation.over;
    std::stable_partition(over_.begin(), over_.end(), [](const Index* index) { return index->ordered; });
    counters_.resize(over_.size());
    innermost_ = over_.empty() ? 0 : over_.size() - 1;
    // What an ordered index's earlier points have written must be read anew at each point.
    repeats_all_ = ordered_index(equation) != nullptr;
    auto add_node = [&](const Node* node) { compile(node); };
    for (const Node* place : equation.at) visit(place, add_node);
    visit(equation.body, add_node);
    body_ = registers_.at(equation.body);
    out_ = address(*equation.out, equation.at);
    std::stable_sort(steps_.begin(), steps_.end(), [](const Step& a, const Step& b) { return a.level < b.level; });
    for (size_t level = 0; level <= over_.size(); ++level) {
      auto is_before = [&](const Step& step) { return step.level < level; };
      first_step_.push_back(
          static_cast<size_t>(std::partition_point(steps_.begin(), steps_.end(), is_before) - steps_.begin()));
    }
    tangents_.resize(values_.size());
  }

  /// Runs over the whole box, or over the part where the outermost index has the value `fixed`.
  void run(const int64_t* fixed = nullptr) {
    std::vector<int64_t> ends;
    for (const Index* index : over_) ends.push_back(size_of(index->extent, mode_.samples));
    if (std::find(ends.begin(), ends.end(), 0) != ends.end()) return;
    std::fill(counters_.begin(), counters_.end(), 0);
    size_t outermost = fixed ? 1 : 0;
    if (fixed) counters_[0] = *fixed;
    mode_.is_dual ? run_box<true>(ends, outermost) : run_box<false>(ends, outermost);
  }

 private:
  /// A place of a tensor: the clamped values of its terms times their strides. Where all terms are indices, it moves by
  /// `inner_stride` with the innermost one.
  struct Term {
    int counter;  // the odometer's, or −1: from a register
    int reg;
    int64_t size, stride;
  };
  struct Address {
    Store* store;
    std::vector<Term> terms;
    bool is_plain = true;
    int64_t inner_stride = 0;
    int64_t offset = 0;  // of the current point
  };
  struct Step {
    size_t level;  // of the innermost index that it depends on
    int out;
    const Node* node;
    double (*meaning)(std::span<const Type>, std::span<const double>);
    Type types[3];
    int args[3];
    int counter;
    bool rounds;
    Address address;
  };

  int counter_of(const Index* index) const {
    return static_cast<int>(std::find(over_.begin(), over_.end(), index) - over_.begin());
  }

  void compile(const Node* node) {
    if (registers_.contains(node)) return;
    int reg = static_cast<int>(values_.size());
    registers_.emplace(node, reg);
    values_.push_back(0);
    levels_.push_back(0);
    if (node->kind == Node::Kind::constant || node->kind == Node::Kind::samples) {
      double number = node->kind == Node::Kind::samples ? static_cast<double>(mode_.samples) : node->number;
      values_.back() = node->type == Type::real ? round_real(number, mode_.arithmetic.rounding) : number;
      return;
    }
    Step step{0, reg, node, nullptr, {}, {}, -1, false, {}};
    for (size_t i = 0; i < node->args.size(); ++i) {
      int arg = registers_.at(node->args[i]);
      step.level = std::max(step.level, levels_[static_cast<size_t>(arg)]);
      if (node->kind != Node::Kind::apply) continue;
      step.types[i] = node->args[i]->type;
      step.args[i] = arg;
    }
    if (node->kind == Node::Kind::apply) step.meaning = scalar::function(node->op).meaning;
    if (node->kind == Node::Kind::read) {
      step.address = address(*node->tensor, node->args);
      step.rounds = node->tensor->rounding || mode_.arithmetic.rounding != Rounding::f64;
    }
    if (node->kind == Node::Kind::index) {
      step.counter = counter_of(node->index);
      step.level = static_cast<size_t>(step.counter);
    }
    if (repeats_all_) step.level = innermost_;
    levels_[static_cast<size_t>(reg)] = step.level;
    steps_.push_back(std::move(step));
  }

  Address address(const Tensor& tensor, const std::vector<const Node*>& at) {
    Address result{&stores_.at(&tensor), {}};
    int64_t stride = 1;
    for (size_t d = at.size(); d-- > 0;) {
      bool is_index = at[d]->kind == Node::Kind::index;
      int counter = is_index ? counter_of(at[d]->index) : -1;
      int64_t size = result.store->shape[d];
      result.terms.push_back({counter, registers_.at(at[d]), size, stride});
      result.is_plain &= is_index && size >= size_of(at[d]->index->extent, mode_.samples);
      if (counter >= 0 && static_cast<size_t>(counter) == innermost_) result.inner_stride += stride;
      stride *= size;
    }
    return result;
  }

  size_t move(Address& address, bool only_innermost) const {
    if (address.is_plain && only_innermost) {
      address.offset += address.inner_stride;
      return static_cast<size_t>(address.offset);
    }
    address.offset = 0;
    for (const Term& term : address.terms) {
      int64_t value = term.counter >= 0 ? counters_[static_cast<size_t>(term.counter)]
                                        : static_cast<int64_t>(values_[static_cast<size_t>(term.reg)]);
      address.offset += std::clamp<int64_t>(value, 0, std::max<int64_t>(term.size - 1, 0)) * term.stride;
    }
    return static_cast<size_t>(address.offset);
  }

  template <bool kDual>
  void run_box(const std::vector<int64_t>& ends, size_t outermost) {
    bool only_innermost = false;
    for (size_t changed = 0;;) {
      for (size_t s = first_step_[changed]; s < steps_.size(); ++s) run_step<kDual>(steps_[s], only_innermost);
      write<kDual>(only_innermost);
      size_t position = over_.size();
      while (position > outermost && ++counters_[position - 1] == ends[position - 1]) counters_[--position] = 0;
      if (position == outermost) return;
      changed = position - 1;
      only_innermost = changed == innermost_;
    }
  }

  template <bool kDual>
  void run_step(Step& step, bool only_innermost) {
    size_t out = static_cast<size_t>(step.out);
    if (step.node->kind == Node::Kind::index) {
      values_[out] = static_cast<double>(counters_[static_cast<size_t>(step.counter)]);
    } else if (step.node->kind == Node::Kind::read) {
      size_t from = move(step.address, only_innermost);
      double value = step.address.store->values[from];
      values_[out] = step.rounds ? rounded(*step.node->tensor, value, mode_.arithmetic.rounding) : value;
      if constexpr (kDual) tangents_[out] = step.address.store->tangents[from];
    } else {
      size_t arity = step.node->args.size();
      double x[3], dx[3];
      for (size_t i = 0; i < arity; ++i) x[i] = values_[static_cast<size_t>(step.args[i])];
      double result = step.meaning({step.types, arity}, {x, arity});
      values_[out] = step.node->type == Type::real ? round_result(result, mode_.arithmetic) : result;
      if constexpr (kDual) {
        for (size_t i = 0; i < arity; ++i) dx[i] = tangents_[static_cast<size_t>(step.args[i])];
        bool is_smooth = step.node->type == Type::real;
        tangents_[out] = is_smooth ? tangent(step.node->op, {x, arity}, result, {dx, arity}) : 0;
      }
    }
  }

  template <bool kDual>
  void write(bool only_innermost) {
    size_t to = move(out_, only_innermost), body = static_cast<size_t>(body_);
    double value = values_[body];
    double& place = out_.store->values[to];
    if constexpr (kDual) {
      double& change = out_.store->tangents[to];
      double speed = tangents_[body];
      switch (equation_.combine) {
        case Combine::set:
          change = speed;
          break;
        case Combine::sum:
          change += speed;
          break;
        case Combine::prod:
          change = change * value + place * speed;
          break;
        case Combine::max:
          change = place > value ? change : speed;
          break;
      }
    }
    switch (equation_.combine) {
      case Combine::set:
        place = value;
        break;
      case Combine::sum:
        place = combined(Op::add, place, value);
        break;
      case Combine::prod:
        place = combined(Op::multiply, place, value);
        break;
      case Combine::max:
        place = std::isnan(place) || place > value ? place : value;
        break;
    }
  }

  /// Sums and products of integers wrap as the functions do.
  double combined(Op op, double a, double b) const {
    if (equation_.out->type == Type::real) {
      const double exact = op == Op::add ? a + b : a * b;
      const bool rounds = op == Op::add && is_disturbed(exact, mode_.arithmetic);
      return rounds ? a + disturbed(b, mode_.arithmetic) : exact;
    }
    const Type types[] = {equation_.out->type, equation_.out->type};
    const double operands[] = {a, b};
    return scalar::function(op).meaning({types, 2}, {operands, 2});
  }

  const Equation& equation_;
  Stores& stores_;
  Mode mode_;
  std::vector<const Index*> over_;
  std::vector<int64_t> counters_;
  size_t innermost_ = 0;
  bool repeats_all_ = false;
  std::unordered_map<const Node*, int> registers_;
  std::vector<double> values_, tangents_;
  std::vector<size_t> levels_;
  std::vector<Step> steps_;
  std::vector<size_t> first_step_;
  int body_ = 0;
  Address out_;
};

Store make_store(const Tensor& tensor, double fill, Mode mode) {
  Store store{shape_of(tensor, mode.samples), {}, {}};
  size_t places = std::max<size_t>(count_of(store.shape), 1);
  store.values.assign(places, fill);
  if (mode.is_dual) store.tangents.assign(places, 0);
  return store;
}

void copy_given(const Tensor& tensor, const Values& given, const std::vector<int64_t>& shape,
                std::vector<double>& elements, bool is_needed) {
  auto found = given.find(tensor.name);
  if (found == given.end()) {
    if (is_needed) throw std::invalid_argument("no value for `" + tensor.name + "`");
    return;
  }
  bool fits = found->second.shape == shape && found->second.elements.size() == count_of(shape);
  if (!fits) throw std::invalid_argument("the value for `" + tensor.name + "` is of another shape");
  std::copy(found->second.elements.begin(), found->second.elements.end(), elements.begin());
}

Stores make_stores(const Module& module, const Values& given, const Values& tangents, Mode mode) {
  Stores stores;
  for (const Equation& equation : module.equations) {
    if (!stores.contains(equation.out)) {
      stores.emplace(equation.out, make_store(*equation.out, neutral(equation.combine, equation.out->type), mode));
    }
  }
  for (const Tensor* tensor : module.tensors()) {
    if (tensor->role == Role::value) continue;
    Store& store = stores.emplace(tensor, make_store(*tensor, 0, mode)).first->second;
    if (tensor->role == Role::constant) {
      std::copy(tensor->data.begin(), tensor->data.end(), store.values.begin());
    } else {
      copy_given(*tensor, given, store.shape, store.values, true);
      if (mode.is_dual) copy_given(*tensor, tangents, store.shape, store.tangents, false);
    }
  }
  return stores;
}

Stores run(const Module& module, const Values& given, const Values& tangents, Mode mode) {
  Stores stores = make_stores(module, given, tangents, mode);
  for (size_t begin = 0, end = 0; begin < module.equations.size(); begin = end) {
    end = group_end(module.equations, begin);
    std::vector<Program> programs;
    for (size_t i = begin; i < end; ++i) programs.emplace_back(module.equations[i], stores, mode);
    if (const Index* ordered = ordered_index(module.equations[begin])) {
      for (int64_t t = 0; t < size_of(ordered->extent, mode.samples); ++t) {
        for (Program& program : programs) program.run(&t);
      }
    } else {
      programs[0].run();
    }
  }
  return stores;
}

Array array(const Store& store, std::vector<double> elements) {
  elements.resize(count_of(store.shape));
  return {store.shape, std::move(elements)};
}

Values values_of(const Module& module, Stores& stores, Rounding rounding) {
  Values values;
  for (const Tensor* tensor : module.tensors()) {
    Store& store = stores.at(tensor);
    for (double& value : store.values) value = rounded(*tensor, value, rounding);
    values.emplace(tensor->name, array(store, std::move(store.values)));
  }
  return values;
}

}  // namespace

Values evaluate(const Module& module, const Values& given, int64_t samples, Arithmetic arithmetic) {
  Stores stores = run(module, given, {}, {samples, arithmetic, false});
  return values_of(module, stores, arithmetic.rounding);
}

DualValues evaluate_dual(const Module& module, const Values& given, const Values& tangents, int64_t samples) {
  Stores stores = run(module, given, tangents, {samples, {}, true});
  DualValues result;
  for (const Tensor* tensor : module.tensors()) {
    Store& store = stores.at(tensor);
    result.tangents.emplace(tensor->name, array(store, std::move(store.tangents)));
  }
  result.values = values_of(module, stores, Rounding::f64);
  return result;
}

void apply_updates(const Module& module, Values& values) {
  std::vector<Array> stored;
  for (const Update& update : module.updates) stored.push_back(values.at(update.value->name));
  for (size_t i = 0; i < stored.size(); ++i) values[module.updates[i].target->name] = std::move(stored[i]);
}

}  // namespace nnc::ir
