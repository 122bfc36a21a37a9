#include "compiler/emit/cuda/rows.h"

#include "compiler/emit/interface.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cuda {

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
