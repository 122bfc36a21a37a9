#include "compiler/emit/body.h"

#include <algorithm>

#include "compiler/emit/body_words.h"
#include "compiler/emit/real.h"
#include "compiler/kernel/affine.h"
#include "compiler/kernel/equations.h"
#include "compiler/kernel/recognise.h"

namespace nnc::emit {

using ir::Index;
using ir::Node;
using ir::Tensor;
using kernel::Place;
using kernel::Statement;
using kernel::Storage;
using kernel::Store;

Body::Body(const kernel::Program& program, Lanes lanes) : program_(program), lanes_(lanes) {
  names_.take_surroundings();
  for (const ir::Tensor* table : program.module.tables()) names_.unique(table_name(*table));
}

void Body::line(int level, std::string text) {
  if (lines_.size() <= static_cast<size_t>(level)) lines_.resize(static_cast<size_t>(level) + 1);
  lines_[static_cast<size_t>(level)] += text + "\n";
}

std::string Body::runtime() const {
  if (lanes_ == Lanes::thread) return "nn::cuda::";
  return is_double(program_) ? "nn::f64::" : "nn::";
}

bool Body::has_scalar_lanes() const { return lanes_ == Lanes::thread || lanes_ == Lanes::each; }

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
        std::string at = own_element(out, equation.at, depth);
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

void Body::note_sums(const kernel::Nest& nest) {
  for (const auto& group : nest.groups) {
    for (const Statement& s : group.statements) {
      if (s.store == Store::add) added_.insert(s.equation.out);
    }
  }
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
  for (const Statement& s : group.statements) {
    count_uses(s.equation.body);
    for (const Node* a : s.equation.at) count_uses(a);
  }
  find_whole_rows(group);
  if (loads_first_) {
    for (const Statement& s : group.statements) {
      kernel::for_each_read(s.equation, [&](const Node* read) {
        if (program_.storage.at(read->tensor).place == Place::tile) use(read, depth);
      });
    }
  }
  std::set<const Statement*> done;
  for (const Statement& s : group.statements) {
    if (done.contains(&s)) continue;
    if (s.store != Store::scatter) {
      statement(s, depth);
      continue;
    }
    auto bundle = bundle_of(s, group, done);
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
  std::string outside, inside, arrays;
  note_sums(nest);
  for (const auto& group : nest.groups) {
    for (const Statement& s : group.statements) {
      const Tensor* out = s.equation.out;
      if (program_.storage.at(out).place == Place::array && !variables_.contains(out)) {
        variables_[out] = names_.unique(last_word(out->name));
        variable_levels_[out] = kLane;
        arrays += type_name(out->type) + " " + variables_[out] + "[" + std::to_string(kernel::elements(*out)) + "];\n";
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
  inside = arrays + inside;
  if (has_scalar_lanes() && masks) inside = "const bool inside = lane < count;\n" + inside;
  if (lanes_ == Lanes::each) return outside + "for (int lane = 0; lane < T; ++lane) {\n" + indent(inside, 2) + "}\n";
  if (lanes_ != Lanes::vectors) return outside + inside;
  if (masks) inside = "const auto inside = nn::first_lanes(count - s);\n" + inside;
  return outside + "for (int s = 0; s < T; s += nn::kLanes) {\n" + indent(inside, 2) + "}\n";
}

std::string Body::elements(const kernel::Nest& nest) {
  loads_first_ = true;
  note_sums(nest);
  std::string text;
  for (const auto& g : nest.groups) {
    std::string lanes = group(g);
    text += lines_[kOutside] + lanes;
  }
  return text;
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
