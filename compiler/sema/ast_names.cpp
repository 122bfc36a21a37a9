// A walk over expressions for the names in them.
#include "compiler/sema/ast_names.h"

#include <algorithm>

namespace nnc::sema {
namespace {

using Visit = std::function<bool(const std::string&)>;

bool each_of(const ast::ExprPtr& expr, const Visit& visit) { return !expr || each_name(*expr, visit); }

bool each_of(const std::vector<ast::ExprPtr>& exprs, const Visit& visit) {
  return std::all_of(exprs.begin(), exprs.end(), [&](const auto& expr) { return each_of(expr, visit); });
}
bool each_of(const std::vector<ast::Argument>& arguments, const Visit& visit) {
  return std::all_of(arguments.begin(), arguments.end(), [&](const auto& a) { return each_of(a.value, visit); });
}
bool each_of(const std::vector<ast::Binder>& binders, const Visit& visit) {
  return std::all_of(binders.begin(), binders.end(),
                     [&](const auto& binder) { return each_of(binder.from, visit) && each_of(binder.to, visit); });
}
bool each_of(const std::vector<ast::Subscript>& subscripts, const Visit& visit) {
  return std::all_of(subscripts.begin(), subscripts.end(), [&](const auto& s) {
    return each_of(s.index, visit) && each_of(s.from, visit) && each_of(s.to, visit);
  });
}
bool each_of(const std::vector<ast::Stage>& stages, const Visit& visit) {
  return std::all_of(stages.begin(), stages.end(), [&](const auto& stage) { return each_name(stage, visit); });
}

bool each_in(const ast::Number&, const Visit&) { return true; }
bool each_in(const ast::NameExpr& node, const Visit& visit) { return visit(node.name); }
bool each_in(const ast::MemberExpr& node, const Visit& visit) { return each_of(node.object, visit); }
bool each_in(const ast::UnaryExpr& node, const Visit& visit) { return each_of(node.operand, visit); }
bool each_in(const ast::BinaryExpr& node, const Visit& visit) {
  return each_of(node.left, visit) && each_of(node.right, visit);
}
bool each_in(const ast::SubscriptExpr& node, const Visit& visit) {
  return each_of(node.object, visit) && each_of(node.subscripts, visit);
}
bool each_in(const ast::ReduceExpr& node, const Visit& visit) {
  return each_of(node.binders, visit) && each_of(node.body, visit);
}
bool each_in(const ast::CallExpr& node, const Visit& visit) {
  return visit(node.callee.text) && each_of(node.arguments, visit);
}
bool each_in(const ast::ListExpr& node, const Visit& visit) { return each_of(node.elements, visit); }
bool each_in(const ast::FlowExpr& node, const Visit& visit) {
  return each_of(node.source, visit) && each_of(node.stages, visit);
}
bool each_in(const ast::UseStage& node, const Visit& visit) {
  return visit(node.callee.text) && each_of(node.arguments, visit);
}
bool each_in(const ast::RepeatStage& node, const Visit& visit) {
  return each_of(node.count, visit) && each_of(node.stages, visit);
}
bool each_in(const ast::RepeatAsStage& node, const Visit& visit) {
  return each_of(node.count, visit) && each_of(node.body, visit);
}

bool each_in(const ast::Let& node, const Visit& visit) {
  return each_of(node.binders, visit) && each_of(node.value, visit);
}
bool each_in(const ast::Param& node, const Visit& visit) {
  return each_of(node.value, visit) && each_of(node.condition, visit);
}
bool each_in(const ast::State& node, const Visit& visit) {
  return each_of(node.condition, visit) && std::all_of(node.variables.begin(), node.variables.end(),
                                                       [&](const auto& v) { return each_of(v.initial, visit); });
}
bool each_in(const ast::Equation& node, const Visit& visit) { return each_of(node.value, visit); }
bool each_in(const ast::Update& node, const Visit& visit) { return each_of(node.value, visit); }
bool each_in(const ast::SkipIf& node, const Visit& visit) { return each_of(node.condition, visit); }
bool each_in(const ast::RefusedIf& node, const Visit& visit) { return each_of(node.condition, visit); }
bool each_in(const ast::UseIf& node, const Visit& visit) { return each_of(node.condition, visit); }

}  // namespace

bool each_name(const ast::Expr& expr, const Visit& visit) {
  return std::visit([&](const auto& node) { return each_in(node, visit); }, expr.node);
}

bool each_name(const ast::Stage& stage, const Visit& visit) {
  return std::visit([&](const auto& node) { return each_in(node, visit); }, stage.node);
}

bool each_name(const ast::Statement& statement, const Visit& visit) {
  return std::visit([&](const auto& node) { return each_in(node, visit); }, statement.node);
}

bool each_name(const std::vector<ast::Statement>& statements, const Visit& visit) {
  return std::all_of(statements.begin(), statements.end(),
                     [&](const ast::Statement& statement) { return each_name(statement, visit); });
}

int mentions(const ast::Expr& expr, const std::string& name) {
  int found = 0;
  each_name(expr, [&](const std::string& seen) {
    found += seen == name ? 1 : 0;
    return true;
  });
  return found;
}

}  // namespace nnc::sema
