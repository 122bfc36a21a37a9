#include "compiler/emit/body.h"

#include <algorithm>

#include "compiler/emit/flat.h"
#include "compiler/emit/real.h"
#include "compiler/kernel/affine.h"
#include "compiler/kernel/equations.h"
#include "compiler/kernel/interval.h"
#include "compiler/kernel/recognise.h"

namespace nnc::emit {

using ir::Combine;
using ir::Index;
using ir::Node;
using ir::Tensor;
using ir::Type;
using kernel::Place;
using kernel::Statement;
using kernel::Storage;
using kernel::Store;

namespace {

constexpr int kOutside = 0;  // level of what no sample and no loop changes
constexpr int kLane = 1;     // level of what changes with the samples alone
constexpr int64_t kMostWideRow = 8;
constexpr int64_t kFarElements = int64_t{1} << 20;  // of a table that no second-level cache holds

/// `2 * l + 3`
std::string affine_text(const kernel::Affine& sum, const std::map<const Index*, std::string>& names) {
  std::string text;
  for (const auto& term : sum.terms) {
    if (term.index->extent.is_samples()) continue;
    if (!text.empty()) text += " + ";
    text += (term.coefficient == 1 ? "" : std::to_string(term.coefficient) + " * ") + names.at(term.index);
  }
  if (text.empty()) return std::to_string(sum.constant);
  if (sum.constant != 0) text += (sum.constant < 0 ? " - " : " + ") + std::to_string(std::abs(sum.constant));
  return text;
}

Text literal(const kernel::Program& program, double number, Type type) {
  std::string whole = std::to_string(static_cast<int64_t>(number));
  Binding binding = number < 0 ? Binding::unary : Binding::primary;
  switch (type) {
    case Type::boolean:
      return {number != 0 ? "true" : "false"};
    case Type::i32:
      return {whole, binding};
    case Type::u32:
      return {whole + "u"};
    case Type::real:
      return {real_literal(program, number), binding};
  }
  return {};
}

bool is_name(const Text& value) {
  return std::all_of(value.text.begin(), value.text.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }) &&
         !std::isdigit(static_cast<unsigned char>(value.text[0]));
}

/// What a reduction of no points gives.
std::string start_of(const kernel::Program& program, Combine combine, Type type) {
  if (combine != Combine::max) return literal(program, combine == Combine::prod ? 1 : 0, type).text;
  if (type == Type::real) return "-nn::kInfinity";
  return type == Type::i32 ? "INT32_MIN" : "0u";
}

/// True if which element is meant depends on the sample.
bool is_computed(const std::vector<const Node*>& at) {
  return std::any_of(at.begin(), at.end(),
                     [](const Node* a) { return a->kind != Node::Kind::index && kernel::reads_samples(a); });
}

/// "slot" of `hash_grid_0.slot`.
std::string last_word(const std::string& name) {
  size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

}  // namespace

Body::Body(const kernel::Program& program, Lanes lanes) : program_(program), lanes_(lanes) {
  names_.take_surroundings();
  for (const ir::Tensor* tensor : program.module.tensors()) {
    if (!tensor->data.empty()) names_.unique(table_name(*tensor));
  }
}

void Body::line(int level, std::string text) {
  if (lines_.size() <= static_cast<size_t>(level)) lines_.resize(static_cast<size_t>(level) + 1);
  lines_[static_cast<size_t>(level)] += text + "\n";
}

std::string Body::type_name(Type type) const {
  bool wide = lanes_ == Lanes::vectors;
  switch (type) {
    case Type::boolean:
      return wide ? "nn::VecInt" : "bool";
    case Type::i32:
      return wide ? "nn::VecInt" : "std::int32_t";
    case Type::u32:
      return wide ? "nn::VecUnsigned" : "std::uint32_t";
    case Type::real:
      return wide ? "nn::Vec" : real_type(program_);
  }
  return "";
}

std::string Body::runtime() const {
  if (lanes_ == Lanes::thread) return "nn::cuda::";
  return is_double(program_) ? "nn::f64::" : "nn::";
}

bool Body::has_scalar_lanes() const { return lanes_ == Lanes::thread || lanes_ == Lanes::each; }

std::string Body::load(const std::string& pointer) const {
  return lanes_ == Lanes::vectors ? "nn::load(" + pointer + ")" : pointer;
}

std::string Body::store(const std::string& pointer, const std::string& value) const {
  return lanes_ == Lanes::vectors ? "nn::store(" + pointer + ", " + value + ");" : pointer + " = " + value + ";";
}

/// base[feature] of this lane.
std::string Body::lane_pointer(const std::string& base, const std::string& feature) const {
  bool is_sum = feature.find(' ') != std::string::npos;
  std::string first = is_sum ? "(" + feature + ") * T" : feature == "0" ? "" : feature == "1" ? "T" : feature + " * T";
  switch (lanes_) {
    case Lanes::vectors:
      return base + (first.empty() ? "" : " + " + first) + " + s";
    case Lanes::thread:
    case Lanes::each:
      return base + "[" + (first.empty() ? "" : first + " + ") + "lane]";
    case Lanes::one:
    case Lanes::none:
      return base + "[" + feature + "]";
  }
  return base;
}

std::string Body::buffer_name(int buffer) const {
  for (const auto& [number, argument] : arguments_) {
    if (number == buffer) return argument.name;
  }
  const auto& b = program_.buffers[static_cast<size_t>(buffer)];
  return (b.kept ? "kept." : "t.") + identifier(b.name);
}

void Body::take_argument(int buffer, bool is_written) {
  const auto& b = program_.buffers[static_cast<size_t>(buffer)];
  std::string type = tile_element(program_, b.type) + "*";
  for (auto& [number, argument] : arguments_) {
    if (number != buffer) continue;
    if (is_written) argument.type = type;
    return;
  }
  std::string pointer = buffer_name(buffer);
  arguments_.push_back({buffer, {names_.unique(identifier(b.name)), (is_written ? "" : "const ") + type, pointer}});
}

void Body::take_arguments(const Statement& statement) {
  auto take = [&](const Tensor* tensor, bool is_written) {
    const Storage& storage = program_.storage.at(tensor);
    if (storage.place == Place::tile) take_argument(storage.buffer, is_written);
  };
  kernel::for_each_read(statement.equation, [&](const Node* read) { take(read->tensor, false); });
  take(statement.equation.out, true);
}

void Body::take_arguments(const kernel::Nest& nest) {
  for (const auto& group : nest.groups) {
    for (const Statement& s : group.statements) take_arguments(s);
  }
}

void Body::take_arguments(const kernel::Product& product) {
  take_argument(product.x.buffer, false);
  for (const Statement& s : product.epilogue) take_arguments(s);
  const Storage& storage = program_.storage.at(product.out);
  if (storage.place == Place::tile) take_argument(storage.buffer, true);
}

std::vector<Argument> Body::arguments(const std::string& text) const {
  std::vector<Argument> result;
  for (const auto& [buffer, argument] : arguments_) {
    if (mentions(text, argument.name)) result.push_back(argument);
  }
  return result;
}

std::string Body::tile_pointer(int buffer, int64_t feature) const {
  std::string base = buffer_name(buffer);
  if (feature == 0) return base;
  return base + " + " + std::to_string(feature) + (lanes_ == Lanes::one ? "" : " * T");
}

int Body::level(const Node* node) {
  if (auto known = levels_.find(node); known != levels_.end()) return known->second;
  int result = kOutside;
  if (node->kind == Node::Kind::index) {
    result = node->index->extent.is_samples() ? kLane : index_levels_.at(node->index);
  } else if (node->kind == Node::Kind::read && node->tensor->has_samples()) {
    auto variable = variable_levels_.find(node->tensor);
    result = variable == variable_levels_.end() ? kLane : variable->second;
  }
  for (const Node* a : node->args) result = std::max(result, level(a));
  return levels_[node] = result;
}

bool Body::is_gather(const Node* node) const {
  return node->kind == Node::Kind::read && !node->tensor->has_samples() && lanes_ != Lanes::none &&
         std::any_of(node->args.begin(), node->args.end(), kernel::reads_samples);
}

void Body::count_uses(const Node* node) {
  if (++uses_[node] > 1) return;
  for (const Node* a : node->args) count_uses(a);
}

/// Worth a variable: work that is used twice or can stand further out; loads that are.
bool Body::deserves_name(const Node* node, int at_level) {
  if (node->kind != Node::Kind::apply && node->kind != Node::Kind::read) return false;
  if (is_gather(node)) return true;
  if (node->kind == Node::Kind::read) {
    Place place = program_.storage.at(node->tensor).place;
    if (place != Place::tile) return false;
    return loads_first_ || uses_[node] > 1 || level(node) < at_level;
  }
  if (node->op == scalar::Op::stop_gradient || scalar::format_of(node->op) == program_.real) return false;
  if (kernel::affine(node)) return false;
  return uses_[node] > 1 || level(node) < at_level;
}

std::string Body::suggested_name(const Node* node) const {
  if (node == hinted_) return name_hint_;
  if (node->kind != Node::Kind::read) return "e";
  std::string name = last_word(node->tensor->name);
  for (const Node* a : node->args) {
    if (a->kind == Node::Kind::constant) name += "_" + std::to_string(static_cast<int64_t>(a->number));
  }
  return name;
}

Text Body::use(const Node* node, int at_level) {
  if (auto known = named_.find(node); known != named_.end()) return known->second;
  if (!deserves_name(node, at_level)) return inline_text(node, at_level);
  if (is_gather(node)) return gather(node);
  int own = level(node);
  Text value = inline_text(node, own);
  std::string name = names_.unique(suggested_name(node));
  line(own, "const auto " + name + " = " + value.text + ";");
  return named_[node] = Text{name};
}

Text Body::inline_text(const Node* node, int at_level) {
  switch (node->kind) {
    case Node::Kind::constant:
      return literal(program_, node->number, node->type);
    case Node::Kind::index:
      return {index_names_.at(node->index)};
    case Node::Kind::samples:
      return {"samples"};
    case Node::Kind::read:
      return read(node, at_level);
    case Node::Kind::apply:
      break;
  }
  std::vector<Text> operands;
  for (const Node* a : node->args) operands.push_back(use(a, at_level));
  return spell(node->op, node->args[0]->type, operands, program_.real);
}

/// The index of an element in what its tensor lies in: `2 * l + 1`, or with computed places, clamped where they could
/// leave it.
std::string Body::element(const Tensor& tensor, const std::vector<const Node*>& at, int at_level) {
  const Storage& storage = program_.storage.at(&tensor);
  bool is_flat = (storage.place == Place::param || storage.place == Place::gradient) && !program_.param_names.empty();
  if (auto sum = kernel::affine_offset(at, storage.strides)) {
    if (!is_flat) sum->constant += storage.offset;
    std::string text = affine_text(*sum, index_names_), base = flat_offset(program_, storage.place, storage.offset);
    if (!is_flat || base.empty()) return text;
    return text == "0" ? base : base + " + " + text;
  }
  std::string text = is_flat          ? flat_offset(program_, storage.place, storage.offset)
                     : storage.offset ? std::to_string(storage.offset)
                                      : "";
  for (size_t d = 0; d < at.size(); ++d) {
    if (storage.strides[d] == 0) continue;
    Text place = use(at[d], at_level);
    if (!kernel::stays_inside(at[d], tensor.shape[d].size, meanings_))
      place = {"nn::clamp_index(" + place.text + ", " + std::to_string(tensor.shape[d].size) + ")"};
    if (place.text == "0") continue;
    if (!text.empty()) text += " + ";
    text += storage.strides[d] == 1 ? place.inside(Binding::sum)
                                    : place.inside(Binding::product) + " * " + std::to_string(storage.strides[d]);
  }
  return text.empty() ? "0" : text;
}

Text Body::read(const Node* node, int at_level) {
  const Tensor& tensor = *node->tensor;
  const Storage& storage = program_.storage.at(&tensor);
  switch (storage.place) {
    case Place::variable:
      return {variables_.at(&tensor)};
    case Place::array:
      return {variables_.at(&tensor) + "[" + element(tensor, node->args, at_level) + "]"};
    case Place::tile: {
      std::string base = buffer_name(storage.buffer);
      std::string feature = element(tensor, node->args, at_level);
      if (lanes_ == Lanes::vectors && is_computed(node->args))
        return {"nn::load_own<T>(" + base + " + s, " + feature + ")"};
      return {load(lane_pointer(base, feature))};
    }
    case Place::param: {
      std::string value = "w[" + element(tensor, node->args, at_level) + "]";
      return {is_double(program_) ? "double{" + value + "}" : value};
    }
    case Place::gradient: {
      std::string value = "gradient[" + element(tensor, node->args, at_level) + "]";
      return {is_double(program_) ? "double{" + value + "}" : value};
    }
    case Place::uniform:
      return {"uniform[" + element(tensor, node->args, at_level) + "]"};
    case Place::constant: {
      bool is_same =
          std::adjacent_find(tensor.data.begin(), tensor.data.end(), std::not_equal_to()) == tensor.data.end();
      if (is_same) return literal(program_, tensor.data[0], tensor.type);
      return {table_name(tensor) + "[" + element(tensor, node->args, at_level) + "]"};
    }
    case Place::scalar:
      return {identifier(tensor.name)};
  }
  return {};
}

/// The row's number, in rows of `features`: Σ place · stride / features.
std::string Body::row_of(const Tensor& tensor, const std::vector<const Node*>& at, int64_t features, int at_level) {
  auto strides = kernel::row_major_strides(tensor);
  std::string text;
  size_t dims = features == 1 ? at.size() : at.size() - 1;
  for (size_t d = 0; d < dims; ++d) {
    Text place = use(at[d], at_level);
    if (!kernel::stays_inside(at[d], tensor.shape[d].size, meanings_))
      place = {"nn::clamp_index(" + place.text + ", " + std::to_string(tensor.shape[d].size) + ")"};
    int64_t step = strides[d] / features;
    if (!text.empty()) text += " + ";
    text += step == 1 ? place.inside(Binding::sum) : place.inside(Binding::product) + " * " + std::to_string(step);
  }
  return text;
}

/// Where the rows of a tensor without samples begin.
std::string Body::rows_pointer(const Tensor& tensor) const {
  const Storage& storage = program_.storage.at(&tensor);
  return storage.place == Place::constant ? table_name(tensor) : flat_pointer(program_, storage.place, storage.offset);
}

namespace {

std::vector<const Node*> without_last(std::vector<const Node*> at) {
  at.pop_back();
  return at;
}
}  // namespace

Text Body::gather(const Node* node) {
  const Tensor& tensor = *node->tensor;
  int own = level(node);
  bool is_wide = tensor.rank() > 1 && whole_rows_.contains({&tensor, without_last(node->args)});
  int64_t features = is_wide ? tensor.shape.back().size : 1;
  std::pair<const Tensor*, std::vector<const Node*>> key{&tensor, is_wide ? without_last(node->args) : node->args};
  auto row = rows_.find(key);
  if (row == rows_.end()) {
    std::string number = row_of(tensor, node->args, features, own);
    std::string name = names_.unique(last_word(tensor.name));
    line(own, type_name(tensor.type) + " " + name + "[" + std::to_string(features) + "];");
    line(own, runtime() + "gather<" + std::to_string(features) + ">(" + rows_pointer(tensor) + ", " + number + ", " +
                  name + ");");
    row = rows_.emplace(key, name).first;
  }
  int64_t feature = is_wide ? static_cast<int64_t>(node->args.back()->number) : 0;
  return named_[node] = Text{row->second + "[" + std::to_string(feature) + "]"};
}

Text Body::reduce(const Statement& statement, const std::vector<const Index*>& reduced, int depth) {
  const auto& equation = statement.equation;
  std::string name = names_.unique(last_word(equation.out->name));
  std::string start = start_of(program_, equation.combine, equation.out->type);
  line(depth, type_name(equation.out->type) + " " + name + " = " +
                  (lanes_ == Lanes::vectors ? "nn::splat(" + start + ")" : start) + ";");
  int inner = depth + static_cast<int>(reduced.size());
  for (size_t r = 0; r < reduced.size(); ++r) {
    index_names_[reduced[r]] = names_.unique(reduced[r]->name);
    index_levels_[reduced[r]] = depth + 1 + static_cast<int>(r);
  }
  levels_.clear();
  auto named = named_;
  auto rows = rows_;
  lines_.resize(static_cast<size_t>(inner) + 1);
  Text value = use(equation.body, inner);
  std::string combined = equation.combine == Combine::max
                             ? name + " = nn::max(" + name + ", " + value.text + ");"
                             : name + (equation.combine == Combine::sum ? " += " : " *= ") + value.text + ";";
  line(inner, combined);
  std::string text;
  for (size_t r = reduced.size(); r-- > 0;) {
    const std::string& i = index_names_.at(reduced[r]);
    auto& own = lines_[static_cast<size_t>(depth) + 1 + r];
    text = "for (int " + i + " = 0; " + i + " < " + std::to_string(reduced[r]->extent.size) + "; ++" + i + ") {\n" +
           indent(own + text, 2) + "}\n";
    own.clear();
  }
  lines_[static_cast<size_t>(depth)] += text;
  // What was named inside the loops is out of scope; what was named further out stays.
  std::erase_if(named_, [&](const auto& n) { return !named.contains(n.first) && level(n.first) > depth; });
  std::erase_if(rows_, [&](const auto& r) {
    return !rows.contains(r.first) &&
           std::any_of(r.first.second.begin(), r.first.second.end(), [&](const Node* a) { return level(a) > depth; });
  });
  return {name};
}

void Body::put(const Statement& statement, const Text& value, int depth) {
  const auto& equation = statement.equation;
  const Tensor& out = *equation.out;
  const Storage& storage = program_.storage.at(&out);
  switch (storage.place) {
    case Place::variable:
      if (statement.store == Store::add) {
        line(depth, variables_.at(&out) + " = " + variables_.at(&out) + " + " + value.inside(Binding::product) + ";");
      } else if (is_name(value) && !added_.contains(&out)) {
        variables_[&out] = value.text;
        variable_levels_[&out] = depth;
      } else {
        std::string name = names_.unique(last_word(out.name));
        variables_[&out] = name;
        variable_levels_[&out] = depth;
        line(depth, "auto " + name + " = " + value.text + ";");
      }
      return;
    case Place::array: {
      std::string at = variables_.at(&out) + "[" + element(out, equation.at, depth) + "]";
      line(depth, at + (statement.store == Store::add ? " = " + at + " + " : " = ") + value.text + ";");
      return;
    }
    case Place::tile: {
      std::string base = buffer_name(storage.buffer);
      std::string feature = element(out, equation.at, depth);
      if (lanes_ == Lanes::vectors && is_computed(equation.at)) {
        line(depth, "nn::add_to_own<T>(" + base + " + s, " + feature + ", " + value.text + ");");
        return;
      }
      std::string pointer = lane_pointer(base, feature);
      line(depth, store(pointer, statement.store == Store::add ? load(pointer) + " + " + value.inside(Binding::product)
                                                               : value.text));
      return;
    }
    case Place::gradient:
    case Place::uniform: {
      if (statement.store == Store::add_lanes) {
        needs_inside_ = true;
        // Sums are kept by element of the tensor alone, wherever it lies in a flat buffer.
        auto own = kernel::affine_offset(equation.at, kernel::row_major_strides(out));
        std::string at = own ? affine_text(*own, index_names_) : element(out, equation.at, depth);
        std::string masked = "nn::select(inside, " + value.text + ", " + real_literal(program_, 0) + ")";
        if (lanes_ == Lanes::each) {
          line(depth, "sums." + sums_name(out) + "[" + at + "] += " + masked + ";");
        } else if (lanes_ == Lanes::thread) {
          line(depth, lane_pointer("sums." + sums_name(out), at) + " += " + masked + ";");
        } else {
          std::string first = at == "0" ? "" : " + (" + at + ") * nn::kLanes";
          line(depth, "nn::add_lanes_to(sums." + sums_name(out) + first + ", " + masked + ");");
        }
        return;
      }
      std::string at = std::string(storage.place == Place::gradient ? "gradient" : "uniform") + "[" +
                       element(out, equation.at, depth) + "]";
      if (is_double(program_) && storage.place == Place::gradient) {  // gradients of parameters are f32
        std::string sum = statement.store == Store::add ? at + " + " + value.inside(Binding::sum) : value.text;
        line(depth, at + " = static_cast<float>(" + sum + ");");
        return;
      }
      line(depth, at + (statement.store == Store::add ? " += " : " = ") + value.text + ";");
      return;
    }
    case Place::param:
      line(depth, "w[" + element(out, equation.at, depth) + "] = " + value.text + ";");
      return;
    case Place::constant:
    case Place::scalar:
      return;
  }
}

/// Asks for the rows of far tables that a statement will read or write.
void Body::ask_for_rows(const Statement& statement, int depth) {
  auto ask = [&](const Tensor& table, const std::vector<const Node*>& at) {
    int64_t features = table.rank() > 1 && table.shape.back().size <= kMostWideRow ? table.shape.back().size : 1;
    std::vector<const Node*> row = features > 1 ? without_last(at) : at;
    if (!whole_rows_.insert({&table, row}).second) return;
    line(depth, "nn::prefetch_rows<" + std::to_string(features) + ">(" + rows_pointer(table) + ", " +
                    row_of(table, at, features, depth) + ");");
  };
  if (statement.store == Store::scatter) ask(*statement.equation.out, statement.equation.at);
  kernel::for_each_read(statement.equation, [&](const Node* read) {
    if (far_.contains(read)) ask(*read->tensor, read->args);
  });
}

void Body::statement(const Statement& statement, int depth) {
  auto reduced = kernel::reduced_indices(statement.equation);
  name_hint_ = last_word(statement.equation.out->name);
  hinted_ = reduced.empty() ? statement.equation.body : nullptr;
  Text value = reduced.empty() ? lanes_of(statement.equation, depth) : reduce(statement, reduced, depth);
  const Tensor* out = statement.equation.out;
  const Node* later = nullptr;  // a read of the same element takes the value
  if (program_.storage.at(out).place == Place::tile) {
    for (const auto& [node, count] : uses_) {
      if (node->kind == Node::Kind::read && node->tensor == out && node->args == statement.equation.at) later = node;
    }
  }
  if (!later) return put(statement, value, depth);
  if (statement.store == Store::add) {
    auto known = named_.find(later);
    Text before = known == named_.end() ? read(later, depth) : known->second;
    value = {before.text + " + " + value.inside(Binding::product), Binding::sum};
  }
  if (!is_name(value)) {
    std::string name = names_.unique(name_hint_);
    line(depth, "const auto " + name + " = " + value.text + ";");
    value = {name};
  }
  put({statement.equation, Store::set}, value, depth);
  named_[later] = value;
}

/// The body's value for each lane, even where it is the same for all.
Text Body::lanes_of(const ir::Equation& equation, int depth) {
  Text value = use(equation.body, depth);
  if (lanes_ != Lanes::vectors || kernel::reads_samples(equation.body)) return value;
  return {"nn::splat(" + value.text + ")"};
}

/// Scatters to the features of one row are one access.
void Body::scatter(const std::vector<const Statement*>& bundle, int depth) {
  const auto& first = bundle[0]->equation;
  const Tensor& table = *first.out;
  auto features = static_cast<int64_t>(bundle.size());
  needs_inside_ = true;
  std::string number =
      row_of(table, first.at, table.rank() > 1 && features == table.shape.back().size ? features : 1, depth);
  std::string name = names_.unique(last_word(table.name));
  std::string values;
  for (const Statement* s : bundle) {
    Text value = lanes_of(s->equation, depth);
    if (lanes_ == Lanes::vectors) value = {"nn::select(inside, " + value.text + ", 0.0f)"};
    values += (values.empty() ? "" : ", ") + value.text;
  }
  line(depth, "const " + type_name(Type::real) + " " + name + "[" + std::to_string(features) + "] = {" + values + "};");
  std::string valid = has_scalar_lanes() ? ", inside" : "";
  line(depth, runtime() + "scatter_add<" + std::to_string(features) + ">(" + rows_pointer(table) + ", " + number +
                  ", " + name + valid + ");");
}

std::string Body::group(const kernel::Group& group) {
  int depth = (lanes_ == Lanes::none ? 0 : kLane) + static_cast<int>(group.over.size());
  uses_.clear();
  levels_.clear();
  named_.clear();
  rows_.clear();
  whole_rows_.clear();
  lines_.assign(static_cast<size_t>(depth) + 1, "");
  needs_inside_ = false;
  for (size_t i = 0; i < group.over.size(); ++i) {
    index_names_[group.over[i]] = names_.unique(group.over[i]->name);
    index_levels_[group.over[i]] = (lanes_ == Lanes::none ? 0 : kLane) + 1 + static_cast<int>(i);
  }
  std::map<std::pair<const Tensor*, std::vector<const Node*>>, std::set<int64_t>> read_features;
  for (const Statement& s : group.statements) {
    if (s.store == Store::add) added_.insert(s.equation.out);
    count_uses(s.equation.body);
    for (const Node* a : s.equation.at) count_uses(a);
    kernel::for_each_read(s.equation, [&](const Node* read) {
      if (is_gather(read) && read->tensor->rank() > 1 && read->args.back()->kind == Node::Kind::constant) {
        read_features[{read->tensor, without_last(read->args)}].insert(static_cast<int64_t>(read->args.back()->number));
      }
    });
  }
  for (const auto& [row, features] : read_features) {
    int64_t width = row.first->shape.back().size;
    if (width <= kMostWideRow && static_cast<int64_t>(features.size()) == width) whole_rows_.insert(row);
  }
  if (loads_first_) {
    for (const Statement& s : group.statements) {
      kernel::for_each_read(s.equation, [&](const Node* read) {
        if (program_.storage.at(read->tensor).place == Place::tile) use(read, depth);
      });
    }
  }
  std::set<const Statement*> done;
  if (only_rows_) whole_rows_.clear();
  for (const Statement& s : group.statements) {
    if (done.contains(&s)) continue;
    bool has_rows = s.store == Store::scatter;
    kernel::for_each_read(s.equation, [&](const Node* read) { has_rows = has_rows || far_.contains(read); });
    if (only_rows_ && has_rows) {
      ask_for_rows(s, depth);
      continue;
    }
    if (s.store != Store::scatter) {
      statement(s, depth);
      continue;
    }
    std::vector<const Statement*> bundle;
    int64_t width = s.equation.out->rank() > 1 ? s.equation.out->shape.back().size : 1;
    for (int64_t f = 0; f < width && width <= kMostWideRow; ++f) {
      for (const Statement& other : group.statements) {
        if (other.store == Store::scatter && other.equation.out == s.equation.out &&
            without_last(other.equation.at) == without_last(s.equation.at) &&
            other.equation.at.back()->kind == Node::Kind::constant &&
            other.equation.at.back()->number == static_cast<double>(f) && !done.contains(&other) &&
            static_cast<int64_t>(bundle.size()) == f) {
          bundle.push_back(&other);
        }
      }
    }
    if (s.equation.out->rank() < 2 || static_cast<int64_t>(bundle.size()) != width) bundle = {&s};
    scatter(bundle, depth);
    done.insert(bundle.begin(), bundle.end());
  }
  int base = lanes_ == Lanes::none ? 0 : kLane;
  std::string text;
  for (int d = depth; d > base; --d) {
    const Index* index = group.over[static_cast<size_t>(d - base - 1)];
    const std::string& i = index_names_.at(index);
    text = "for (int " + i + " = 0; " + i + " < " + std::to_string(index->extent.size) + "; ++" + i + ") {\n" +
           indent(lines_[static_cast<size_t>(d)] + text, 2) + "}\n";
  }
  return lines_[static_cast<size_t>(base)] + text;
}

std::string Body::nest(const kernel::Nest& nest, const std::vector<const Index*>& bound) {
  for (const Index* index : bound) {
    index_names_[index] = names_.unique(index->name);
    index_levels_[index] = kOutside;
  }
  meanings_ = nest.meanings;
  std::string outside, inside;
  std::vector<std::pair<std::string, std::string>> arrays;  // names and declarations
  for (const auto& group : nest.groups) {
    for (const Statement& s : group.statements) {
      const Tensor* out = s.equation.out;
      if (program_.storage.at(out).place == Place::array && !variables_.contains(out)) {
        variables_[out] = names_.unique(last_word(out->name));
        variable_levels_[out] = kLane;
        arrays.emplace_back(variables_[out], type_name(out->type) + " " + variables_[out] + "[" +
                                                 std::to_string(kernel::elements(*out)) + "];\n");
      }
    }
  }
  bool masks = false;
  for (const auto& g : nest.groups) {
    std::string text = group(g);
    if (lanes_ != Lanes::none) outside += lines_[kOutside];
    masks = masks || needs_inside_;
    inside += text;
  }
  std::string declared;  // where only rows are asked for, most arrays are not filled
  for (const auto& [name, text] : arrays) declared += only_rows_ && !mentions(inside, name) ? "" : text;
  inside = declared + inside;
  if (has_scalar_lanes() && masks) inside = "const bool inside = lane < count;\n" + inside;
  if (lanes_ == Lanes::each) return outside + "for (int lane = 0; lane < T; ++lane) {\n" + indent(inside, 2) + "}\n";
  if (lanes_ != Lanes::vectors) return outside + inside;
  if (masks) inside = "const auto inside = nn::first_lanes(count - s);\n" + inside;
  return outside + "for (int s = 0; s < T; s += nn::kLanes) {\n" + indent(inside, 2) + "}\n";
}

std::string Body::elements(const kernel::Nest& nest) {
  loads_first_ = true;
  std::string text;
  for (const auto& g : nest.groups) {
    std::string lanes = group(g);
    text += lines_[kOutside] + lanes;
  }
  return text;
}

std::string Body::value_of(const Tensor& tensor) const {
  if (auto variable = variables_.find(&tensor); variable != variables_.end()) return variable->second;
  const Storage& storage = program_.storage.at(&tensor);
  if (storage.place == Place::constant) {
    std::string number = literal(program_, tensor.data[0], tensor.type).text;
    return lanes_ == Lanes::vectors ? "nn::splat(" + number + ")" : number;
  }
  return load(lane_pointer(buffer_name(storage.buffer), "0"));
}

std::string Body::ahead(const kernel::Nest& nest, const std::vector<const Index*>& bound) {
  std::set<const Tensor*> needed;  // by the rows of tables
  auto need = [&](const Node* place) {
    ir::visit(place, [&](const Node* n) {
      if (n->kind == Node::Kind::read && n->tensor->has_samples()) needed.insert(n->tensor);
    });
  };
  auto is_far = [](const Tensor& table) { return kernel::elements(table) >= kFarElements; };
  bool any = false;
  kernel::Nest rows = nest;
  for (size_t g = rows.groups.size(); g-- > 0;) {
    auto& statements = rows.groups[g].statements;
    for (size_t i = statements.size(); i-- > 0;) {
      const auto& equation = statements[i].equation;
      bool is_far_scatter = statements[i].store == Store::scatter && is_far(*equation.out);
      if (is_far_scatter) need(equation.at[0]);
      kernel::for_each_read(equation, [&](const Node* read) {
        if (!is_gather(read) || !is_far(*read->tensor)) return;
        far_.insert(read);
        for (const Node* a : read->args) need(a);
      });
      bool gathers = std::any_of(far_.begin(), far_.end(), [&](const Node* f) {
        auto all = ir::reads(equation);
        return std::find(all.begin(), all.end(), f) != all.end();
      });
      any = any || is_far_scatter || gathers;
      if (is_far_scatter || gathers) continue;
      if (!needed.contains(equation.out)) {
        statements.erase(statements.begin() + static_cast<std::ptrdiff_t>(i));
        continue;
      }
      need(equation.body);
    }
  }
  std::erase_if(rows.groups, [](const auto& group) { return group.statements.empty(); });
  if (!any) return "";
  only_rows_ = true;
  return this->nest(rows, bound);
}

std::string Body::row_name(const kernel::Product& product) {
  auto known = index_names_.find(product.row);
  if (known == index_names_.end()) known = index_names_.emplace(product.row, names_.unique(product.row->name)).first;
  return known->second;
}

std::string Body::epilogue(const kernel::Product& product, const std::string& value) {
  row_name(product);
  index_levels_[product.row] = kLane;
  variables_[product.out] = value;
  variable_levels_[product.out] = kLane;
  uses_.clear();
  levels_.clear();
  named_.clear();
  lines_.assign(kLane + 1, "");
  const Storage& storage = program_.storage.at(product.out);
  const Node* own = nullptr;
  for (const Statement& s : product.epilogue) {
    if (s.store == Store::add) added_.insert(s.equation.out);
    count_uses(s.equation.body);
    kernel::for_each_read(s.equation, [&](const Node* read) {
      if (read->tensor == product.out) own = read;
    });
  }
  if (own) named_[own] = Text{value};
  if (storage.place == Place::tile) {
    std::string feature =
        product.out_feature == 0 ? row_name(product) : row_name(product) + " + " + std::to_string(product.out_feature);
    line(kLane, store(lane_pointer(buffer_name(storage.buffer), feature), value));
  }
  for (const Statement& s : product.epilogue) statement(s, kLane);
  return lines_[kOutside] + lines_[kLane];
}

}  // namespace nnc::emit
