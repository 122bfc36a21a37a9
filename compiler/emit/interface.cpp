#include "compiler/emit/interface.h"

#include <algorithm>

#include "compiler/emit/body.h"
#include "compiler/emit/real.h"
#include "compiler/emit/text.h"
#include "compiler/kernel/equations.h"

namespace nnc::emit {

int64_t count(const sema::Shape& shape) {
  int64_t n = 1;
  for (int64_t e : shape) n *= e;
  return n;
}

std::string element_type(const sema::Tensor& tensor) {
  switch (tensor.width) {
    case sema::Width::u8:
      return "std::uint8_t";
    case sema::Width::i64:
      return "std::int64_t";
    case sema::Width::as_computed:
      break;
  }
  static constexpr const char* kReals[] = {"nn::f16", "nn::bf16", "float", "double"};
  static constexpr const char* kIntegers[] = {"std::int32_t", "std::int32_t", "std::uint32_t"};
  return tensor.type == sema::Type::real ? kReals[static_cast<size_t>(tensor.stored)]
                                         : kIntegers[static_cast<size_t>(tensor.type)];
}

std::string gradient_type(const sema::Tensor& tensor) {
  return tensor.stored == scalar::Format::f64 ? "double" : "float";
}

std::string converted(const std::string& to, const std::string& from, const std::string& value) {
  return to == from ? value : "nn::convert<" + to + ">(" + value + ")";
}

std::string shape_text(const sema::Shape& shape) {
  if (shape.empty()) return "a number";
  std::string text = "[";
  for (size_t d = 0; d < shape.size(); ++d) text += (d ? ", " : "") + std::to_string(shape[d]);
  return text + "]";
}

std::string target_name(const sema::Tensor& target) {
  size_t dot = target.name.find('.');
  return dot == std::string::npos ? target.name : target.name.substr(dot + 1);
}

namespace {

std::string element_of(const sema::Tensor& tensor, Of of) {
  return of == Of::numbers ? element_type(tensor) : gradient_type(tensor);
}

std::string rows_field(const std::string& rows, const std::string& name, const sema::Tensor& tensor, bool is_const,
                       Of of) {
  return rows + "<" + (is_const ? "const " : "") + element_of(tensor, of) + ", " + std::to_string(count(tensor.shape)) +
         "> " + identifier(name) + ";  // " + shape_text(tensor.shape) + "\n";
}

std::string sample_field(const std::string& name, const sema::Tensor& tensor, Of of) {
  const std::string element = element_of(tensor, of);
  if (tensor.shape.empty()) return element + " " + identifier(name) + ";\n";
  return "std::array<" + element + ", " + std::to_string(count(tensor.shape)) + "> " + identifier(name) + ";  // " +
         shape_text(tensor.shape) + "\n";
}

}  // namespace

std::string rows_fields(const std::vector<const sema::Tensor*>& tensors, bool is_const, const std::string& rows,
                        Of of) {
  std::string text;
  for (const sema::Tensor* t : tensors) text += rows_field(rows, target_name(*t), *t, is_const, of);
  return text;
}

std::string output_rows_fields(const std::vector<sema::Output>& outputs, bool is_const, const std::string& rows,
                               Of of) {
  std::string text;
  for (const sema::Output& o : outputs) text += rows_field(rows, o.name, *o.tensor, is_const, of);
  return text;
}

std::string sample_fields(const std::vector<const sema::Tensor*>& tensors, Of of) {
  std::string text;
  for (const sema::Tensor* t : tensors) text += sample_field(t->name, *t, of);
  return text;
}

std::string result_fields(const std::vector<sema::Output>& outputs, Of of) {
  std::string text;
  for (const sema::Output& o : outputs) text += sample_field(o.name, *o.tensor, of);
  return text;
}

std::string weight_accessors(const Model& model) {
  std::string text;
  for (const Param& p : model.params) {
    const std::string& name = model.infer.param_names.at(p.offset);
    std::string at = " + At::" + name;
    text += "float* " + name + "() { return data()" + at + "; }  // " + shape_text(p.tensor->shape) + "\n";
    text += "const float* " + name + "() const { return data()" + at + "; }\n";
  }
  return text;
}

std::string given_values(const Model& model) {
  std::string text;
  for (const Param& p : model.params) {
    if (p.tensor->initial.kind != sema::Initial::Kind::given) continue;
    text += "constexpr float " + identifier(p.tensor->name) + "_given[] = {";
    for (size_t i = 0; i < p.tensor->initial.values.size(); ++i)
      text += (i ? ", " : "") + float_literal(p.tensor->initial.values[i]);
    text += "};\n";
  }
  return text;
}

std::string param_table(const Model& model) {
  std::string text;
  for (const Param& p : model.params) {
    const sema::Initial& initial = p.tensor->initial;
    std::string shape;
    for (int64_t e : p.tensor->shape) shape += (shape.empty() ? "" : ", ") + std::to_string(e);
    std::string start, a = "0.0", b = "0.0", given = "nullptr";
    switch (initial.kind) {
      case sema::Initial::Kind::uniform:
        start = "kUniform", a = double_literal(initial.low), b = double_literal(initial.high);
        break;
      case sema::Initial::Kind::normal:
        start = "kNormal", a = double_literal(initial.sigma);
        break;
      case sema::Initial::Kind::weight:  // of a state, which a trainer starts
      case sema::Initial::Kind::constant:
        start = "kConstant", a = double_literal(initial.value);
        break;
      case sema::Initial::Kind::given:
        start = "kGiven", given = identifier(p.tensor->name) + "_given";
        break;
    }
    text += "{\"" + p.tensor->name + "\", " + std::to_string(p.offset) + ", " + std::to_string(p.count) + ", " +
            std::to_string(p.tensor->shape.size()) + ", {" + shape + "}, nn::Start::" + start + ", " + a + ", " + b +
            ", " + std::to_string(std::max(p.tensor->number, 0)) + "u, " + given + "},\n";
  }
  return text;
}

std::string weights_declarations(const Model& model) {
  std::string text = fill(R"text(
/// Parameters from and to a safetensors file, or its bytes in memory. Every complaint is an nn::FileError, and nothing is
/// loaded then.
Weights load(const std::string& path);
Weights load(const void* bytes, std::size_t size);
)text",
                          {});
  if (!model.embedded_from.empty()) {
    text += "/// The parameters that this source holds, those of " + model.embedded_from + ".\nWeights embedded();\n";
  }
  return text + "void save(const std::string& path, const Weights& weights);\n";
}

