#include "compiler/emit/sample.h"

#include <algorithm>

#include "compiler/emit/batch.h"
#include "compiler/emit/body.h"
#include "compiler/emit/flat.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/real.h"
#include "compiler/emit/text.h"
#include "compiler/kernel/affine.h"

namespace nnc::emit {

using kernel::Place;

namespace {

/// An element of a value's feature-major place for one sample, contiguous for inputs and outputs.
std::string place_of(const kernel::Program& program, const ir::Tensor& tensor) {
  const auto& storage = program.storage.at(&tensor);
  std::string base = "t." + identifier(program.buffers[static_cast<size_t>(storage.buffer)].name);
  return storage.offset ? base + " + " + std::to_string(storage.offset) : base;
}

const ir::Tensor* find(const kernel::Program& program, const std::string& name) { return program.module.find(name); }

bool is_of_params(const kernel::Program& program, const kernel::Product& product) {
  return program.storage.at(product.matrix.tensor).place == Place::param;
}

/// Copies a member of `element`s into its place in the tile, or out of it.
std::string load(const kernel::Program& program, const ir::Tensor& tensor, const std::string& member,
                 const sema::Tensor& of, const std::string& element) {
  std::string place = place_of(program, tensor), computed = tile_element(program, of.type);
  if (of.shape.empty()) return "*(" + place + ") = " + converted(computed, element, member) + ";\n";
  if (element == computed)
    return "std::copy_n(" + member + ".data(), " + std::to_string(count(of.shape)) + ", " + place + ");\n";
  return "for (std::size_t i = 0; i < " + member + ".size(); ++i) (" + place +
         ")[i] = " + converted(computed, element, member + "[i]") + ";\n";
}
std::string store(const kernel::Program& program, const ir::Tensor& tensor, const std::string& member,
                  const sema::Tensor& of, const std::string& element) {
  std::string place = place_of(program, tensor), computed = tile_element(program, of.type);
  if (of.shape.empty()) return member + " = " + converted(element, computed, "*(" + place + ")") + ";\n";
  if (element == computed)
    return "std::copy_n(" + place + ", " + std::to_string(count(of.shape)) + ", " + member + ".data());\n";
  return "for (std::size_t i = 0; i < " + member + ".size(); ++i) " + member +
         "[i] = " + converted(element, computed, "(" + place + ")[i]") + ";\n";
}

/// The constant tables that `steps` read.
std::string local_tables(const kernel::Program& program, const std::string& steps) {
  std::set<std::string> done;
  return mentioned_tables(constant_tables(program, done), steps, "static ");
}

/// What `steps` read of the network, whose uniform values begin at `first`.
std::string flat_buffers(const kernel::Program& program, const std::string& steps, int64_t first) {
  std::string text;
  if (mentions(steps, "w")) text += "const float* w = network.weights();\n";
  if (mentions(steps, "uniform")) {
    text += "const " + real_type(program) + "* uniform = network.uniform()" +
            (first > 0 ? " + " + std::to_string(first) : "") + ";\n";
  }
  return text;
}

}  // namespace

const ir::Tensor* seed_of(const kernel::Program& program, const sema::Output& output) {
  const ir::Tensor* tensor = find(program, "output_gradient." + output.name);
  return tensor && program.storage.contains(tensor) && program.storage.at(tensor).buffer >= 0 ? tensor : nullptr;
}

Sample::Sample(const Model& model) : model_(model) {
  auto place = [&](const kernel::Program& program) {
    for (const auto& step : program.tile) {
      auto* p = std::get_if<kernel::Product>(&step);
      if (!p || is_double(program) || !is_of_params(program, *p) || p->matrix.term_step != 1) continue;
      if (!places_.emplace(matrix(*p), packed_).second) continue;
      packed_ += p->terms * ((p->rows + 15) / 16 * 16);
    }
  };
  place(model.infer);
  if (model.derivative) place(*model.derivative);
}

Sample::Matrix Sample::matrix(const kernel::Product& p) {
  return {p.matrix.offset, p.rows, p.terms, p.matrix.row_step};
}

std::string Sample::pack() const {
  std::map<int64_t, Matrix> in_order;
  for (const auto& [matrix, place] : places_) in_order[place] = matrix;
  std::string text;
  for (const auto& [place, matrix] : in_order) {
    const auto& [offset, rows, terms, row_step] = matrix;
    std::string stride = row_step == terms ? "" : ", " + std::to_string(row_step);
    text += "nn::pack<" + std::to_string(rows) + ", " + std::to_string(terms) + ">(weights_.data() + " +
            flat_offset(model_.infer, Place::param, offset) + ", packed_.data() + " + std::to_string(place) + stride +
            ");\n";
  }
  return text;
}

std::string Sample::product(const kernel::Program& program, const kernel::Product& p) const {
  Body body(program, Lanes::one);
  std::string row = body.row_name(p);
  std::string rows = std::to_string(p.rows), terms = std::to_string(p.terms);
  std::string x = body.tile_pointer(p.x.buffer, p.x.feature);
  std::string y = identifier(p.name) + "_sum";
  std::string text = real_type(program) + " " + y + "[" + rows + "];\n";
  std::string start, base = flat_pointer(program, program.storage.at(p.matrix.tensor).place, p.matrix.offset);
  if (p.start) start = flat_pointer(program, program.storage.at(p.start->tensor).place, p.start->offset);
  const std::string call = x + ", " + (p.start ? start : "nullptr") + ", " + y + ");\n";
  const bool is_whole = is_of_params(program, p) && p.matrix.term_step == 1;
  if (auto packed = places_.find(matrix(p)); is_whole && packed != places_.end()) {
    text += "nn::dense<" + rows + ", " + terms + ">(network.packed() + " + std::to_string(packed->second) + ", " + call;
  } else if (!is_double(program) && p.matrix.row_step == 1) {
    text += "nn::transposed_dense<" + rows + ", " + terms + ", " + std::to_string(p.matrix.term_step) + ">(" + base +
            ", " + call;
  } else {
    text += fill(R"text(
for (int row = 0; row < $rows$; ++row) {
  $real$ sum = $start$;
  for (int k = 0; k < $terms$; ++k) sum += ($base$)[row * $row_step$ + k * $term_step$] * ($x$)[k];
  $y$[row] = sum;
}
)text",
                 {{"rows", rows},
                  {"start", p.start ? "(" + start + ")[row]" : real_literal(program, 0)},
                  {"real", real_type(program)},
                  {"terms", terms},
                  {"base", base},
                  {"row_step", std::to_string(p.matrix.row_step)},
                  {"term_step", std::to_string(p.matrix.term_step)},
                  {"x", x},
                  {"y", y}});
  }
  std::string value = y + "[" + row + "]";
  if (p.store == kernel::Store::add) {
    std::string out = body.tile_pointer(program.storage.at(p.out).buffer, p.out_feature);
    text += "for (int row = 0; row < " + rows + "; ++row) " + y + "[row] += (" + out + ")[row];\n";
  }
  std::string done = body.epilogue(p, value);
  return text + "for (int " + row + " = 0; " + row + " < " + rows + "; ++" + row + ") {\n" + indent(done, 2) + "}\n";
}

