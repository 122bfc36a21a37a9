// The generated parser's tree to ours.
#pragma once

#include <optional>

#include "NnParser.h"
#include "compiler/ast/ast.h"
#include "compiler/support/diagnostics.h"

namespace nnc::parse {

std::optional<ast::File> build_file(const Source& source, grammar::NnParser::FileContext& tree,
                                    Diagnostics& diagnostics);
ast::ExprPtr build_expression(const Source& source, grammar::NnParser::ExprContext& tree, Diagnostics& diagnostics);

}  // namespace nnc::parse
