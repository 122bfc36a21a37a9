// Text to syntax tree.
#pragma once

#include <optional>

#include "compiler/ast/ast.h"
#include "compiler/support/diagnostics.h"

namespace nnc::parse {

/// The file as written. Nothing if it has a mistake; each mistake has one message, then the rest of the file is read
/// on.
std::optional<ast::File> parse(const Source& source, Diagnostics& diagnostics);

/// An expression that stands alone: the value of `-D name=value`. Null if it has a mistake.
ast::ExprPtr parse_expression(const Source& source, Diagnostics& diagnostics);

}  // namespace nnc::parse
