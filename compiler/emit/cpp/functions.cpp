#include "compiler/emit/cpp/functions.h"

namespace nnc::emit::cpp {

std::string Functions::call(const std::string& name, const std::vector<Parameter>& parameters, const std::string& body,
                            const std::string& about, const std::string& comment, std::string& text) {
  std::string params, values;
  for (const Parameter& p : parameters) {
    params += (params.empty() ? "" : ", ") + p.type + " " + p.name;
    values += (values.empty() ? "" : ", ") + p.value;
  }
  auto [known, is_new] = by_text_.try_emplace(params + ") {" + comment + "\n" + body);
  if (is_new) {
    known->second = names_.unique(name);
    text += fill(R"text(

$about$
void $name$($params$) {$comment$
  $body$
}
)text",
                 {{"about", about}, {"name", known->second}, {"params", params}, {"comment", comment}, {"body", body}});
  }
  return known->second + "(" + values + ")";
}

std::vector<Parameter> parameters_of(const std::string& text, const Body& body, const std::vector<Parameter>& others) {
  std::vector<Parameter> result;
  for (const Argument& a : body.arguments(text)) result.push_back({a.type, a.name, a.pointer});
  for (const Parameter& p : others) {
    if (mentions(text, p.name)) result.insert(p.name == "w" ? result.begin() : result.end(), p);
  }
  return result;
}

}  // namespace nnc::emit::cpp
