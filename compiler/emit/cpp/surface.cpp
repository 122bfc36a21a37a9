#include "compiler/emit/cpp/surface.h"

#include <algorithm>
#include <optional>

#include "compiler/emit/flat.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/real.h"
#include "compiler/kernel/affine.h"

namespace nnc::emit::cpp {

using ir::Tensor;
using kernel::Place;
using kernel::Storage;

namespace {

std::string upper_first(std::string word) {
  word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  return word;
}

/// What a function that computes a tensor is called: "hash_grid_0" of `hash_grid_0.slot_1`, "linear_0" of
/// `linear_0_sum`, the name itself where it has no such end.
std::string instance(const std::string& name) {
  constexpr std::string_view kSum = "_sum";
  std::string result = name.substr(0, name.rfind('.'));
  while (result.size() > kSum.size() && result.compare(result.size() - kSum.size(), kSum.size(), kSum) == 0)
    result.resize(result.size() - kSum.size());
  return result;
}

}  // namespace

Surface::Surface(const Model& model, const kernel::Program& program, std::string word, Functions& functions)
    : model_(model), program_(program), word_(word), type_(upper_first(word)), functions_(functions) {
  find_sums();
}

bool Surface::has_kept() const {
  return std::any_of(program_.buffers.begin(), program_.buffers.end(), [](const auto& b) { return b.kept; });
}

Lanes Surface::lanes() const { return is_double(program_) ? Lanes::each : Lanes::vectors; }
std::string Surface::runtime() const { return is_double(program_) ? "nn::f64::" : "nn::"; }

std::string Surface::comment(Span span) const {
  std::string at = file_and_line(span);
  return at.empty() ? "" : "  // " + at;
}

std::string Surface::sum_target(const Tensor& tensor, int64_t offset) const {
  return flat_pointer(program_, program_.storage.at(&tensor).place, offset);
}

void Surface::find_sums() {
  Names names;
  // Of an outer product `terms` numbers a row; lanes, by rows alone, have no terms.
  auto add = [&](const SumKey& key, const Tensor& out, int64_t offset, int64_t rows, std::optional<int64_t> terms,
                 int64_t row_step) {
    Sum& sum = sums_[key];
    if (!sum.name.empty()) return;
    sum.name = names.unique(Body::sums_name(out));
    const int64_t columns = terms.value_or(1);
    std::string target = sum_target(out, offset), stride = row_step == columns ? "" : ", " + std::to_string(row_step);
    std::string height = std::to_string(rows), width = std::to_string(columns);
    if (is_double(program_)) {
      sum.type = columns == 1 ? height : height + " * " + width;
      sum.add_to = "nn::f64::add_sums<" + height + ", " + width + ">(sums." + sum.name + ", " + target + stride + ");";
    } else if (terms) {
      std::string gradient = "nn::WeightGradient<" + height + ", " + width + ", T>";
      sum.type = gradient + "::size";
      sum.add_to = gradient + "::add_to(sums." + sum.name + ", " + target + stride + ");";
    } else {
      sum.type = height + " * nn::kLanes";
      sum.add_to = "nn::add_lanes<" + height + ">(sums." + sum.name + ", " + target + ");";
    }
  };
  for (const auto& a : program_.accumulators)
    add({a.out->name, -1, 0, 0, 0}, *a.out, program_.storage.at(a.out).offset, a.elements, {}, 1);
  for (const auto& step : program_.tile) {
    if (auto* o = std::get_if<kernel::Outer>(&step)) {
      add({o->out->name, o->offset, o->rows, o->terms, o->row_step}, *o->out, o->offset, o->rows, o->terms,
          o->row_step);
    } else if (auto* l = std::get_if<kernel::LaneSum>(&step)) {
      add({l->out->name, l->offset, l->rows, 0, 0}, *l->out, l->offset, l->rows, {}, 1);
    }
  }
}

std::string Surface::add_sums() const {
  std::string text;
  for (const auto& [key, sum] : sums_) text += sum.add_to + "\n";
  return text;
}

std::string Surface::structs() const {
  std::string tile, kept, sums;
  for (const auto& b : program_.buffers) {
    std::string field = "alignas(64) " + tile_element(program_, b.type) + " " + identifier(b.name) + "[" +
                        std::to_string(b.features) + " * T];\n";
    (b.kept ? kept : tile) += field;
  }
  for (const auto& [key, sum] : sums_)
    sums += "alignas(64) " + real_type(program_) + " " + sum.name + "[" + sum.type + "];\n";
  std::string text = fill(R"text(
/// What one tile of samples holds between the steps of `$word$`.
struct $type$Tile {
  $tile$
};
)text",
                          {{"word", word_}, {"type", type_}, {"tile", tile}});
  if (!kept.empty()) {
    text += fill(R"text(
/// What a tile leaves for the scatters of its chunk.
struct $type$Kept {
  $kept$
};
)text",
                 {{"type", type_}, {"kept", kept}});
  }
  if (!sums.empty()) {
    text += fill(R"text(
/// Sums over the samples of one worker: weight gradients block by block, others lane by lane.
struct $type$Sums {
  $sums$
};
)text",
                 {{"type", type_}, {"sums", sums}});
  }
  return text;
}