std::string Sample::fields(const kernel::Program& program) const {
  std::string fields;
  for (const auto& b : program.buffers) {
    fields += table_element(program, b.type) + " " + identifier(b.name) + "[" + std::to_string(b.features) + "];\n";
  }
  return fields;
}

std::string Sample::steps(const kernel::Program& program) const {
  std::string steps;
  for (const auto& step : program.tile) {
    if (auto* nest = std::get_if<kernel::Nest>(&step))
      steps += "{\n" + indent(Body(program, Lanes::one).nest(*nest), 2) + "}\n";
    if (auto* p = std::get_if<kernel::Product>(&step)) steps += "{\n" + indent(product(program, *p), 2) + "}\n";
    if (auto* clear = std::get_if<kernel::Clear>(&step)) {
      steps += "std::fill_n(" + place_of(program, *clear->tensor) + ", " +
               std::to_string(kernel::elements(*clear->tensor)) + ", " + real_literal(program, 0) + ");\n";
    }
  }
  return steps;
}

std::string Sample::load_inputs(const kernel::Program& program) const {
  std::string text;
  for (const sema::Tensor* input : model_.program->inputs) {
    if (!reads(program, *input)) continue;
    text +=
        load(program, *find(program, input->name), "sample." + identifier(input->name), *input, element_type(*input));
  }
  return text;
}

