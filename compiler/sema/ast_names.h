// The names that an expression mentions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/ast/ast.h"

namespace nnc::sema {

/// Calls `visit` with each name that stands for a value or is called, in the order of the text; names of arguments and
/// of members are none of them. Stops at the first for which it returns false, and returns false then.
bool each_name(const ast::Expr& expr, const std::function<bool(const std::string&)>& visit);
bool each_name(const ast::Stage& stage, const std::function<bool(const std::string&)>& visit);

/// The same in statements of an optimizer, of all that is on their right sides.
bool each_name(const ast::Statement& statement, const std::function<bool(const std::string&)>& visit);
bool each_name(const std::vector<ast::Statement>& statements, const std::function<bool(const std::string&)>& visit);

/// How often the expression mentions the name.
int mentions(const ast::Expr& expr, const std::string& name);

}  // namespace nnc::sema
