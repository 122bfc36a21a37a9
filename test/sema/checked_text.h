// Checking a text in a test: what it gives, what is complained of.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/sema/check.h"
#include "compiler/support/diagnostics.h"
#include "compiler/support/source.h"

namespace nnc::test {

/// Imports come from a map, the library from stdlib/.
class TextLoader : public sema::Loader {
 public:
  TextLoader(Sources& sources, Diagnostics& diagnostics, std::map<std::string, std::string> imports)
      : sources_(sources), diagnostics_(diagnostics), imports_(std::move(imports)) {}

  const ast::File* add(const std::string& name, const std::string& text);
  const ast::File* import(const std::string& path, const ast::File& from) override;
  const ast::File* library(std::string_view name, std::optional<ast::DeclKind> kind) override;
  std::string library_implied_by(std::string_view precision) override;
  std::vector<std::string> library_names() override;

 private:
  Sources& sources_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::string> imports_;
  std::map<std::string, std::optional<ast::File>> files_;
};

struct Define {
  std::string name;
  std::string value;
};

/// A text that has been checked.
class Checked {
 public:
  explicit Checked(const std::string& text, std::map<std::string, std::string> imports = {},
                   const std::vector<Define>& defines = {});

  /// The only model; a test fails where there is none.
  const sema::Program& program() const;
  const std::vector<sema::Program>& programs() const { return programs_; }
  const std::vector<Diagnostic>& messages() const { return diagnostics_.all(); }
  /// "error [Kind] 3:5 text", a line each.
  std::string summary() const;
  /// As the user sees them.
  std::string rendered() const;
  bool has(DiagnosticKind kind) const;

 private:
  Sources sources_;
  Diagnostics diagnostics_;
  TextLoader loader_;
  std::vector<ast::ExprPtr> values_;
  std::vector<sema::Program> programs_;
};

/// The equations of the program's text that define the tensor, without what stands around them.
std::string equation_of(const sema::Program& program, const std::string& tensor);

/// The tensor of that name; a test fails where there is none.
const sema::Tensor& tensor(const sema::Program& program, const std::string& name);

}  // namespace nnc::test
