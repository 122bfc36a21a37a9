#include "compiler/emit/numbers.h"

#include <algorithm>

#include "compiler/emit/interface.h"
#include "compiler/emit/text.h"
#include "compiler/kernel/equations.h"

namespace nnc::emit {
namespace {

bool is_plain(const sema::Optimizer& optimizer) {
  return optimizer.skips_non_finite && optimizer.points.size() == 1 && optimizer.definitions.size() == 1 &&
         optimizer.states.empty();
}

Text literal(const ir::Node* node) {
  if (node->type == ir::Type::boolean) return {node->number != 0 ? "true" : "false"};
  return {double_literal(node->number), node->number < 0 ? Binding::unary : Binding::primary};
}

}  // namespace

bool is_plain(const Model& model) {
  const auto& all = model.program->optimizers;
  return std::all_of(all.begin(), all.end(), [](const sema::Optimizer& each) { return is_plain(each); });
}

Text rate_text(const ir::Node* node, const std::function<std::string(const ir::Tensor&)>& name_of) {
  if (node->kind == ir::Node::Kind::constant) return literal(node);
  if (node->kind != ir::Node::Kind::apply) return {node->tensor ? name_of(*node->tensor) : "0.0"};
  std::vector<Text> operands;
  for (const ir::Node* a : node->args) operands.push_back(rate_text(a, name_of));
  return spell_double(node->op, node->args[0]->type, operands);
}

Text rate_text(const ir::Node* node) {
  return rate_text(node, [](const ir::Tensor& tensor) {
    return tensor.data.empty() ? std::string("step") : double_literal(tensor.data[0]);
  });
}

Numbers::Numbers(const Model& model, size_t optimizer)
    : model_(model),
      optimizer_(&model.program->optimizers.at(optimizer)),
      module_(model.numbers.at(optimizer)),
      suffix_("_" + std::to_string(optimizer)) {
  Names names;
  auto add = [&](const sema::Tensor* tensor) {
    if (tensor && !fields_.contains(tensor->name)) fields_[tensor->name] = names.unique(tensor->name);
  };
  for (const char* taken : {"outcome", "n"}) names.unique(taken);
  for (const sema::Tensor* given : {model.program->step, model.program->finite, model.program->loss_factor}) add(given);
  for (const sema::Tensor* state : optimizer_->states) add(state);
  for (const sema::Optimizer::Point& point : optimizer_->points) add(point.tensor);
  for (const sema::Definition& definition : optimizer_->definitions) add(definition.tensor);
}

std::vector<Numbers::Kept> Numbers::kept() const {
  std::vector<Kept> all;
  for (const sema::Tensor* state : optimizer_->states)
    all.push_back({state->name, field(state->name), state->initial.value});
  return all;
}

std::string Numbers::struct_text(const std::string& last) const {
  std::string kept_fields, others;
  for (const Kept& each : kept()) kept_fields += "double " + each.field + " = " + double_literal(each.initial) + ";\n";
  std::set<std::string> done;
  for (const sema::Tensor* state : optimizer_->states) done.insert(state->name);
  auto add = [&](const sema::Tensor* tensor) {
    if (!tensor || !done.insert(tensor->name).second) return;
    bool is_boolean = tensor->type == sema::Type::boolean;
    others += std::string(is_boolean ? "bool " : "double ") + field(tensor->name) +
              (is_boolean ? " = false;\n" : " = 0.0;\n");
  };
  const sema::Program& program = *model_.program;
  for (const sema::Tensor* given : {program.step, program.finite, program.loss_factor}) add(given);
  for (const sema::Optimizer::Point& point : optimizer_->points) add(point.tensor);
  for (const sema::Definition& definition : optimizer_->definitions) add(definition.tensor);
  return fill(R"text(

/// What is one number for all parameters of an optimizer: what it keeps, then what a step works out.$line$
struct $type$ {
  $kept$
  $others$
  $last$
};
)text",
              {{"line", optimizer_->span.source ? "  // " + file_and_line(optimizer_->span) : ""},
               {"type", type()},
               {"kept", kept_fields},
               {"others", others},
               {"last", last}});
}

std::string Numbers::rate(const ir::Node* node) const {
  return rate_text(node,
                   [&](const ir::Tensor& tensor) {
                     if (!tensor.data.empty()) return double_literal(tensor.data[0]);
                     auto own = fields_.find(tensor.name);
                     return "n." + (own == fields_.end() ? field(model_.program->step->name) : own->second);
                   })
      .text;
}

std::string Numbers::given(const std::string& steps, const std::string& finite) const {
  return "n." + field(model_.program->step->name) + " = static_cast<double>(" + steps + " + 1);\nn." +
         field(model_.program->finite->name) + " = " + finite + ";\n";
}

std::string Numbers::compute(const std::set<std::string>& wanted) {
  std::set<std::string> needed = wanted;
  for (auto e = module_.equations.rbegin(); e != module_.equations.rend(); ++e) {
    if (!needed.contains(e->out->name)) continue;
    for (const ir::Node* read : ir::reads(*e)) needed.insert(read->tensor->name);
  }
  std::string text;
  for (const ir::Equation& e : module_.equations) {
    if (!needed.contains(e.out->name) || !computed_.insert(e.out->name).second) continue;
    text += "n." + field(e.out->name) + " = " + rate(e.body) + ";\n";
  }
  return text;
}

std::set<std::string> Numbers::read_by(const kernel::Update& update) const {
  std::set<std::string> names;
  for (const kernel::Rate& r : update.rates) {
    ir::visit(r.value, [&](const ir::Node* node) {
      if (node->kind == ir::Node::Kind::read) names.insert(node->tensor->name);
    });
  }
  return names;
}

std::set<std::string> Numbers::assigned_in(int outcome) const {
  std::set<std::string> names;
  for (const auto& each : sema::assigned(optimizer_->assignments, outcome)) names.insert(each.value->name);
  return names;
}

std::string Numbers::assign(int outcome) const {
  std::string text;
  for (const auto& each : sema::assigned(optimizer_->assignments, outcome))
    text += "n." + field(each.target->name) + " = n." + field(each.value->name) + ";\n";
  return text;
}

std::string Numbers::compute_loss_factor() {
  if (!optimizer_->loss_factor) return "";
  std::set<std::string> before = computed_;  // a step computes it again, with all that it is made of
  std::string text = compute({optimizer_->loss_factor->name});
  computed_ = std::move(before);
  return text;
}

std::vector<Numbers> numbers_of(const Model& model) {
  std::vector<Numbers> all;
  for (size_t k = 0; k < model.program->optimizers.size(); ++k) all.emplace_back(model, k);
  return all;
}

}  // namespace nnc::emit
