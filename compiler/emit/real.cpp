#include "compiler/emit/real.h"

#include "compiler/emit/text.h"

namespace nnc::emit {

std::string real_type(const kernel::Program& program) { return is_double(program) ? "double" : "float"; }

std::string real_literal(const kernel::Program& program, double value) {
  return is_double(program) ? double_literal(value) : float_literal(value);
}

std::string tile_element(const kernel::Program& program, ir::Type type) {
  return type == ir::Type::boolean ? "std::int32_t" : table_element(program, type);
}

std::string table_element(const kernel::Program& program, ir::Type type) {
  switch (type) {
    case ir::Type::boolean:
      return "bool";
    case ir::Type::i32:
      return "std::int32_t";
    case ir::Type::u32:
      return "std::uint32_t";
    case ir::Type::real:
      break;
  }
  return real_type(program);
}

}  // namespace nnc::emit