std::string Sample::function(const std::string& head, const std::string& result, const kernel::Program& program,
                             int64_t first_uniform, const std::string& in, const std::string& out) const {
  const std::string steps = this->steps(program);
  return fill(R"text(

$head$ {
  $tables$
  $flat$
  struct {
    $fields$
  } t;
  $in$
  $steps$
  $result$ result;
  $out$
  return result;
}
)text",
              {{"head", head},
               {"tables", local_tables(program, steps)},
               {"flat", flat_buffers(program, steps, first_uniform)},
               {"fields", fields(program)},
               {"in", in},
               {"steps", steps},
               {"result", result},
               {"out", out}});
}

std::string Sample::evaluate() const {
  const kernel::Program& infer = model_.infer;
  std::string out;
  for (const sema::Output& output : model_.program->outputs) {
    const ir::Tensor* tensor = find(infer, output.name);
    if (!tensor) continue;
    out += store(infer, *tensor, "result." + identifier(output.name), *output.tensor, element_type(*output.tensor));
  }
  return function(
      R"text(/// The outputs of one sample. Any thread; a bounded stack and no allocation. Static: files may be compiled for
/// different processors.
static inline Result evaluate([[maybe_unused]] const Network& network, [[maybe_unused]] const Sample& sample) noexcept)text",
      "Result", infer, 0, load_inputs(infer), out);
}

std::string Sample::differentiate() const {
  if (!model_.derivative) return "";
  const kernel::Program& derivative = *model_.derivative;
  std::string in = load_inputs(derivative), out;
  for (const sema::Output& output : real_outputs(*model_.program)) {
    const ir::Tensor* tensor = seed_of(derivative, output);
    if (!tensor) continue;
    in +=
        load(derivative, *tensor, "gradient." + identifier(output.name), *output.tensor, gradient_type(*output.tensor));
  }
  size_t next = 0;
  for (const sema::Tensor* input : real_inputs(*model_.program)) {
    const ir::Tensor& tensor = *derivative.module.outputs.at(next++);
    out += store(derivative, tensor, "result." + identifier(input->name), *input, gradient_type(*input));
  }
  return function(
      about_differentiate() +
          "static inline SampleGradient differentiate([[maybe_unused]] const Network& network, "
          "[[maybe_unused]] const Sample& sample, [[maybe_unused]] const ResultGradient& gradient) noexcept",
      "SampleGradient", derivative, model_.infer.uniforms, in, out);
}

std::string gradient_structs(const std::string& of_result, const std::string& of_sample) {
  return fill(R"text(
/// Of the caller's loss at one sample: its derivative by each output; and what `differentiate` makes of it, by each
/// input.
struct ResultGradient {
  $of_result$
};
struct SampleGradient {
  $of_sample$
};
)text",
              {{"of_result", of_result}, {"of_sample", of_sample}});
}

std::string about_differentiate() {
  return R"text(/// The derivative of one sample: by each number of each real input, the sum over all numbers of all real outputs of
/// ∂output/∂input · gradient; shapes are those of the sample, units those of the loss by those of the input. Not by
/// the parameters: that is Trainer::backward. Any thread; a bounded stack and no allocation.
)text";
}

}  // namespace nnc::emit
