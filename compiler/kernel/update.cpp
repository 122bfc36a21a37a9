#include "compiler/kernel/update.h"

#include <algorithm>
#include <map>

#include "compiler/kernel/affine.h"
#include "compiler/kernel/equations.h"
#include "compiler/kernel/recognise.h"
#include "compiler/kernel/schedule.h"

namespace nnc::kernel {

using ir::Equation;
using ir::Module;
using ir::Node;
using ir::Tensor;
using scalar::Op;

namespace {

std::string last_word(const std::string& name) {
  size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

class UpdateScheduler {
 public:
  UpdateScheduler(Module module, const std::string& param)
      : module_(std::move(module)), param_(module_.find(param)), gradient_(module_.find("gradient")) {
    for (const Equation& e : module_.equations) {
      if (e.out->rank() == 0 && !is_result(e.out) && depends_on_numbers_alone(e.body)) rates_of_.emplace(e.out, e.body);
    }
  }

  Update run() {
    Update update{.param = param_->name,
                  .is_elementwise = is_elementwise(),
                  .program = {},
                  .rates = {},
                  .rate_module = {},
                  .arrays = {},
                  .results = {},
                  .term = nullptr};
    return update.is_elementwise ? by_element(std::move(update)) : by_shape(std::move(update));
  }

 private:
  /// `step`, and what else is one for all parameters.
  bool is_number(const Tensor* tensor) const {
    return tensor->role == ir::Role::input && tensor->rank() == 0 && tensor != gradient_;
  }
  /// What an array takes, or what is added up.
  bool is_result(const Tensor* tensor) const {
    bool is_output = std::find(module_.outputs.begin(), module_.outputs.end(), tensor) != module_.outputs.end();
    return is_output || std::any_of(module_.updates.begin(), module_.updates.end(),
                                    [&](const ir::Update& u) { return u.value == tensor; });
  }
  bool depends_on_numbers_alone(const Node* node) const {
    if (node->kind == Node::Kind::index || node->kind == Node::Kind::samples) return false;
    if (node->kind == Node::Kind::read)
      return is_number(node->tensor) || rates_of_.contains(node->tensor) || !node->tensor->data.empty();
    return std::all_of(node->args.begin(), node->args.end(),
                       [&](const Node* a) { return depends_on_numbers_alone(a); });
  }
  bool mentions_number(const Node* node) const {
    if (node->kind == Node::Kind::read) return is_number(node->tensor) || rates_of_.contains(node->tensor);
    return std::any_of(node->args.begin(), node->args.end(), [&](const Node* a) { return mentions_number(a); });
  }
  bool is_rate(const Node* node) const {
    return node->type == ir::Type::real && mentions_number(node) && depends_on_numbers_alone(node);
  }
  bool is_decision(const Node* node) const {
    return node->type == ir::Type::boolean && mentions_number(node) && depends_on_numbers_alone(node);
  }
  /// A decision as a rate: 1 where it holds.
  const Node* as_rate(Module& module, const Node* decision) {
    return module.apply(Op::select, {decision, module.constant(1, ir::Type::real), module.constant(0, ir::Type::real)});
  }
  static const Node* is_set(Module& module, const Node* rate) {
    return module.apply(Op::not_equal, {rate, module.constant(0, ir::Type::real)});
  }

  bool is_elementwise() const {
    return std::all_of(module_.equations.begin(), module_.equations.end(), [&](const Equation& e) {
      if (rates_of_.contains(e.out)) return true;
      bool fits = e.combine == ir::Combine::set && e.out->shape == param_->shape && e.out->type == ir::Type::real;
      for (size_t d = 0; fits && d < e.at.size(); ++d)
        fits = e.at[d]->kind == Node::Kind::index && e.at[d]->index->extent == e.out->shape[d];
      for (size_t d = 0; fits && d < e.at.size(); ++d)
        fits = std::find(e.at.begin(), e.at.begin() + static_cast<std::ptrdiff_t>(d), e.at[d]) ==
               e.at.begin() + static_cast<std::ptrdiff_t>(d);
      for_each_read(e, [&](const Node* r) {
        bool is_scalar = is_number(r->tensor) || rates_of_.contains(r->tensor);
        fits = fits && (is_scalar || (r->tensor->shape == param_->shape && r->args == e.at && r->tensor->data.empty()));
      });
      return fits;
    });
  }

  /// The arrays in the order parameter, gradient, states.
  std::vector<Tensor*> arrays() const {
    std::vector<Tensor*> result = {param_};
    for (Tensor* t : module_.tensors()) {
      if (t == gradient_) result.push_back(t);
    }
    for (Tensor* t : module_.tensors()) {
      if (t->role == ir::Role::state) result.push_back(t);
    }
    return result;
  }

  /// `m` of `linear_0.weight.m`
  std::string array_name(const Tensor* tensor) const {
    if (tensor == param_) return "weight";
    bool is_own = tensor->name.starts_with(param_->name + ".");
    return is_own ? tensor->name.substr(param_->name.size() + 1) : last_word(tensor->name);
  }

  /// A scalar of the schedule for what depends on numbers alone.
  template <class Make>
  const Node* rate(Update& update, Module& module, const Node* value, const Make& make) {
    auto known =
        std::find_if(update.rates.begin(), update.rates.end(), [&](const Rate& r) { return r.value == value; });
    if (known == update.rates.end()) {
      update.rates.push_back({"rate_" + std::to_string(update.rates.size()), value});
      known = update.rates.end() - 1;
      make(known->name);
    }
    return module.read(module.find(known->name), {});
  }

  Update by_element(Update update) {
    Module lanes;
    const ir::Index* element = lanes.index("i", ir::Extent::samples());
    const Node* here = lanes.value_of(element);
    std::map<const Tensor*, Tensor*> wide;
    for (Tensor* t : arrays())
      wide[t] = lanes.tensor(array_name(t), {ir::Extent::samples()}, t->type, ir::Role::input, t->span);
    for (const Equation& e : module_.equations) {
      if (!rates_of_.contains(e.out))
        wide[e.out] =
            lanes.tensor(last_word(e.out->name), {ir::Extent::samples()}, e.out->type, ir::Role::value, e.span);
    }
    std::unordered_map<const Node*, const Node*> done;
    auto moved = [&](const Node* node, const auto& self) -> const Node* {
      if (auto known = done.find(node); known != done.end()) return known->second;
      const Node* result = nullptr;
      auto scalar = [&](const Node* value) {
        return rate(update, lanes, value,
                    [&](const std::string& name) { lanes.tensor(name, {}, ir::Type::real, ir::Role::input); });
      };
      if (is_rate(node)) {
        result = scalar(node);
      } else if (is_decision(node)) {
        result = is_set(lanes, scalar(as_rate(module_, node)));
      } else if (node->kind == Node::Kind::constant) {
        result = lanes.constant(node->number, node->type);
      } else if (node->kind == Node::Kind::read) {
        result = lanes.read(wide.at(node->tensor), {here});
      } else if (node->kind == Node::Kind::apply && node->op == Op::divide && is_rate(node->args[1])) {
        const Node* one = module_.constant(1, ir::Type::real);
        result = lanes.apply(Op::multiply,
                             {self(node->args[0], self), scalar(module_.apply(Op::divide, {one, node->args[1]}))});
      } else {
        std::vector<const Node*> args;
        for (const Node* a : node->args) args.push_back(self(a, self));
        result = lanes.apply(node->op, std::move(args));
      }
      return done[node] = result;
    };
    for (const Equation& e : module_.equations) {
      if (!rates_of_.contains(e.out))
        lanes.equations.push_back({wide.at(e.out), {here}, ir::Combine::set, moved(e.body, moved), {element}, e.span});
    }
    std::vector<Tensor*> order = arrays();
    for (const auto& u : module_.updates) {
      auto number = static_cast<int>(std::find(order.begin(), order.end(), u.target) - order.begin());
      update.results.emplace_back(number, wide.at(u.value));
    }
    if (!module_.outputs.empty()) update.term = wide.at(module_.outputs[0]);
    Diagnostics none;
    update.program = std::move(*schedule(std::move(lanes), {}, cpu(), none));
    for (Tensor* t : order) update.arrays.push_back({array_name(t), wide.at(t), elements(*t)});
    written_out(update);
    return update;
  }

  Update by_shape(Update update) {
    std::vector<Tensor*> order = arrays();
    for (Equation& e : module_.equations) {
      if (rates_of_.contains(e.out)) continue;
      e = substitute(module_, e, [&](const Node* node) -> const Node* {
        auto scalar = [&](const Node* value) {
          return rate(update, module_, value,
                      [&](const std::string& name) { module_.tensor(name, {}, ir::Type::real, ir::Role::input); });
        };
        if (is_decision(node)) return is_set(module_, scalar(as_rate(module_, node)));
        return is_rate(node) ? scalar(node) : nullptr;
      });
    }
    std::erase_if(module_.equations, [&](const Equation& e) { return rates_of_.contains(e.out); });
    std::vector<ir::Update> results = module_.updates;
    if (!module_.outputs.empty()) update.term = module_.outputs[0];
    Diagnostics none;
    update.program = std::move(*schedule(std::move(module_), {}, cpu(), none));
    for (Tensor* t : order) {
      update.program.storage[t] = {Place::tile, static_cast<int>(update.program.buffers.size()), 0,
                                   row_major_strides(*t)};
      update.program.buffers.push_back({array_name(t), elements(*t)});
      update.arrays.push_back({array_name(t), t, elements(*t)});
    }
    for (const auto& u : results) {
      update.results.emplace_back(static_cast<int>(std::find(order.begin(), order.end(), u.target) - order.begin()),
                                  u.value);
    }
    written_out(update);
    return update;
  }

  /// Rates over inputs alone, without the names in between.
  void written_out(Update& update) {
    Module& module = update.is_elementwise ? module_ : update.program.module;
    for (Rate& r : update.rates) r.value = written_out(module, r.value);
  }
  const Node* written_out(Module& module, const Node* node) {
    return ir::substitute(module, node, [&](const Node* n) -> const Node* {
      if (n->kind != Node::Kind::read) return nullptr;
      auto value = rates_of_.find(n->tensor);
      return value == rates_of_.end() ? nullptr : written_out(module, value->second);
    });
  }

 public:
  Module module_;  // the rates' nodes live here

 private:
  Tensor* param_;
  Tensor* gradient_;
  std::map<const Tensor*, const Node*> rates_of_;
};

}  // namespace

Update schedule_update(Module module, const std::string& param) {
  UpdateScheduler scheduler(std::move(module), param);
  Update update = scheduler.run();
  if (update.is_elementwise) update.rate_module = std::move(scheduler.module_);
  return update;
}

}  // namespace nnc::kernel