namespace {

/// The numbers of `embedded`, a parameter after the other, in lines of a page's width.
std::string embedded_numbers(const Model& model) {
  constexpr size_t kWidth = 118;
  std::string text = "constexpr float kEmbedded[Weights::kSize] = {\n";
  for (const Param& param : model.params) {
    text += "  // " + param.tensor->name + " " + shape_text(param.tensor->shape) + "\n";
    std::string line = " ";
    for (int64_t i = param.offset; i < param.offset + param.count; ++i) {
      const std::string number = " " + float_literal(static_cast<double>(model.embedded[static_cast<size_t>(i)])) + ",";
      if (line.size() + number.size() > kWidth) {
        text += line + "\n";
        line = " ";
      }
      line += number;
    }
    text += line + "\n";
  }
  return text + "};\n";
}

std::string embedded_function(const Model& model) {
  if (model.embedded_from.empty()) return "";
  if (model.params.empty()) return "\nWeights embedded() { return Weights(); }\n";
  return "\nnamespace {\n\n" + embedded_numbers(model) + R"text(
}  // namespace

Weights embedded() {
  Weights weights;
  std::copy(std::begin(kEmbedded), std::end(kEmbedded), weights.data());
  return weights;
}
)text";
}

}  // namespace

std::string weights_files(const Model& model) {
  return fill(R"text(

namespace {

NN_COLD Weights weights_of(const nn::WeightsFile& file, const std::string& name) {
  nn::check_model(file, name, "$model$");
  Weights weights;
  std::vector<nn::WantedTensor> wanted;
  nn::want_params(wanted, kParams, kParamCount, weights.data());
  file.load(wanted);
  return weights;
}

}  // namespace

NN_COLD Weights load(const std::string& path) { return weights_of(nn::WeightsFile::read(path), path); }

NN_COLD Weights load(const void* bytes, std::size_t size) {
  const std::string name = "weights in memory";
  return weights_of(nn::WeightsFile::parse({static_cast<const char*>(bytes), size}, name), name);
}

NN_COLD void save(const std::string& path, const Weights& weights) {
  nn::WeightsWriter file;
  file.set_metadata("format", "nnc 1");
  file.set_metadata("model", "$model$");
  nn::write_params(file, kParams, kParamCount, weights.data());
  file.write(path);
}
)text",
              {{"model", model.program->name}}) +
         embedded_function(model);
}

std::string constant_tables(const kernel::Program& program, std::set<std::string>& done) {
  std::string text;
  auto table = [&](const ir::Tensor& tensor) {
    bool is_same = std::adjacent_find(tensor.data.begin(), tensor.data.end(), std::not_equal_to()) == tensor.data.end();
    if (tensor.data.empty() || is_same || !done.insert(Body::table_name(tensor)).second) return;
    text += "constexpr " + table_element(program, tensor.type) + " " + Body::table_name(tensor) + "[" +
            std::to_string(tensor.data.size()) + "] = {";
    for (size_t i = 0; i < tensor.data.size(); ++i) {
      double x = tensor.data[i];
      std::string number = tensor.type == ir::Type::real
                               ? real_literal(program, x)
                               : std::to_string(static_cast<int64_t>(x)) + (tensor.type == ir::Type::u32 ? "u" : "");
      if (tensor.type == ir::Type::boolean) number = x != 0 ? "true" : "false";
      text += (i ? ", " : "") + number;
    }
    text += "};\n";
  };
  auto look = [&](const kernel::Statement& s) {
    kernel::for_each_read(s.equation, [&](const ir::Node* read) { table(*read->tensor); });
  };
  auto look_nest = [&](const kernel::Nest& nest) {
    for (const auto& g : nest.groups) std::for_each(g.statements.begin(), g.statements.end(), look);
  };
  look_nest(program.before);
  for (const auto& step : program.tile) {
    if (auto* nest = std::get_if<kernel::Nest>(&step)) look_nest(*nest);
    if (auto* product = std::get_if<kernel::Product>(&step))
      std::for_each(product->epilogue.begin(), product->epilogue.end(), look);
  }
  for (const auto& s : program.scatters) look_nest(s.nest);
  look_nest(program.after);
  return text;
}

std::string mentioned_tables(const std::string& tables, const std::string& text, const std::string& word) {
  std::string found;
  for (size_t line = 0, end; (end = tables.find('\n', line)) != std::string::npos; line = end + 1) {
    std::string table = tables.substr(line, end - line + 1);
    size_t bracket = table.find('['), space = table.rfind(' ', bracket);
    if (mentions(text, table.substr(space + 1, bracket - space - 1))) found += word + table;
  }
  return found;
}

}  // namespace nnc::emit
