#include "compiler/emit/model.h"

#include <map>

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

}  // namespace nnc::emit
