#include "compiler/emit/cpp/updates.h"

#include <algorithm>
#include <map>

#include "compiler/emit/body.h"
#include "compiler/emit/cpp/emit.h"
#include "compiler/kernel/affine.h"

namespace nnc::emit::cpp {

using kernel::Update;

namespace {

/// A rate in double over the variable `step`.
Text rate_text(const ir::Node* node) {
  switch (node->kind) {
    case ir::Node::Kind::constant:
      if (node->type == ir::Type::boolean) return {node->number != 0 ? "true" : "false"};
      return {double_literal(node->number), node->number < 0 ? Binding::unary : Binding::primary};
    case ir::Node::Kind::read:
      return {node->tensor->data.empty() ? "step" : double_literal(node->tensor->data[0])};
    case ir::Node::Kind::apply: {
      std::vector<Text> operands;
      for (const ir::Node* a : node->args) operands.push_back(rate_text(a));
      return spell_double(node->op, operands);
    }
    default:
      return {"step"};
  }
}

std::string optimizer_line(const Update& update) {
  for (const ir::Equation& e : update.program.module.equations) {
    if (e.span.source) return "  // " + file_and_line(e.span);
  }
  return "";
}

class UpdatePrinter {
 public:
  UpdatePrinter(const Model& model, Names& names) : model_(model), names_(names) {}

  Updates run() {
    for (const Update& update : model_.updates) {
      auto param = std::find_if(model_.params.begin(), model_.params.end(),
                                [&](const Param& p) { return p.tensor->name == update.param; });
      add(update, *param);
    }
    return std::move(updates_);
  }

 private:
  void add(const Update& update, const Param& param) {
    UpdateCall call{function_of(update), param.offset, param.count, {}};
    for (size_t a = 2; a < update.arrays.size(); ++a) call.states.push_back(place_state(update.arrays[a], param));
    bool continues = !updates_.calls.empty() && update.is_elementwise &&
                     updates_.calls.back().function == call.function &&
                     updates_.calls.back().offset + updates_.calls.back().count == call.offset;
    if (continues) {
      updates_.calls.back().count += call.count;
    } else {
      updates_.calls.push_back(std::move(call));
    }
  }

  /// States of one name and of the parameters' size lie as the parameters do, so that runs of neighbours stay runs.
  int64_t place_state(const kernel::UpdateArray& array, const Param& param) {
    int64_t offset;
    if (array.elements == param.count) {
      auto block = blocks_.find(array.name);
      if (block == blocks_.end()) {
        block = blocks_.emplace(array.name, updates_.state_floats).first;
        updates_.state_floats += padded(model_.param_floats);
      }
      offset = block->second + param.offset;
    } else {
      offset = updates_.state_floats;
      updates_.state_floats += padded(array.elements);
    }
    const sema::Tensor* state = nullptr;
    for (const sema::Update& u : model_.program->updates) {
      if (u.param != param.tensor) continue;
      for (const sema::Tensor* s : u.states) {
        if (s->name == param.tensor->name + "." + array.name || s->name.substr(s->name.rfind('.') + 1) == array.name)
          state = s;
      }
    }
    std::vector<int64_t> shape = array.elements == param.count ? param.tensor->shape : std::vector<int64_t>();
    updates_.states.push_back(
        {param.tensor->name + "." + array.name, offset, array.elements, shape, state ? state->initial.value : 0});
    return offset;
  }

  int function_of(const Update& update) {
    std::string text = update.is_elementwise ? elementwise(update) : by_shape(update);
    auto known = std::find(texts_.begin(), texts_.end(), text);
    if (known != texts_.end()) return static_cast<int>(known - texts_.begin());
    int number = static_cast<int>(texts_.size());
    texts_.push_back(text);
    updates_.elementwise.push_back(update.is_elementwise);
    std::string name = names_.unique("update");
    updates_.functions += fill(text, {{"name", "update_" + std::to_string(number)}});
    return number;
  }

  std::string fields(const Update& update) const {
    std::string text;
    for (const auto& a : update.arrays) text += "float* " + identifier(a.name) + ";\n";
    return text;
  }
  std::string arguments(const Update& update) const {
    std::string text;
    for (size_t a = 0; a < update.arrays.size(); ++a) {
      const char* flat = a == 0 ? "weight" : a == 1 ? "gradient" : "state";
      text += (a ? ", " : "") + std::string(flat) + " + at[" + std::to_string(a) + "]";
    }
    return text;
  }
  std::string rates(const Update& update) const {
    std::string text;
    for (const auto& r : update.rates)
      text += "const auto " + r.name + " = static_cast<float>(" + rate_text(r.value).text + ");\n";
    return text;
  }

