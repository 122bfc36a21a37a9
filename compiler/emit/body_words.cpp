#include "compiler/emit/body_words.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "compiler/emit/real.h"
#include "compiler/kernel/recognise.h"

namespace nnc::emit {

using ir::Combine;
using ir::Index;
using ir::Node;
using ir::Type;

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

std::string start_of(const kernel::Program& program, Combine combine, Type type) {
  if (combine != Combine::max) return literal(program, combine == Combine::prod ? 1 : 0, type).text;
  if (type == Type::real) return "-nn::kInfinity";
  return type == Type::i32 ? "INT32_MIN" : "0u";
}

bool is_computed(const std::vector<const Node*>& at) {
  return std::any_of(at.begin(), at.end(),
                     [](const Node* a) { return a->kind != Node::Kind::index && kernel::reads_samples(a); });
}

std::string last_word(const std::string& name) {
  size_t dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

std::vector<const Node*> without_last(std::vector<const Node*> at) {
  at.pop_back();
  return at;
}

}  // namespace nnc::emit
