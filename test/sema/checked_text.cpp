// Texts in tests.
#include "sema/checked_text.h"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>

#include "compiler/parse/parse.h"
#include "stdlib/stdlib.h"

namespace nnc::test {

const ast::File* TextLoader::add(const std::string& name, const std::string& text) {
  auto [place, is_new] = files_.try_emplace(name);
  if (is_new) place->second = parse::parse(sources_.add(name, text), diagnostics_);
  return place->second ? &*place->second : nullptr;
}

const ast::File* TextLoader::import(const std::string& path, const ast::File&) {
  auto found = imports_.find(path);
  return found == imports_.end() ? nullptr : add(path, found->second);
}

const ast::File* TextLoader::library(std::string_view name, std::optional<ast::DeclKind> kind) {
  const stdlib::LibraryFile* file = stdlib::file_of(name, kind ? ast::keyword(*kind) : "");
  if (!file) return nullptr;
  auto [place, is_new] = files_.try_emplace("library:" + std::to_string(file - stdlib::files().data()));
  std::string shown = std::string("stdlib/") + file->name;
  if (is_new) place->second = parse::parse(sources_.add(shown, std::string(file->text)), diagnostics_);
  return place->second ? &*place->second : nullptr;
}

std::string TextLoader::library_implied_by(std::string_view precision) {
  return std::string(stdlib::implied_by(precision));
}

std::vector<std::string> TextLoader::library_names() {
  auto names = stdlib::names();
  return {names.begin(), names.end()};
}

Checked::Checked(const std::string& text, std::map<std::string, std::string> imports,
                 const std::vector<Define>& defines)
    : loader_(sources_, diagnostics_, std::move(imports)) {
  const ast::File* file = loader_.add("model.nn", text);
  if (!file) return;
  sema::Options options;
  for (const Define& define : defines) {
    const Source& source = sources_.add("-D", define.value);
    values_.push_back(parse::parse_expression(source, diagnostics_));
    options.defines.push_back({{define.name, {}}, values_.back().get()});
  }
  programs_ = sema::check(*file, loader_, options, diagnostics_);
}

const sema::Program& Checked::program() const {
  if (programs_.size() != 1) throw std::runtime_error("no single model:\n" + rendered());
  return programs_[0];
}

std::string Checked::summary() const {
  std::string text;
  for (const Diagnostic& message : diagnostics_.all()) {
    Position at = message.span.source ? position(*message.span.source, message.span.begin) : Position{};
    text += (message.severity == Severity::error ? "error [" : "warning [") + std::string(name(message.kind)) + "] " +
            std::to_string(at.line) + ":" + std::to_string(at.column) + " " + message.text + "\n";
  }
  return text;
}

std::string Checked::rendered() const {
  std::string text;
  for (const Diagnostic& message : diagnostics_.all()) text += render(message);
  return text;
}

bool Checked::has(DiagnosticKind kind) const {
  for (const Diagnostic& message : diagnostics_.all()) {
    if (message.kind == kind) return true;
  }
  return false;
}

std::string equation_of(const sema::Program& program, const std::string& tensor) {
  std::stringstream lines(sema::print(program));
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    bool is_scalar = line.starts_with("  " + tensor + " = "), is_indexed = line.starts_with("  " + tensor + "[");
    if (is_scalar || is_indexed) text += (text.empty() ? "" : "\n") + line.substr(2);
  }
  return text;
}

const sema::Tensor& tensor(const sema::Program& program, const std::string& name) {
  for (const sema::Tensor& each : program.tensors) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("no tensor " + name + " in\n" + sema::print(program));
}

}  // namespace nnc::test
