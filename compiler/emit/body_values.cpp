// The values of a body: expressions, what of them is named, and at which level.
#include <algorithm>

#include "compiler/emit/body.h"
#include "compiler/emit/body_words.h"
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

/// A place along a dimension of `size` elements, clamped where it could leave it.
Text Body::place_in(const Node* place, int64_t size, int at_level) {
  Text text = use(place, at_level);
  if (kernel::stays_inside(place, size, meanings_)) return text;
  return {"nn::clamp_index(" + text.text + ", " + std::to_string(size) + ")"};
}

/// The index of an element in what its tensor lies in: `2 * l + 1`, or with computed places, clamped where they could
/// leave it.
std::string Body::element(const Tensor& tensor, const std::vector<const Node*>& at, int at_level) {
  const Storage& storage = program_.storage.at(&tensor);
  bool is_flat = (storage.place == Place::param || storage.place == Place::gradient) && !program_.param_names.empty();
  if (auto sum = kernel::affine_offset(tensor, at, storage.strides)) {
    if (!is_flat) sum->constant += storage.offset;
    std::string text = affine_text(*sum, index_names_), base = flat_offset(program_, storage.place, storage.offset);
    if (!is_flat || base.empty()) return text;
    return text == "0" ? base : base + " + " + text;
  }
  std::string base = is_flat          ? flat_offset(program_, storage.place, storage.offset)
                     : storage.offset ? std::to_string(storage.offset)
                                      : "";
  return clamped_element(std::move(base), tensor, at, storage.strides, at_level);
}

std::string Body::own_element(const Tensor& tensor, const std::vector<const Node*>& at, int at_level) {
  const std::vector<int64_t> strides = kernel::row_major_strides(tensor);
  if (auto sum = kernel::affine_offset(tensor, at, strides)) return affine_text(*sum, index_names_);
  return clamped_element("", tensor, at, strides, at_level);
}

std::string Body::clamped_element(std::string base, const Tensor& tensor, const std::vector<const Node*>& at,
                                  const std::vector<int64_t>& strides, int at_level) {
  std::string text = std::move(base);
  for (size_t d = 0; d < at.size(); ++d) {
    if (strides[d] == 0) continue;
    Text place = place_in(at[d], tensor.shape[d].size, at_level);
    if (place.text == "0") continue;
    if (!text.empty()) text += " + ";
    text += strides[d] == 1 ? place.inside(Binding::sum)
                            : place.inside(Binding::product) + " * " + std::to_string(strides[d]);
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

/// The body's value for each lane, even where it is the same for all.
Text Body::lanes_of(const ir::Equation& equation, int depth) {
  Text value = use(equation.body, depth);
  if (lanes_ != Lanes::vectors || kernel::reads_samples(equation.body)) return value;
  return {"nn::splat(" + value.text + ")"};
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

std::string Body::value_of(const Tensor& tensor) const {
  if (auto variable = variables_.find(&tensor); variable != variables_.end()) return variable->second;
  const Storage& storage = program_.storage.at(&tensor);
  if (storage.place == Place::constant) {
    std::string number = literal(program_, tensor.data[0], tensor.type).text;
    return lanes_ == Lanes::vectors ? "nn::splat(" + number + ")" : number;
  }
  return load(lane_pointer(buffer_name(storage.buffer), "0"));
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

}  // namespace nnc::emit
