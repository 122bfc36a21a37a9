// Where a model's other files come from: imports from disk, the library from the compiler itself.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/sema/check.h"
#include "compiler/support/diagnostics.h"
#include "compiler/support/source.h"

namespace nnc::driver {

class Loader : public sema::Loader {
 public:
  /// Imports are looked for beside the importing file, then in the folders.
  Loader(Sources& sources, const std::vector<std::string>& folders, Diagnostics& diagnostics)
      : sources_(sources), folders_(folders), diagnostics_(diagnostics) {}

  /// The model itself; `-` is standard input. Null if it cannot be read or has syntax errors, which have been reported.
  const ast::File* open(const std::string& path);

  const ast::File* import(const std::string& path, const ast::File& from) override;
  const ast::File* library(std::string_view name, std::optional<ast::DeclKind> kind) override;
  std::string library_implied_by(std::string_view precision) override;
  std::vector<std::string> library_names() override;

  /// The files on disk that were read.
  const std::vector<std::string>& paths() const { return paths_; }

 private:
  const ast::File* add(const std::string& key, std::string name, std::string text);
  const ast::File* add_from_disk(const std::string& path);

  Sources& sources_;
  const std::vector<std::string>& folders_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::optional<ast::File>> files_;  // by canonical path; nothing for one with mistakes
  std::vector<std::string> paths_;
};

}  // namespace nnc::driver
