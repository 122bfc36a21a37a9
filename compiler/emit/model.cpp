#include "compiler/emit/model.h"

#include <map>

#include "compiler/emit/text.h"

namespace nnc::emit {

void name_apart(Model& model) {
  std::map<std::string, std::vector<double>> data;
  Names words;
  words.take_surroundings();
  auto is_other = [&](const std::string& name, const ir::Tensor& tensor) {
    auto known = data.find(name);
    return words.contains(name) || (known != data.end() && known->second != tensor.data);
  };
  auto visit = [&](kernel::Program& program) {
    for (ir::Tensor* tensor : program.module.tables()) {
      std::string name = tensor->name;
      for (int i = 2; is_other(identifier(name), *tensor); ++i) name = tensor->name + "_" + std::to_string(i);
      tensor->name = name;
      data[identifier(name)] = tensor->data;
    }
    Names buffers;
    buffers.unique("T");
    for (auto& buffer : program.buffers) buffer.name = buffers.unique(buffer.name);
  };
  visit(model.infer);
  if (model.step) visit(*model.step);
  visit(model.backward);
  if (model.derivative) visit(*model.derivative);
  for (kernel::Update& update : model.updates) visit(update.program);
}

void take_tables(const Model& model, Names& names) {
  auto take = [&](const kernel::Program& program) {
    for (const ir::Tensor* tensor : program.module.tables()) {
      std::string name = identifier(tensor->name);
      if (!names.contains(name)) names.unique(name);
    }
  };
  take(model.infer);
  if (model.step) take(*model.step);
  take(model.backward);
  if (model.derivative) take(*model.derivative);
}

Names accessor_names() {
  Names names;
  for (const char* member : {"Weights", "kSize", "data", "size"}) names.unique(member);
  return names;
}

void name_params(Model& model) {
  std::map<int64_t, std::string> names;
  Names taken = accessor_names();
  for (const Param& p : model.params) names[p.offset] = taken.unique(p.tensor->name);
  model.infer.param_names = names;
  if (model.step) model.step->param_names = names;
  model.backward.param_names = names;
  if (model.derivative) model.derivative->param_names = names;
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
