// Text that stands in a page.
#pragma once

#include <string>
#include <string_view>

namespace nnc::report {

/// What a reader sees as this text: & < > " are written out.
std::string escaped(std::string_view text);

/// `<name attributes>content</name>`; the content is written as it is.
std::string element(const std::string& name, const std::string& attributes, const std::string& content);

/// ` name="value"`, with the value escaped.
std::string attribute(const std::string& name, std::string_view value);

/// Names and texts of programs.
std::string mono(const std::string& text);

/// A coordinate: at most one digit behind the point.
std::string coordinate(double number);

}  // namespace nnc::report
