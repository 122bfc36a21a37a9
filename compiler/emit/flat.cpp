#include "compiler/emit/flat.h"

#include "compiler/emit/text.h"

namespace nnc::emit {

using kernel::Place;

std::string flat_buffer(Place place) {
  switch (place) {
    case Place::param:
      return "w";
    case Place::gradient:
      return "gradient";
    default:
      return "uniform";
  }
}

std::string flat_offset(const kernel::Program& program, Place place, int64_t offset) {
  auto param = program.param_names.upper_bound(offset);
  if (place == Place::uniform || param == program.param_names.begin()) return offset ? std::to_string(offset) : "";
  --param;
  std::string text = "At::" + param->second;
  return offset == param->first ? text : text + " + " + std::to_string(offset - param->first);
}

std::string flat_pointer(const kernel::Program& program, Place place, int64_t offset) {
  std::string at = flat_offset(program, place, offset);
  return flat_buffer(place) + (at.empty() ? "" : " + " + at);
}

std::string flat_places(const kernel::Program& program) {
  std::string constants;
  for (const auto& [offset, name] : program.param_names)
    constants += "static constexpr std::ptrdiff_t " + name + " = " + std::to_string(offset) + ";\n";
  return fill(R"text(
/// Where each parameter begins in the flat buffer, in floats.
struct At {
  $constants$
};
)text",
              {{"constants", constants}});
}

}  // namespace nnc::emit
