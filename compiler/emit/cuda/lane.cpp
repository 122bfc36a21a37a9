#include "compiler/emit/cuda/lane.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "compiler/emit/flat.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/real.h"
#include "compiler/kernel/affine.h"

namespace nnc::emit::cuda {

namespace {

bool is_part_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// "hash_grid_0" of `hash_grid_0.slot_1`; the name itself where it has no dot.
std::string instance(const std::string& name) { return name.substr(0, name.rfind('.')); }

std::string comment(Span span) {
  std::string at = file_and_line(span);
  return at.empty() ? "" : "  // " + at;
}

bool is_cooperative(const kernel::Step& step) {
  return std::holds_alternative<kernel::Outer>(step) || std::holds_alternative<kernel::LaneSum>(step);
}

}  // namespace

std::string upper_first(std::string word) {
  word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  return word;
}

bool mentions(const std::string& text, const std::string& word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    bool begins = at == 0 || (!is_part_of_name(text[at - 1]) && text[at - 1] != '.');
    bool ends = at + word.size() == text.size() || !is_part_of_name(text[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

LanePrinter::LanePrinter(const kernel::Program& program, std::string word, Side side, const Sums& sums,
                         Names& functions)
    : program_(program), word_(std::move(word)), side_(side), sums_(sums), names_(functions) {}

std::string LanePrinter::tile_type() const {
  return upper_first(word_) + "Tile" + (side_ == Side::anywhere ? "<T>" : "");
}
std::string LanePrinter::qualifiers() const {
  return side_ == Side::anywhere ? "template <int T>\nNN_ANYWHERE" : "NN_DEVICE";
}

std::string LanePrinter::tile_struct() const {
  std::string fields;
  for (const auto& b : program_.buffers) {
    fields += "alignas(16) " + table_element(program_, b.type) + " " + identifier(b.name) + "[" +
              std::to_string(b.features) + " * T];\n";
  }
  return fill(R"text(
/// What a tile of T samples holds between the steps of `$word$`: x[feature][T], a lane is a sample.
$template$
struct $type$Tile {
  $fields$
};
)text",
              {{"word", word_},
               {"template", side_ == Side::anywhere ? "template <int T>" : ""},
               {"type", upper_first(word_)},
               {"fields", fields}});
}

std::string LanePrinter::rows_pointer(const ir::Tensor& tensor) const {
  const auto& storage = program_.storage.at(&tensor);
  return Body(program_, Lanes::thread).tile_pointer(storage.buffer, storage.offset);
}

LanePrinter::Function LanePrinter::signature(const std::string& text) const {
  const std::pair<const char*, std::string> kParams[] = {
      {"w", "const float* w"},
      {"uniform", "const " + real_type(program_) + "* uniform"},
      {"gradient", "float* gradient"},
      {"t", tile_type() + "& t"},
      {"sums", upper_first(word_) + "Sums& sums"},
      {"totals", upper_first(word_) + "Totals& totals"},
      {"lane", "int lane"},
      {"count", "int count"},
      {"samples", real_type(program_) + " samples"},
  };
  Function result;
  for (const auto& [name, declaration] : kParams) {
    if (!mentions(text, name)) continue;
    result.params += (result.params.empty() ? "" : ", ") + declaration;
    result.args += (result.args.empty() ? "" : ", ") + std::string(name);
  }
  return result;
}

/// The text after the definitions of the constant tables that it reads: in the function, where host and device have
/// them.
std::string LanePrinter::with_tables(const std::string& text) const {
  std::set<std::string> done;
  return mentioned_tables(constant_tables(program_, done), text, "static ") + text;
}

std::string LanePrinter::nest_function(const kernel::Nest& nest, std::string& functions) {
  std::string name = names_.unique(instance(nest.name));
  std::string body = with_tables(Body(program_, Lanes::thread).nest(nest));
  Function signature = this->signature(body);
  functions += fill(R"text(

$qualifiers$ void $name$($params$) {$comment$
  $body$
}
)text",
                    {{"qualifiers", qualifiers()},
                     {"name", name},
                     {"params", signature.params},
                     {"comment", comment(nest.span)},
                     {"body", body}});
  return name + "(" + signature.args + ");\n";
}

std::string LanePrinter::product_call(const kernel::Product& p) const {
  Body body(program_, Lanes::thread);
  std::string row = body.row_name(p);
  std::string done = body.epilogue(p, "value");
  std::string matrix = flat_pointer(program_, program_.storage.at(p.matrix.tensor).place, p.matrix.offset);
  std::string rows = std::to_string(p.rows), terms = std::to_string(p.terms), call;
  if (p.matrix.row_step == p.terms && p.matrix.term_step == 1) {
    call = "dense<" + rows + ", " + terms + ", T>";
  } else if (p.matrix.row_step == 1 && p.matrix.term_step == p.rows) {
    call = "dense_transposed<" + rows + ", " + terms + ", T>";
  } else {
    call = "product<" + rows + ", " + terms + ", " + std::to_string(p.matrix.row_step) + ", " +
           std::to_string(p.matrix.term_step) + ", T>";
  }
  std::string start = "[](int) { return " + real_literal(program_, 0) + "; }";
  if (p.start) {
    start = "[&](int row) { return (" +
            flat_pointer(program_, program_.storage.at(p.start->tensor).place, p.start->offset) + ")[row]; }";
  } else if (p.store == kernel::Store::add) {
    start = "[&](int row) { return (" + body.tile_pointer(program_.storage.at(p.out).buffer, p.out_feature) +
            ")[row * T + lane]; }";
  }
  return "nn::cuda::" + call + "(" + matrix + ", " + body.tile_pointer(p.x.buffer, p.x.feature) + ", lane, " + start +
         ", [&](int " + row + ", " + real_type(program_) + " value) {" + comment(p.span) + "\n" + indent(done, 2) +
         "});\n";
}

/// Absent samples leave the sums; then, between barriers, the block sums.
std::string LanePrinter::cooperative_steps(const std::vector<const kernel::Step*>& run) const {
  Body body(program_, Lanes::thread);
  std::vector<std::string> clears;
  std::string sums;
  auto clear = [&](int64_t rows, const std::string& x) {
    std::string text = "nn::cuda::clear_lanes<" + std::to_string(rows) + ", T>(" + x + ", lane, count);\n";
    if (std::find(clears.begin(), clears.end(), text) == clears.end()) clears.push_back(text);
  };
  for (const kernel::Step* step : run) {
    if (auto* o = std::get_if<kernel::Outer>(step)) {
      std::string dy = body.tile_pointer(o->dy.buffer, o->dy.feature), x = body.tile_pointer(o->x.buffer, o->x.feature),
                  terms = std::to_string(o->terms);
      clear(o->rows, dy);
      sums += "nn::cuda::accumulate_outer<" + std::to_string(o->rows) + ", " + terms + ", T>(" + dy + ", " + x + ", " +
              sums_.field(*o) + ", " + terms + ");" + comment(o->span) + "\n";
    } else if (auto* l = std::get_if<kernel::LaneSum>(step)) {
      std::string x = body.tile_pointer(l->x.buffer, l->x.feature);
      clear(l->rows, x);
      sums += "nn::cuda::sum_lanes<" + std::to_string(l->rows) + ", T>(" + x + ", " + sums_.field(*l) + ");" +
              comment(l->span) + "\n";
    }
  }
  std::string text;
  for (const std::string& c : clears) text += c;
  return text + "__syncthreads();\n" + sums + "__syncthreads();\n";
}

std::string LanePrinter::step_call(const kernel::Step& step, std::string& functions) {
  if (auto* nest = std::get_if<kernel::Nest>(&step)) return nest_function(*nest, functions);
  if (auto* product = std::get_if<kernel::Product>(&step)) return product_call(*product);
  const auto& clear = std::get<kernel::Clear>(step);
  return "nn::cuda::clear_lane<" + std::to_string(kernel::elements(*clear.tensor)) + ", T>(" +
         rows_pointer(*clear.tensor) + ", lane);\n";
}

std::string LanePrinter::functions() {
  std::string functions, calls;
  std::vector<const kernel::Step*> run;  // of cooperative steps
  for (size_t i = 0; i < program_.tile.size(); ++i) {
    const kernel::Step& step = program_.tile[i];
    if (!is_cooperative(step)) {
      calls += step_call(step, functions);
      continue;
    }
    run.push_back(&step);
    if (i + 1 < program_.tile.size() && is_cooperative(program_.tile[i + 1])) continue;
    calls += cooperative_steps(run);
    run.clear();
  }
  std::string body = with_tables(calls);
  return functions + fill(R"text(

/// One tile of samples through all steps of `$word$`, as one of its lanes.
$qualifiers$ void $word$_tile($params$) {
  $body$
}
)text",
                          {{"word", word_}, {"qualifiers", qualifiers()}, {"params", tile_params()}, {"body", body}});
}

/// All that a tile's steps may want: the kernels pass it without looking.
std::string LanePrinter::tile_params() const {
  std::string unused = "[[maybe_unused]] ", text = unused + "const float* w, " + unused + "const " +
                                                   real_type(program_) + "* uniform, " + unused + tile_type() +
                                                   "& t, " + unused + "int lane";
  if (side_ == Side::anywhere) return text;
  text += ", " + unused + "float* gradient, ";
  if (sums_.has_lanes()) text += unused + upper_first(word_) + "Sums& sums, ";
  if (!sums_.empty()) text += unused + upper_first(word_) + "Totals& totals, ";
  return text + unused + "int count, " + unused + real_type(program_) + " samples";
}

std::string LanePrinter::tile_args() const {
  std::string text = "w, uniform, t, lane";
  if (side_ == Side::anywhere) return text;
  text += ", gradient";
  if (sums_.has_lanes()) text += ", block.sums";
  if (!sums_.empty()) text += ", block.totals";
  return text + ", count, samples";
}

std::string LanePrinter::uniform_functions() const {
  std::string text;
  for (const auto* nest : {&program_.before, &program_.after}) {
    if (nest->groups.empty()) continue;
    std::string unused = "[[maybe_unused]] ";
    text += fill(R"text(

/// Values that belong to no sample, $when$ the tiles: by one thread.
inline NN_HOST_DEVICE void $word$_$when$($unused$const float* w, $unused$float* gradient, $unused$$real$* uniform, $unused$$real$ samples) {
  $body$
}
)text",
                 {{"when", nest == &program_.before ? "before" : "after"},
                  {"word", word_},
                  {"unused", unused},
                  {"real", real_type(program_)},
                  {"body", with_tables(Body(program_, Lanes::none).nest(*nest))}});
  }
  return text;
}

}  // namespace nnc::emit::cuda
