#include "parse/text.h"

#include <fstream>
#include <iterator>
#include <sstream>

#include "compiler/parse/parse.h"

namespace nnc::test {
namespace {

/// The lines of `text` below the first `skipped`, each without its first `indent` characters.
std::string below(const std::string& text, int skipped, size_t indent) {
  std::istringstream lines(text);
  std::string result, line;
  for (int i = 0; std::getline(lines, line); ++i) {
    if (i >= skipped) result += line.substr(indent) + "\n";
  }
  return result;
}

std::string tree_of(const std::string& text, int skipped, size_t indent) {
  Source source{"test.nn", text};
  Diagnostics diagnostics;
  auto file = parse::parse(source, diagnostics);
  return file ? below(ast::print(*file), skipped, indent) : "mistakes\n";
}

std::string place(Span span) {
  Position at = position(*span.source, span.begin);
  return std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
}

std::string group(const ast::Expr& expr) {
  if (auto* binary = std::get_if<ast::BinaryExpr>(&expr.node)) {
    return "(" + group(*binary->left) + " " + std::string(binary->op_span.text()) + " " + group(*binary->right) + ")";
  }
  if (auto* unary = std::get_if<ast::UnaryExpr>(&expr.node)) {
    static constexpr const char* kOps[] = {"-", "+", "not "};
    return "(" + std::string(kOps[static_cast<size_t>(unary->op)]) + group(*unary->operand) + ")";
  }
  if (auto* member = std::get_if<ast::MemberExpr>(&expr.node)) {
    return "(" + group(*member->object) + "." + member->member.text + ")";
  }
  if (auto* subscript = std::get_if<ast::SubscriptExpr>(&expr.node)) {
    std::string text = "(" + group(*subscript->object) + "[";
    for (const auto& entry : subscript->subscripts) text += std::string(entry.span.text());
    return text + "])";
  }
  if (auto* flow = std::get_if<ast::FlowExpr>(&expr.node)) {
    std::string text = "(" + group(*flow->source);
    for (const auto& stage : flow->stages) text += " -> " + std::string(stage.span.text());
    return text + ")";
  }
  return std::string(expr.span.text());
}

}  // namespace

std::string tree(const std::string& text) { return tree_of(text, 1, 2); }
std::string member_tree(const std::string& text) { return tree_of("model M { " + text + " }", 2, 4); }
std::string statement_tree(const std::string& text) { return tree_of("layer f { " + text + " }", 2, 4); }

std::string grouped(const std::string& text) {
  Source source{"test.nn", text};
  Diagnostics diagnostics;
  auto expr = parse::parse_expression(source, diagnostics);
  return expr ? group(*expr) : "mistakes";
}

std::string complaints(const std::string& text) {
  Source source{"test.nn", text};
  Diagnostics diagnostics;
  auto file = parse::parse(source, diagnostics);
  std::string result = file.has_value() == diagnostics.ok() ? "" : "a file in spite of mistakes\n";
  for (const auto& diagnostic : diagnostics.all()) {
    result += place(diagnostic.span) + diagnostic.text + "\n";
    for (const auto& note : diagnostic.notes) result += "note: " + place(note.span) + note.text + "\n";
    if (!diagnostic.hint_text.empty()) result += "hint: " + diagnostic.hint_text + "\n";
  }
  return result;
}

std::vector<DiagnosticKind> kinds(const std::string& text) {
  Source source{"test.nn", text};
  Diagnostics diagnostics;
  parse::parse(source, diagnostics);
  std::vector<DiagnosticKind> result;
  for (const auto& diagnostic : diagnostics.all()) result.push_back(diagnostic.kind);
  return result;
}

bool parses(const std::string& text) { return complaints(text).empty(); }

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace nnc::test
