#include "compiler/report/html.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace nnc::report {

std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string element(const std::string& name, const std::string& attributes, const std::string& content) {
  return "<" + name + attributes + ">" + content + "</" + name + ">";
}

std::string attribute(const std::string& name, std::string_view value) {
  return " " + name + "=\"" + escaped(value) + "\"";
}

std::string mono(const std::string& text) { return element("span", " class=\"mono\"", escaped(text)); }

std::string coordinate(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", number);
  std::string result = text.data();
  if (result.ends_with(".0")) result.resize(result.size() - 2);
  return result == "-0" ? "0" : result;
}

}  // namespace nnc::report
