#include "compiler/emit/model.h"

#include <map>

#include "compiler/emit/text.h"

namespace nnc::emit {

void name_tables_apart(Model& model) {
  std::map<std::string, std::vector<double>> data;
  auto visit = [&](kernel::Program& program) {
    for (ir::Tensor* tensor : program.module.tensors()) {
      if (tensor->data.empty()) continue;
      std::string name = tensor->name;
      for (int i = 2; data.contains(name) && data[name] != tensor->data; ++i)
        name = tensor->name + "_" + std::to_string(i);
      tensor->name = name;
      data[name] = tensor->data;
    }
  };
  visit(model.infer);
  if (model.step) visit(*model.step);
  visit(model.backward);
  for (kernel::Update& update : model.updates) visit(update.program);
}

void name_params(Model& model) {
  std::map<int64_t, std::string> names;
  Names taken;
  for (const Param& p : model.params) names[p.offset] = taken.unique(p.tensor->name);
  model.infer.param_names = names;
  if (model.step) model.step->param_names = names;
  model.backward.param_names = names;
}

// A module's outputs stand in the order of lower.h: outputs, the loss, gradients of trained params, of real inputs.

std::string loss_name(const Model& model) { return model.step->module.outputs.at(model.program->outputs.size())->name; }

std::string gradient_name(const Model& model, const sema::Tensor& input) {
  if (input.type != sema::Type::real) return "";
  size_t place = model.program->outputs.size();
  for (const sema::Tensor* param : model.program->params) place += param->frozen ? 0 : 1;
  for (const sema::Tensor* each : model.program->inputs) {
    if (each == &input) break;
    place += each->type == sema::Type::real ? 1 : 0;
  }
  return model.backward.module.outputs.at(place)->name;
}

}  // namespace nnc::emit
