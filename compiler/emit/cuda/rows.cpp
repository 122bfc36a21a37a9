#include "compiler/emit/cuda/rows.h"

#include "compiler/emit/interface.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cuda {
namespace {

std::string check(const std::string& rows, const std::string& name, bool may_be_empty) {
  return (may_be_empty ? "if (!" + rows + ".empty()) " : "") + "check_rows(" + rows + ".size(), count, \"" + name +
         "\");\n";
}

}  // namespace

std::string batch_size(const sema::Program& program) {
  return program.inputs.empty() ? "0" : "in." + identifier(program.inputs[0]->name) + ".size()";
}

std::string checks(const std::vector<const sema::Tensor*>& tensors, const std::string& prefix, bool may_be_empty) {
  std::string text;
  for (const sema::Tensor* t : tensors)
    text += check(prefix + identifier(target_name(*t)), target_name(*t), may_be_empty);
  return text;
}
std::string input_checks(const sema::Program& program) {
  return checks({program.inputs.begin() + (program.inputs.empty() ? 0 : 1), program.inputs.end()}, "in.");
}
std::string output_checks(const sema::Program& program, bool may_be_empty) {
  std::string text;
  for (const auto& o : program.outputs) text += check("out." + identifier(o.name), o.name, may_be_empty);
  return text;
}

std::string load_rows(const kernel::Program& schedule, const LanePrinter& lane, const std::string& tensor,
                      const std::string& rows, int64_t width) {
  const ir::Tensor* t = schedule.module.find(tensor);
  if (!t || !schedule.storage.contains(t) || schedule.storage.at(t).buffer < 0) return "";
  return "nn::cuda::load_rows<" + std::to_string(width) + ", T>(" + rows + ", first, count, lane, " +
         lane.rows_pointer(*t) + ");\n";
}
std::string store_rows(const kernel::Program& schedule, const LanePrinter& lane, const std::string& tensor,
                       const std::string& rows, int64_t width) {
  const ir::Tensor* t = schedule.module.find(tensor);
  if (!t) return "";
  return "if (!" + rows + ".empty()) nn::cuda::store_rows<" + std::to_string(width) + ", T>(" + lane.rows_pointer(*t) +
         ", " + rows + ", first, count, lane);\n";
}
std::string load_inputs(const sema::Program& program, const kernel::Program& schedule, const LanePrinter& lane) {
  std::string text;
  for (const sema::Tensor* t : program.inputs)
    text += load_rows(schedule, lane, t->name, "in." + identifier(t->name), count(t->shape));
  return text;
}

}  // namespace nnc::emit::cuda
