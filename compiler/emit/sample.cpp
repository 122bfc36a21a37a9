#include "compiler/emit/sample.h"

#include <algorithm>

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

}  // namespace

Sample::Sample(const Model& model) : model_(model) {
  for (const auto& step : model.infer.tile) {
    auto* product = std::get_if<kernel::Product>(&step);
    if (!product || !is_packed(*product)) continue;
    places_[product] = packed_;
    packed_ += product->terms * ((product->rows + 15) / 16 * 16);
  }
}

/// A matrix of parameters, row by row.
bool Sample::is_packed(const kernel::Product& product) const {
  return !is_double(model_.infer) && model_.infer.storage.at(product.matrix.tensor).place == Place::param &&
         product.matrix.term_step == 1;
}

std::string Sample::pack() const {
  std::string text;
  for (const auto& step : model_.infer.tile) {
    auto* p = std::get_if<kernel::Product>(&step);
    if (!p || !places_.contains(p)) continue;
    std::string stride = p->matrix.row_step == p->terms ? "" : ", " + std::to_string(p->matrix.row_step);
    text += "nn::pack<" + std::to_string(p->rows) + ", " + std::to_string(p->terms) + ">(weights_.data() + " +
            flat_offset(model_.infer, Place::param, p->matrix.offset) + ", packed_.data() + " +
            std::to_string(places_.at(p)) + stride + ");\n";
  }
  return text;
}

std::string Sample::product(const kernel::Product& p) const {
  Body body(model_.infer, Lanes::one);
  std::string row = body.row_name(p);
  std::string rows = std::to_string(p.rows), terms = std::to_string(p.terms);
  std::string x = body.tile_pointer(p.x.buffer, p.x.feature);
  std::string y = identifier(p.name) + "_sum";
  std::string text = real_type(model_.infer) + " " + y + "[" + rows + "];\n";
  std::string start;
  if (p.start) start = flat_pointer(model_.infer, model_.infer.storage.at(p.start->tensor).place, p.start->offset);
  if (places_.contains(&p)) {
    text += "nn::dense<" + rows + ", " + terms + ">(network.packed() + " + std::to_string(places_.at(&p)) + ", " + x +
            ", " + (p.start ? start : "nullptr") + ", " + y + ");\n";
  } else {
    Place place = model_.infer.storage.at(p.matrix.tensor).place;
    text += fill(R"text(
for (int row = 0; row < $rows$; ++row) {
  $real$ sum = $start$;
  for (int k = 0; k < $terms$; ++k) sum += ($base$)[row * $row_step$ + k * $term_step$] * ($x$)[k];
  $y$[row] = sum;
}
)text",
                 {{"rows", rows},
                  {"start", p.start ? "(" + start + ")[row]" : real_literal(model_.infer, 0)},
                  {"real", real_type(model_.infer)},
                  {"terms", terms},
                  {"base", flat_pointer(model_.infer, place, p.matrix.offset)},
                  {"row_step", std::to_string(p.matrix.row_step)},
                  {"term_step", std::to_string(p.matrix.term_step)},
                  {"x", x},
                  {"y", y}});
  }
  std::string value = y + "[" + row + "]";
  if (p.store == kernel::Store::add) {
    std::string out = body.tile_pointer(model_.infer.storage.at(p.out).buffer, p.out_feature);
    text += "for (int row = 0; row < " + rows + "; ++row) " + y + "[row] += (" + out + ")[row];\n";
  }
  std::string done = body.epilogue(p, value);
  return text + "for (int " + row + " = 0; " + row + " < " + rows + "; ++" + row + ") {\n" + indent(done, 2) + "}\n";
}

std::string Sample::function() const {
  const kernel::Program& infer = model_.infer;
  std::string fields, steps, in, out, tables;
  for (const auto& b : infer.buffers) {
    fields += table_element(infer, b.type) + " " + identifier(b.name) + "[" + std::to_string(b.features) + "];\n";
  }
  for (const sema::Tensor* input : model_.program->inputs) {
    const ir::Tensor* tensor = find(infer, input->name);
    if (!tensor || infer.storage.at(tensor).buffer < 0) continue;
    std::string name = "sample." + identifier(input->name), place = place_of(infer, *tensor);
    std::string element = element_type(*input), computed = tile_element(infer, input->type);
    if (input->shape.empty()) {
      in += "*(" + place + ") = " + converted(computed, element, name) + ";\n";
    } else if (element != computed) {
      in += "for (std::size_t i = 0; i < " + name + ".size(); ++i) (" + place +
            ")[i] = " + converted(computed, element, name + "[i]") + ";\n";
    } else {
      in += "std::copy_n(" + name + ".data(), " + std::to_string(count(input->shape)) + ", " + place + ");\n";
    }
  }
  for (const auto& step : infer.tile) {
    if (auto* nest = std::get_if<kernel::Nest>(&step))
      steps += "{\n" + indent(Body(infer, Lanes::one).nest(*nest), 2) + "}\n";
    if (auto* p = std::get_if<kernel::Product>(&step)) steps += "{\n" + indent(product(*p), 2) + "}\n";
    if (auto* clear = std::get_if<kernel::Clear>(&step)) {
      steps += "std::fill_n(" + place_of(infer, *clear->tensor) + ", " +
               std::to_string(kernel::elements(*clear->tensor)) + ", " + real_literal(infer, 0) + ");\n";
    }
  }
  for (const sema::Output& output : model_.program->outputs) {
    const ir::Tensor* tensor = find(infer, output.name);
    if (!tensor) continue;
    std::string name = "result." + identifier(output.name), place = place_of(infer, *tensor);
    std::string element = element_type(*output.tensor), computed = tile_element(infer, output.tensor->type);
    if (output.tensor->shape.empty()) {
      out += name + " = " + converted(element, computed, "*(" + place + ")") + ";\n";
    } else if (element != computed) {
      out += "for (std::size_t i = 0; i < " + name + ".size(); ++i) " + name +
             "[i] = " + converted(element, computed, "(" + place + ")[i]") + ";\n";
    } else {
      out += "std::copy_n(" + place + ", " + std::to_string(count(output.tensor->shape)) + ", " + name + ".data());\n";
    }
  }
  std::set<std::string> done;
  tables = constant_tables(infer, done);
  for (size_t at = 0; (at = tables.find("constexpr ", at)) != std::string::npos; at += 17) tables.insert(at, "static ");
  std::string unused;
  auto uses = [&](const char* word) { return mentions(steps, word); };
  if (uses("w")) unused += "const float* w = network.weights();\n";
  if (uses("uniform")) unused += "const " + real_type(infer) + "* uniform = network.uniform();\n";
  return fill(R"text(

/// The outputs of one sample. Any thread; a bounded stack and no allocation. Static: files may be compiled for
/// different processors.
static inline Result evaluate([[maybe_unused]] const Network& network, [[maybe_unused]] const Sample& sample) noexcept {
  $tables$
  $unused$
  struct {
    $fields$
  } t;
  $in$
  $steps$
  Result result;
  $out$
  return result;
}
)text",
              {{"tables", tables}, {"unused", unused}, {"fields", fields}, {"in", in}, {"steps", steps}, {"out", out}});
}

}  // namespace nnc::emit
