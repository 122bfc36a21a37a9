// The functions of a generated file, each text once: surfaces that do the same step call the same function.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/emit/body.h"
#include "compiler/emit/model.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cpp {

/// A parameter of a generated function, and what a caller hands over for it.
struct Parameter {
  std::string type;
  std::string name;
  std::string value;
};

class Functions {
 public:
  /// Keeps a name from being given.
  void reserve(const std::string& name) { names_.unique(name); }
  /// The same of the words that surround every function.
  void take_surroundings() { names_.take_surroundings(); }
  /// And of a model's constant tables.
  void take_tables_of(const Model& model) { take_tables(model, names_); }

  /// Adds `void name(parameters) { body }` to `text`, unless there is one with the same parameters and body. Gives a
  /// call of it: `name(values)`. `about` are comment lines above it, `comment` stands behind its head.
  std::string call(const std::string& name, const std::vector<Parameter>& parameters, const std::string& body,
                   const std::string& about, const std::string& comment, std::string& text);

 private:
  Names names_;
  std::map<std::string, std::string> by_text_;  // name by parameters and body
};

/// Those of a body's tile buffers and of `others` that the text mentions.
std::vector<Parameter> parameters_of(const std::string& text, const Body& body, const std::vector<Parameter>& others);

}  // namespace nnc::emit::cpp
