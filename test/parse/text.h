// Short ways to parse a text in a test and to look at what came of it.
#pragma once

#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/support/diagnostics.h"

namespace nnc::test {

/// The tree of a text without its first line and without indentation of the rest; "mistakes" if it has some.
std::string tree(const std::string& text);
/// The tree of a member (of a statement) alone.
std::string member_tree(const std::string& text);
std::string statement_tree(const std::string& text);

/// An expression with every operation in parentheses; "mistakes" if it has some.
std::string grouped(const std::string& text);

/// The complaints about a text as "line:column: text", then "hint: …" and "note: line:column: …" lines.
std::string complaints(const std::string& text);

/// The kinds of the complaints about a text, in their order.
std::vector<DiagnosticKind> kinds(const std::string& text);

bool parses(const std::string& text);

/// A file of the test folder, relative to it.
std::string file_text(const std::string& path);

}  // namespace nnc::test
