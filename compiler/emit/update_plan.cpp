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
    UpdateCall call{function_of(update), param.offset, param.count, {}};
    for (size_t a = 2; a < update.arrays.size(); ++a) call.states.push_back(place_state(update.arrays[a], param));
    bool continues = !plan_.calls.empty() && update.is_elementwise && plan_.calls.back().function == call.function &&
                     plan_.calls.back().offset + plan_.calls.back().count == call.offset;
    if (continues) {
      plan_.calls.back().count += call.count;
    } else {
      plan_.calls.push_back(std::move(call));
    }
  }

  size_t function_of(const Update& update) {
    std::string text = text_of_(update);
    auto known = std::find_if(plan_.functions.begin(), plan_.functions.end(),
                              [&](const UpdateFunction& f) { return f.text == text; });
    if (known == plan_.functions.end()) known = plan_.functions.insert(known, {&update, std::move(text)});
    return static_cast<size_t>(known - plan_.functions.begin());
  }

  int64_t place_state(const kernel::UpdateArray& array, const Param& param) {
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
    plan_.states.push_back(
        {param.tensor->name + "." + array.name, offset, array.elements, shape, initial_of(array, param)});
    return offset;
  }

  double initial_of(const kernel::UpdateArray& array, const Param& param) const {
    for (const sema::Update& u : model_.program->updates) {
      if (u.param != param.tensor) continue;
      for (const sema::Tensor* s : u.states) {
        if (s->name.substr(s->name.rfind('.') + 1) == array.name) return s->initial.value;
      }
    }
    return 0;
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

int64_t padded(int64_t floats) { return (floats + 15) / 16 * 16; }

Text rate_text(const ir::Node* node) {
  switch (node->kind) {
    case ir::Node::Kind::constant:
      if (node->type == ir::Type::boolean) return {node->number != 0 ? "true" : "false"};
      return {double_literal(node->number), node->number < 0 ? Binding::unary : Binding::primary};
    case ir::Node::Kind::read:
      return {node->tensor->data.empty() ? "step" : double_literal(node->tensor->data[0])};
    case ir::Node::Kind::index:
    case ir::Node::Kind::samples:
      return {"step"};
    case ir::Node::Kind::apply:
      break;
  }
  std::vector<Text> operands;
  for (const ir::Node* a : node->args) operands.push_back(rate_text(a));
  return spell_double(node->op, operands);
}

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
