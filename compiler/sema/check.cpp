// Checking a file: its names, then its models.
#include "compiler/sema/check.h"

#include "compiler/sema/elaborator.h"

namespace nnc::sema {

std::vector<Program> check(const ast::File& main, Loader& loader, const Options& options, Diagnostics& diagnostics) {
  std::vector<Program> programs;
  Files files(loader, diagnostics);
  const FileScope& scope = files.open(main);
  Elaborator elaborator(files, options, diagnostics);
  elaborator.check_defines(scope);
  std::map<std::string, Span> seen;
  bool has_model = false;
  for (const ast::Item& item : main.items) {
    auto* model = std::get_if<ast::Model>(&item.node);
    if (!model) continue;
    has_model = true;
    auto [place, is_new] = seen.emplace(model->name.text, model->name.span);
    if (!is_new) {
      diagnostics.error(DiagnosticKind::DuplicateName, model->name.span, "`" + model->name.text + "` is declared twice")
          .note(place->second, "declared here first");
      continue;
    }
    int errors = diagnostics.errors();
    Program program = elaborator.model(*model, scope);
    if (diagnostics.errors() == errors) programs.push_back(std::move(program));
  }
  if (!has_model && diagnostics.ok()) {
    diagnostics.error(DiagnosticKind::NoModel, {main.source, 0, 0}, "there is no model in this file");
  }
  return programs;
}

}  // namespace nnc::sema
