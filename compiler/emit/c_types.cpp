#include "compiler/emit/c_types.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "compiler/emit/batch.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/text.h"

namespace nnc::emit {
namespace {

/// The type of an element as C++ has it, as a word of a struct's name, and as C has it.
struct Element {
  std::string_view cpp, word, c, about;
};
constexpr Element kElements[] = {
    {"float", "f32", "float", ""},
    {"double", "f64", "double", ""},
    {"nn::f16", "f16", "uint16_t", "  // the bits of IEEE binary16"},
    {"nn::bf16", "bf16", "uint16_t", "  // the upper half of a float"},
    {"std::uint8_t", "u8", "uint8_t", ""},
    {"std::int32_t", "i32", "int32_t", ""},
    {"std::uint32_t", "u32", "uint32_t", ""},
    {"std::int64_t", "i64", "int64_t", ""},
};

const Element& element_of(const std::string& cpp) {
  const Element* element =
      std::find_if(std::begin(kElements), std::end(kElements), [&](const Element& e) { return e.cpp == cpp; });
  if (element == std::end(kElements)) throw std::logic_error("C has no type for " + cpp);
  return *element;
}

/// `restrict` is the one word of C99 that C++ has not.
std::string c_identifier(const std::string& name) {
  const std::string word = identifier(name);
  return word == "restrict" ? "restrict_" : word;
}

CField field(const std::string& name, const sema::Tensor& tensor, const std::string& element) {
  return {name,
          identifier(name),
          c_identifier(name),
          element,
          count(tensor.shape),
          shape_text(tensor.shape),
          tensor.shape.empty()};
}

std::string rows_type(const std::string& prefix, const Element& element, bool is_const) {
  return prefix + (is_const ? "_const_" : "_") + std::string(element.word) + "_rows";
}

}  // namespace

CStructs::CStructs(const Model& model)
    : inputs{"inputs", "Inputs", "A batch, a row a sample.", true, {}},
      outputs{"outputs", "Outputs", "Where outputs go; null data are not wanted.", false, {}},
      output_gradients{
          "output_gradients", "OutputGradients", "Of the caller's loss: its derivative by each output.", true, {}},
      input_gradients{"input_gradients",
                      "InputGradients",
                      "Where `backward` puts the derivatives by the inputs; null data are not wanted.",
                      false,
                      {}},
      targets{"targets", "Targets", "What the loss compares with, a row a sample.", true, {}},
      sample{"sample", "Sample", "One sample.", true, {}},
      result{"result", "Result", "", false, {}},
      result_gradient{"result_gradient",
                      "ResultGradient",
                      "Of the caller's loss at one sample: its derivative by each output; and what `differentiate` "
                      "makes of it, by each input.",
                      true,
                      {}},
      sample_gradient{"sample_gradient", "SampleGradient", "", false, {}} {
  const sema::Program& program = *model.program;
  for (const sema::Tensor* input : program.inputs)
    inputs.fields.push_back(field(input->name, *input, element_type(*input)));
  for (const sema::Output& output : program.outputs)
    outputs.fields.push_back(field(output.name, *output.tensor, element_type(*output.tensor)));
  for (const sema::Output& output : real_outputs(program))
    output_gradients.fields.push_back(field(output.name, *output.tensor, gradient_type(*output.tensor)));
  for (const sema::Tensor* input : real_inputs(program))
    input_gradients.fields.push_back(field(input->name, *input, gradient_type(*input)));
  if (model.step) {
    for (const sema::Tensor* target : program.targets)
      targets.fields.push_back(field(target_name(*target), *target, element_type(*target)));
  }
  sample.fields = inputs.fields;
  result.fields = outputs.fields;
  if (!model.derivative) return;
  result_gradient.fields = output_gradients.fields;
  sample_gradient.fields = input_gradients.fields;
}

std::string c_element_rows(const std::string& prefix, const CStructs& structs) {
  std::string text;
  std::set<std::string> done;
  for (const CStruct* each : structs.of_rows()) {
    for (const CField& one : each->fields) {
      const Element& element = element_of(one.element);
      const std::string type = rows_type(prefix, element, each->is_const);
      if (!done.insert(type).second) continue;
      text += fill(R"text(
typedef struct $type$ {
  $element$* data;$about$
  ptrdiff_t row_stride, element_stride;
} $type$;
)text",
                   {{"type", type},
                    {"element", (each->is_const ? "const " : "") + std::string(element.c)},
                    {"about", std::string(element.about)}});
    }
  }
  return text;
}

namespace {

std::string c_struct(const std::string& prefix, const CStruct& one, const std::string& members) {
  if (one.empty()) return "";
  return fill(R"text(

$about$
typedef struct $type$ {
  $members$
} $type$;
)text",
              {{"about", one.about.empty() ? "" : "/// " + one.about},
               {"type", prefix + "_" + one.word},
               {"members", members}});
}

}  // namespace

std::string c_rows_struct(const std::string& prefix, const CStruct& rows) {
  std::string members;
  for (const CField& one : rows.fields)
    members += rows_type(prefix, element_of(one.element), rows.is_const) + " " + one.c + ";  // " + one.shape + "\n";
  return c_struct(prefix, rows, members);
}

std::string c_sample_struct(const std::string& prefix, const CStruct& sample) {
  std::string members;
  for (const CField& one : sample.fields) {
    const Element& element = element_of(one.element);
    const std::string extent = one.is_number ? "" : "[" + std::to_string(one.width) + "]";
    std::string about(element.about);
    if (extent != one.shape && !one.is_number) about += (about.empty() ? "  // " : ", ") + one.shape;
    members += std::string(element.c) + " " + one.c + extent + ";" + about + "\n";
  }
  return c_struct(prefix, sample, members);
}

}  // namespace nnc::emit