std::string Surface::rows_pointer(const Tensor& tensor) const {
  const Storage& storage = program_.storage.at(&tensor);
  return Body(program_, lanes()).tile_pointer(storage.buffer, storage.offset);
}

/// What functions may need besides tile buffers.
std::vector<Parameter> Surface::surroundings() const {
  return {{"const float*", "w", "w"},
          {sums_type() + "&", "sums", "sums"},
          {"const " + real_type(program_) + "*", "uniform", "uniform"},
          {"int", "count", "count"},
          {real_type(program_), "samples", "samples"}};
}

std::string Surface::nest_call(const kernel::Nest& nest, std::string& functions) {
  Body body(program_, lanes());
  body.take_arguments(nest);
  std::string text = body.nest(nest);
  return functions_.call(instance(nest.name), parameters_of(text, body, surroundings()), text, "", comment(nest.span),
                         functions) +
         ";";
}

std::string Surface::product_call(const kernel::Product& p, std::string& functions) {
  Body body(program_, lanes());
  body.take_arguments(p);
  std::string row = body.row_name(p);
  std::string done = body.epilogue(p, "value");
  std::string matrix = flat_pointer(program_, program_.storage.at(p.matrix.tensor).place, p.matrix.offset);
  std::string rows = std::to_string(p.rows), terms = std::to_string(p.terms), kernel = runtime();
  if (p.matrix.row_step == p.terms && p.matrix.term_step == 1) {
    kernel += "dense<" + rows + ", " + terms + ", T>";
  } else if (p.matrix.row_step == 1 && p.matrix.term_step == p.rows) {
    kernel += "dense_transposed<" + rows + ", " + terms + ", T>";
  } else {
    kernel += "product<" + rows + ", " + terms + ", " + std::to_string(p.matrix.row_step) + ", " +
              std::to_string(p.matrix.term_step) + ", T>";
  }
  std::string x = body.tile_pointer(p.x.buffer, p.x.feature);
  std::string start = is_double(program_) ? "[](int, int) { return 0.0; }" : "nn::kFromZero", value;
  if (p.start) {
    std::string row_start = flat_pointer(program_, program_.storage.at(p.start->tensor).place, p.start->offset);
    start = is_double(program_) ? "[&](int row, int) { return double{(" + row_start + ")[row]}; }"
                                : "nn::FromRow{" + row_start + "}";
  } else if (p.store == kernel::Store::add) {
    std::string out = body.tile_pointer(program_.storage.at(p.out).buffer, p.out_feature);
    start = is_double(program_) ? "[&](int row, int lane) { return (" + out + ")[row * T + lane]; }"
                                : "[&](int row, int s) NN_LAMBDA { return nn::load(" + out + " + row * T + s); }";
  }
  value = is_double(program_) ? ", [&](int " + row + ", int lane, double value) {\n"
                              : ", [&](int " + row + ", int s, nn::Vec value) NN_LAMBDA {\n";
  std::string text = kernel + "(" + matrix + ", " + x + ", " + start + value + indent(done, 2) + "});\n";
  return functions_.call(instance(p.name), parameters_of(text, body, surroundings()), text, "", comment(p.span),
                         functions) +
         ";";
}

/// Clears the absent samples of rows before they are first summed over: a value is made once and then only read.
std::string Surface::without_absent(const std::string& rows, int64_t count) {
  std::string text = runtime() + "clear_lanes<" + std::to_string(count) + ", T>(" + rows + ", count);\n";
  return cleared_.insert(text).second ? text : "";
}

std::string Surface::step_call(const kernel::Step& step, std::string& functions) {
  Body body(program_, lanes());
  if (auto* nest = std::get_if<kernel::Nest>(&step)) return nest_call(*nest, functions);
  if (auto* product = std::get_if<kernel::Product>(&step)) return product_call(*product, functions);
  if (auto* o = std::get_if<kernel::Outer>(&step)) {
    std::string dy = body.tile_pointer(o->dy.buffer, o->dy.feature), x = body.tile_pointer(o->x.buffer, o->x.feature);
    std::string extents = std::to_string(o->rows) + ", " + std::to_string(o->terms) + ", T>";
    std::string sum = is_double(program_) ? "nn::f64::accumulate_outer<" + extents
                                          : "nn::WeightGradient<" + extents + "::accumulate<T>";
    return without_absent(dy, o->rows) + sum + "(" + dy + ", " + x + ", sums." +
           sums_.at({o->out->name, o->offset, o->rows, o->terms, o->row_step}).name + ");" + comment(o->span);
  }
  if (auto* l = std::get_if<kernel::LaneSum>(&step)) {
    std::string x = body.tile_pointer(l->x.buffer, l->x.feature);
    return without_absent(x, l->rows) + runtime() + "sum_lanes<" + std::to_string(l->rows) + ", T>(" + x + ", sums." +
           sums_.at({l->out->name, l->offset, l->rows, 0, 0}).name + ");" + comment(l->span);
  }
  const auto& clear = std::get<kernel::Clear>(step);
  const Storage& storage = program_.storage.at(clear.tensor);
  return "std::fill_n(" + body.tile_pointer(storage.buffer, storage.offset) + ", " +
         std::to_string(kernel::elements(*clear.tensor)) + " * T, " + real_literal(program_, 0) + ");";
}

