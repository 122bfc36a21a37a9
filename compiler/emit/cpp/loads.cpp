#include "compiler/emit/cpp/loads.h"

#include "compiler/emit/interface.h"

namespace nnc::emit::cpp {

std::string load_rows(const Surface& s, const std::string& tensor, const std::string& rows, int64_t width) {
  const ir::Tensor* t = s.program().module.find(tensor);
  if (!t || !s.program().storage.count(t) || s.program().storage.at(t).buffer < 0) return "";
  return "nn::load_rows<" + std::to_string(width) + ", T>(" + rows + ", first, count, " + s.rows_pointer(*t) + ");\n";
}
std::string store_rows(const Surface& s, const std::string& tensor, const std::string& rows, int64_t width) {
  const ir::Tensor* t = s.program().module.find(tensor);
  if (!t) return "";
  return "if (!" + rows + ".empty()) nn::store_rows<" + std::to_string(width) + ", T>(" + s.rows_pointer(*t) + ", " +
         rows + ", first, count);\n";
}
std::string load_inputs(const Surface& s, const sema::Program& program) {
  std::string text;
  for (const sema::Tensor* t : program.inputs)
    text += load_rows(s, t->name, "in." + identifier(t->name), count(t->shape));
  return text;
}

std::string store_outputs(const Surface& s, const sema::Program& program) {
  std::string text;
  for (const auto& o : program.outputs)
    text += store_rows(s, o.name, "out." + identifier(o.name), count(o.tensor->shape));
  return text;
}

}  // namespace nnc::emit::cpp
