// What each file declares, and where a name that is not local is found: the file itself, its imports, then the library.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/sema/check.h"

namespace nnc::sema {

struct FileScope;

/// A declaration or a constant, and the file whose names it sees.
struct Declared {
  const ast::Declaration* declaration = nullptr;
  const ast::Constant* constant = nullptr;
  const FileScope* file = nullptr;

  explicit operator bool() const { return declaration || constant; }
  Span span() const { return declaration ? declaration->name.span : constant->name.span; }
  friend bool operator==(const Declared&, const Declared&) = default;
};

struct FileScope {
  const ast::File* file = nullptr;
  std::map<std::string, Declared, std::less<>> names;
  std::set<std::string, std::less<>> models;
  std::vector<const FileScope*> imports;
};

/// The files of a compilation: read when they are first wanted, each once.
class Files {
 public:
  Files(Loader& loader, Diagnostics& diagnostics) : loader_(loader), diagnostics_(diagnostics) {}

  /// The file with everything that it imports. Complains about names declared twice, files that are missing and files
  /// that import themselves.
  const FileScope& open(const ast::File& file);
  /// What the name means in the file, as one of that kind where a kind is given; or nothing.
  Declared find(const FileScope& file, const std::string& name, std::optional<ast::DeclKind> kind = std::nullopt);
  /// The optimizer that is declared for models of a precision: in the file, in one of its imports, in the library.
  Declared implied_by(const FileScope& file, const std::string& precision);
  /// All names that could have been meant in the file.
  std::vector<std::string> known_names(const FileScope& file) const;
  bool is_library(const Source* source) const { return library_.count(source) > 0; }

 private:
  void check_implied(const ast::Declaration& declaration);
  void declare(FileScope& scope, const ast::Item& item);
  void import(FileScope& scope, const ast::Import& import);

  Loader& loader_;
  Diagnostics& diagnostics_;
  std::map<const ast::File*, std::unique_ptr<FileScope>> scopes_;
  std::set<const ast::File*> opening_;
  std::set<const Source*> library_;
};

}  // namespace nnc::sema
