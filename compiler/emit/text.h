// Text with named holes, and names that are fit for C++.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace nnc::emit {

/// The text with each `$name$` replaced. A value of several lines is indented as its hole is; a hole alone on its line
/// whose value is empty takes the line away. The first line break of a raw string is dropped. A name that is not there
/// is a mistake of ours: it throws.
std::string fill(std::string_view text, std::initializer_list<std::pair<std::string_view, std::string>> values);

/// Every line indented by `spaces`, empty ones apart.
std::string indent(std::string_view text, int spaces);

/// `linear_0.weight` → `linear_0_weight`; a keyword, a macro of the C library and a word of the generated code get an
/// underscore.
std::string identifier(std::string_view name);

/// The same for a namespace in no other: a function of the C library gets an underscore, too.
std::string namespace_name(std::string_view name);

/// True if the C++ text names the variable: the word by itself, not a member, not in a comment.
bool mentions(std::string_view text, std::string_view variable);

/// Gives each asked name, or the first of name_2, name_3, … that is free.
class Names {
 public:
  std::string unique(std::string_view name);
  /// Takes what functions over a tile and what surrounds them are made of: `nn`, `w`, `t`, `count`, `Weights`, ….
  void take_surroundings();
  bool contains(const std::string& name) const { return taken_.contains(name); }

 private:
  std::set<std::string> taken_;
};

/// The shortest C++ literal that reads back as the same float, `0.5f`; infinities and NaN by name.
std::string float_literal(double value);
/// The same for double, `0.5`.
std::string double_literal(double value);

}  // namespace nnc::emit
