// Files, imports and the names that files declare.
#include "compiler/sema/files.h"

#include <algorithm>

namespace nnc::sema {

const FileScope& Files::open(const ast::File& file) {
  auto& slot = scopes_[&file];
  if (slot) return *slot;
  slot = std::make_unique<FileScope>();
  FileScope& scope = *slot;
  scope.file = &file;
  opening_.insert(&file);
  for (const ast::Item& item : file.items) declare(scope, item);
  opening_.erase(&file);
  return scope;
}

/// `for f16` behind the name of a declaration: of an optimizer, and a type that rounds.
void Files::check_implied(const ast::Declaration& declaration) {
  const ast::Name& precision = *declaration.implied_by;
  if (declaration.kind != ast::DeclKind::optimizer) {
    diagnostics_.error(DiagnosticKind::WrongKind, precision.span, "only an optimizer is implied by a precision");
  } else if (!scalar::find_format(precision.text)) {
    diagnostics_.error(DiagnosticKind::UnknownType, precision.span,
                       "there is no precision `" + precision.text + "`: `f16`, `bf16`, `f32` or `f64`");
  }
}

void Files::declare(FileScope& scope, const ast::Item& item) {
  if (auto* found = std::get_if<ast::Import>(&item.node)) return import(scope, *found);
  if (auto* model = std::get_if<ast::Model>(&item.node)) scope.models.insert(model->name.text);
  Declared declared{std::get_if<ast::Declaration>(&item.node), std::get_if<ast::Constant>(&item.node), &scope};
  if (!declared) return;
  const ast::Name& name = declared.declaration ? declared.declaration->name : declared.constant->name;
  if (declared.declaration && declared.declaration->implied_by) check_implied(*declared.declaration);
  auto [place, is_new] = scope.names.emplace(name.text, declared);
  if (is_new) return;
  diagnostics_.error(DiagnosticKind::DuplicateName, name.span, "`" + name.text + "` is declared twice")
      .note(place->second.span(), "declared here first");
}

void Files::import(FileScope& scope, const ast::Import& import) {
  int errors = diagnostics_.errors();
  const ast::File* file = loader_.import(import.path, *scope.file);
  if (!file) {
    if (diagnostics_.errors() == errors) {
      diagnostics_.error(DiagnosticKind::ImportNotFound, import.path_span, "cannot read `" + import.path + "`");
    }
    return;
  }
  if (opening_.count(file)) {
    bool itself = file == scope.file;
    diagnostics_.error(DiagnosticKind::ImportCycle, import.path_span,
                       itself ? "this file imports itself" : "`" + import.path + "` imports this file in turn");
    return;
  }
  scope.imports.push_back(&open(*file));
}

Declared Files::find(const FileScope& file, const std::string& name, std::optional<ast::DeclKind> kind) {
  auto is_meant = [&](const Declared& found) { return !kind || found.constant || found.declaration->kind == *kind; };
  if (auto own = file.names.find(name); own != file.names.end() && is_meant(own->second)) return own->second;
  for (const FileScope* import : file.imports) {
    auto found = import->names.find(name);
    if (found != import->names.end() && is_meant(found->second)) return found->second;
  }
  const ast::File* library = loader_.library(name, kind);
  if (!library) return {};
  library_.insert(library->source);
  const FileScope& scope = open(*library);
  auto found = scope.names.find(name);
  return found == scope.names.end() ? Declared{} : found->second;
}

Declared Files::implied_by(const FileScope& file, const std::string& precision) {
  std::vector<const FileScope*> scopes = {&file};
  scopes.insert(scopes.end(), file.imports.begin(), file.imports.end());
  for (const FileScope* scope : scopes) {
    for (const auto& [name, declared] : scope->names) {
      const ast::Declaration* declaration = declared.declaration;
      if (declaration && declaration->implied_by && declaration->implied_by->text == precision) return declared;
    }
  }
  std::string name = loader_.library_implied_by(precision);
  return name.empty() ? Declared{} : find(file, name);
}

std::vector<std::string> Files::known_names(const FileScope& file) const {
  std::vector<std::string> names = loader_.library_names();
  auto add = [&](const FileScope& scope) {
    for (const auto& [name, declared] : scope.names) names.push_back(name);
  };
  add(file);
  for (const FileScope* import : file.imports) add(*import);
  return names;
}

}  // namespace nnc::sema