  std::string elementwise(const Update& update) {
    Body body(update.program, Lanes::vectors);
    std::string inner =
        body.elements(update.program.tile.empty() ? kernel::Nest{} : std::get<kernel::Nest>(update.program.tile[0]));
    std::string stores;
    for (const auto& [array, tensor] : update.results) {
      std::string name = identifier(update.arrays[static_cast<size_t>(array)].name);
      inner += "const nn::Vec new_" + name + " = " + body.value_of(*tensor) + ";\n";
      stores += "nn::store(t." + name + " + s, new_" + name + ");\n";
    }
    inner += stores;
    inner += "nn::store(t.gradient + s, nn::Vec{});\n";
    std::string rate_fields, rate_names, tail_fields;
    for (const auto& r : update.rates) {
      rate_fields += "float " + r.name + ";\n";
      rate_names += ", " + r.name;
    }
    std::string scalars;
    for (const auto& r : update.rates) scalars += "const float " + r.name + " = t." + r.name + ";\n";
    std::string count = std::to_string(update.arrays.size());
    for (size_t a = 0; a < update.arrays.size(); ++a)
      tail_fields += (a ? ", " : "") + std::string("tail[") + std::to_string(a) + "]";
    std::string copy_in, copy_out;
    for (size_t a = 0; a < update.arrays.size(); ++a) {
      std::string name = identifier(update.arrays[a].name), n = std::to_string(a);
      copy_in += "std::memcpy(tail[" + n + "], t." + name + " + s, rest);\n";
      copy_out += "std::memcpy(t." + name + " + s, tail[" + n + "], rest);\n";
    }
    std::string tail_rates;
    for (const auto& r : update.rates) tail_rates += ", t." + r.name;
    return fill(R"text(

/// What one run of parameters is updated from and in: arrays of the same length, and what `step` alone decides.
struct $$name$$_arrays {
  $fields$
  $rate_fields$
};

NN_INLINE void $$name$$_lanes(const $$name$$_arrays& t, std::size_t s) {$line$
  $scalars$
  $inner$
}

/// Elements [begin, end); their gradient is zero afterwards.
void $$name$$(float* weight, float* gradient, float* state, const std::size_t* at, double step, std::size_t begin, std::size_t end) {
  (void)step;
  (void)state;
  $rates$
  const $$name$$_arrays t{$arguments$$rate_names$};
  std::size_t s = begin;
  for (; s + nn::kLanes <= end; s += nn::kLanes) $$name$$_lanes(t, s);
  if (s == end) return;
  alignas(64) float tail[$count$][nn::kLanes] = {};
  const std::size_t rest = (end - s) * sizeof(float);
  $copy_in$
  $$name$$_lanes({$tail_fields$$tail_rates$}, 0);
  $copy_out$
}
)text",
                {{"", "$"},
                 {"line", optimizer_line(update)},
                 {"fields", fields(update)},
                 {"rate_fields", rate_fields},
                 {"scalars", scalars},
                 {"inner", inner},
                 {"rates", rates(update)},
                 {"arguments", arguments(update)},
                 {"rate_names", rate_names},
                 {"count", count},
                 {"copy_in", copy_in},
                 {"tail_fields", tail_fields},
                 {"tail_rates", tail_rates},
                 {"copy_out", copy_out}});
  }

  std::string by_shape(const Update& update) {
    Body body(update.program, Lanes::none);
    std::string inner = body.nest(update.program.before);
    inner += body.nest(update.program.after);
    std::string results;
    for (const auto& [array, tensor] : update.results) {
      int64_t n = kernel::elements(*tensor);
      const auto& storage = update.program.storage.at(tensor);
      std::string to = "t." + identifier(update.arrays[static_cast<size_t>(array)].name);
      std::string from = storage.place == kernel::Place::uniform
                             ? "uniform + " + std::to_string(storage.offset)
                             : "t." + identifier(update.program.buffers[static_cast<size_t>(storage.buffer)].name);
      if (from != to) results += "std::copy_n(" + from + ", " + std::to_string(n) + ", " + to + ");\n";
    }
    std::string count = std::to_string(update.arrays[0].elements);
    return fill(R"text(

/// One parameter as a whole; its gradient is zero afterwards.
void $$name$$(float* weight, float* gradient, float* state, const std::size_t* at, double step, float* uniform) {$line$
  (void)step;
  (void)state;
  $rates$
  struct {
    $fields$
  } t{$arguments$};
  std::fill_n(uniform, $uniforms$, 0.0f);
  $inner$
  $results$
  std::fill_n(t.gradient, $count$, 0.0f);
}
)text",
                {{"", "$"},
                 {"line", optimizer_line(update)},
                 {"rates", rates(update)},
                 {"fields", fields(update)},
                 {"arguments", arguments(update)},
                 {"uniforms", std::to_string(update.program.uniforms)},
                 {"inner", inner},
                 {"results", results},
                 {"count", count}});
  }

  const Model& model_;
  Names& names_;
  Updates updates_;
  std::map<std::string, int64_t> blocks_;
  std::vector<std::string> texts_;
};

}  // namespace

Updates print_updates(const Model& model, Names& functions) { return UpdatePrinter(model, functions).run(); }

}  // namespace nnc::emit::cpp
