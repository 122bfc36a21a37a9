#include "compiler/emit/update_plan.h"

#include <algorithm>
#include <map>

#include "compiler/emit/text.h"

namespace nnc::emit {

using kernel::Update;

namespace {

class Planner {
 public:
  Planner(const Model& model, const std::function<std::string(const Update&)>& text_of)
      : model_(model), text_of_(text_of) {}

  UpdatePlan run() {
    for (const Update& update : model_.updates) {
      auto param = std::find_if(model_.params.begin(), model_.params.end(),
                                [&](const Param& p) { return p.tensor->name == update.param; });
      add(update, *param);
    }
    return std::move(plan_);
  }

 private:
  void add(const Update& update, const Param& param) {
    UpdateCall call{function_of(update), param.offset, param.count, {}, update.optimizer, update.outcome, update.total};
    for (size_t a = 2; a < update.arrays.size(); ++a) call.states.push_back(place_state(update.arrays[a], param));
    bool continues = !plan_.calls.empty() && update.is_elementwise && plan_.calls.back().function == call.function &&
                     is_one_part(plan_.calls.back(), call) &&
                     plan_.calls.back().offset + plan_.calls.back().count == call.offset;
    if (continues) {
      plan_.calls.back().count += call.count;
    } else {
      plan_.calls.push_back(std::move(call));
    }
  }

  static bool is_one_part(const UpdateCall& a, const UpdateCall& b) {
    return a.optimizer == b.optimizer && a.outcome == b.outcome && a.total == b.total;
  }

  size_t function_of(const Update& update) {
    std::string text = text_of_(update);
    auto known = std::find_if(plan_.functions.begin(), plan_.functions.end(),
                              [&](const UpdateFunction& f) { return f.text == text; });
    if (known == plan_.functions.end()) known = plan_.functions.insert(known, {&update, std::move(text)});
    return static_cast<size_t>(known - plan_.functions.begin());
  }

  int64_t place_state(const kernel::UpdateArray& array, const Param& param) {
    const std::string name = param.tensor->name + "." + array.name;
    auto known =
        std::find_if(plan_.states.begin(), plan_.states.end(), [&](const auto& s) { return s.file_name == name; });
    if (known != plan_.states.end()) return known->offset;
    int64_t offset;
    if (array.elements == param.count) {
      auto [block, is_new] = blocks_.emplace(array.name, plan_.state_floats);
      if (is_new) plan_.state_floats += padded(model_.param_floats);
      offset = block->second + param.offset;
    } else {
      offset = plan_.state_floats;
      plan_.state_floats += padded(array.elements);
    }
    std::vector<int64_t> shape = array.elements == param.count ? param.tensor->shape : std::vector<int64_t>();
    const sema::Initial initial = initial_of(name);
    const bool is_weight = initial.kind == sema::Initial::Kind::weight;
    plan_.states.push_back({name, offset, array.elements, shape, initial.value, is_weight ? param.offset : -1});
    if (array.name == "inference") plan_.offered.push_back({param.offset, param.count, offset});
    return offset;
  }

  sema::Initial initial_of(const std::string& name) const {
    for (const sema::Update& u : model_.program->updates) {
      for (const sema::Tensor* s : u.states) {
        if (s->name == name) return s->initial;
      }
    }
    return {};
  }

  const Model& model_;
  const std::function<std::string(const Update&)>& text_of_;
  UpdatePlan plan_;
  std::map<std::string, int64_t> blocks_;  // of states shaped like the parameters, by name
};

}  // namespace

UpdatePlan plan_updates(const Model& model, const std::function<std::string(const Update&)>& text_of) {
  return Planner(model, text_of).run();
}

std::vector<const UpdateCall*> UpdatePlan::calls_in(size_t optimizer, int outcome) const {
  std::vector<const UpdateCall*> found;
  for (const UpdateCall& call : calls) {
    if (call.optimizer == optimizer && call.outcome == outcome && call.total.empty()) found.push_back(&call);
  }
  return found;
}

std::vector<const UpdateCall*> UpdatePlan::calls_for(size_t optimizer, const std::string& total) const {
  std::vector<const UpdateCall*> found;
  for (const UpdateCall& call : calls) {
    if (call.optimizer == optimizer && call.total == total) found.push_back(&call);
  }
  return found;
}

std::vector<Stretch> left_out(const Model& model, const UpdatePlan& plan, size_t optimizer, int outcome) {
  const auto calls = plan.calls_in(optimizer, outcome);
  std::vector<Stretch> stretches;
  for (const sema::Update& update : model.program->updates) {
    if (update.optimizer != optimizer) continue;
    auto param = std::find_if(model.params.begin(), model.params.end(),
                              [&](const Param& p) { return p.tensor == update.param; });
    bool is_updated = std::any_of(calls.begin(), calls.end(), [&](const UpdateCall* call) {
      return call->offset <= param->offset && param->offset < call->offset + call->count;
    });
    if (is_updated) continue;
    bool continues = !stretches.empty() && stretches.back().offset + stretches.back().count == param->offset;
    if (continues) {
      stretches.back().count += param->count;
    } else {
      stretches.push_back({param->offset, param->count});
    }
  }
  return stretches;
}

int64_t padded(int64_t floats) { return (floats + 15) / 16 * 16; }

std::string array_fields(const Update& update) {
  std::string text;
  for (const auto& a : update.arrays) text += "float* " + identifier(a.name) + ";\n";
  return text;
}

std::string state_table(const UpdatePlan& plan) {
  std::string states;
  for (const StateArray& s : plan.states) {
    std::string shape;
    for (int64_t e : s.shape) shape += (shape.empty() ? "" : ", ") + std::to_string(e);
    states += "{\"" + s.file_name + "\", " + std::to_string(s.offset) + ", " + std::to_string(s.count) + ", " +
              std::to_string(s.shape.size()) + ", {" + shape + "}, nn::Start::kConstant, 0.0, 0.0, 0u, nullptr},\n";
  }
  if (states.empty()) return "";
  return fill(R"text(

namespace {

/// What the optimizer keeps, as parameters of the state buffer.
constexpr nn::Param kStates[] = {
  $states$
};

}  // namespace
)text",
              {{"states", states}});
}

std::string source_comment(const Update& update) {
  for (const ir::Equation& e : update.program.module.equations) {
    if (e.span.source) return "  // " + file_and_line(e.span);
  }
  return "";
}

}  // namespace nnc::emit