std::string Surface::functions() {
  std::string functions, calls;
  for (const auto& step : program_.tile) calls += step_call(step, functions) + "\n";
  auto uses = [&](const char* word) { return mentions(calls, word); };
  std::string params = "const float* w, " + tile_type() + "& t";
  if (has_kept()) params += ", " + kept_type() + "& kept";
  if (has_sums()) params += ", " + sums_type() + "& sums";
  std::string unused;
  for (const char* param : {"w", "t"}) {
    if (!uses(param)) unused += "(void)" + std::string(param) + ";\n";
  }
  if (has_kept() && !uses("kept")) unused += "(void)kept;\n";
  if (has_sums() && !uses("sums")) unused += "(void)sums;\n";
  if (program_.uniforms > 0) {
    params += ", const " + real_type(program_) + "* uniform";
    if (!uses("uniform")) unused += "(void)uniform;\n";
  }
  if (word_ != "infer") {
    params += ", int count, " + real_type(program_) + " samples";
    if (!uses("samples")) unused += "(void)samples;\n";
    if (!uses("count")) unused += "(void)count;\n";
  }
  functions += fill(R"text(

/// One tile of samples through all steps of `$word$`.
void $word$_tile($params$) {
  $unused$
  $calls$
}
)text",
                    {{"word", word_}, {"params", params}, {"unused", unused}, {"calls", calls}});
  for (const auto& scatter : program_.scatters) scatter_function(scatter, functions);
  return functions;
}

void Surface::scatter_function(const kernel::Scatter& scatter, std::string& functions) {
  Body body(program_, lanes());
  body.take_arguments(scatter.nest);
  std::vector<const ir::Index*> bound;
  if (scatter.axis) bound.push_back(scatter.axis);
  std::string text = body.nest(scatter.nest, bound);
  bool writes_uniform = program_.storage.at(scatter.nest.groups.back().statements.back().equation.out).place ==
                        Place::uniform;  // of a value made from parameters
  std::vector<Parameter> others = {{"const float*", "w", "w"},
                                   {"float*", "gradient", "gradient"},
                                   {(writes_uniform ? "" : "const ") + real_type(program_) + "*", "uniform", "uniform"},
                                   {"int", "count", "count"},
                                   {real_type(program_), "samples", "samples"}};
  if (scatter.axis) others.push_back({"int", body.name_of(*scatter.axis), "$axis$"});
  scatter_calls_.push_back(functions_.call("scatter_" + instance(scatter.nest.name), parameters_of(text, body, others),
                                           text, "/// Adds one tile's share to a gradient, sample after sample.",
                                           comment(scatter.nest.span), functions) +
                           ";");
}

int Surface::scatter_tasks() const {
  int tasks = 0;
  for (const auto& s : program_.scatters) tasks += s.axis ? static_cast<int>(s.axis->extent.size) : 1;
  return tasks;
}

std::string Surface::scatter_dispatch() const {
  std::string text;
  int first = 0;
  for (size_t i = 0; i < program_.scatters.size(); ++i) {
    const auto& s = program_.scatters[i];
    int tasks = s.axis ? static_cast<int>(s.axis->extent.size) : 1;
    std::string axis = first == 0 ? "task" : "task - " + std::to_string(first);
    std::string call = fill(scatter_calls_[i], {{"axis", axis}});
    std::string condition =
        i + 1 == program_.scatters.size() ? "" : "if (task < " + std::to_string(first + tasks) + ") ";
    text += (i ? " else " : "") + condition + "{\n  " + call + "\n}";
    first += tasks;
  }
  return text + "\n";
}

std::string Surface::uniform_functions() {
  std::string text;
  for (const auto* nest : {&program_.before, &program_.after}) {
    if (nest->groups.empty()) continue;
    std::string body = Body(program_, Lanes::none).nest(*nest);
    auto in = [&](const char* word) { return mentions(body, word); };
    std::string unused;
    if (!in("w")) unused += "(void)w;\n";
    if (!in("gradient")) unused += "(void)gradient;\n";
    if (!in("samples")) unused += "(void)samples;\n";
    if (!in("uniform")) unused += "(void)uniform;\n";
    text += fill(
        R"text(

/// Values that belong to no sample, $when$ the tiles.
void $word$_$when$(const float* w, float* gradient, $real$* uniform, $real$ samples) {
  $unused$
  $body$
}
)text",
        {{"when", nest == &program_.before ? "before" : "after"},
         {"word", word_},
         {"real", real_type(program_)},
         {"unused", unused},
         {"body", body}});
  }
  return text;
}

}  // namespace nnc::emit::cpp
