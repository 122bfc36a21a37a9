// Checking: from the syntax of a file to its models, every name resolved and every layer instantiated.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/sema/program.h"
#include "compiler/support/diagnostics.h"

namespace nnc::sema {

/// Where other files come from. What it returns stays in place as long as checking runs; the same file is the same
/// object each time.
class Loader {
 public:
  virtual ~Loader() = default;
  /// The file that `import "path"` in `from` means. Null where there is none; a file with syntax errors, which have
  /// been reported, is null as well.
  virtual const ast::File* import(const std::string& path, const ast::File& from) = 0;
  /// The library file that declares `name`, as one of that kind where a kind is given; or null.
  virtual const ast::File* library(std::string_view name, std::optional<ast::DeclKind> kind) = 0;
  /// The library's optimizer that models of a precision have without being told, or an empty text.
  virtual std::string library_implied_by(std::string_view precision) = 0;
  /// All names that the library declares, for suggestions.
  virtual std::vector<std::string> library_names() = 0;
};

struct Options {
  /// `-D name=value`: takes the place of the constant's value.
  struct Define {
    ast::Name name;
    const ast::Expr* value;
  };
  std::vector<Define> defines;
};

/// The models of the file, in its order; those with a mistake are left out, each mistake having its message.
std::vector<Program> check(const ast::File& main, Loader& loader, const Options& options, Diagnostics& diagnostics);

}  // namespace nnc::sema
