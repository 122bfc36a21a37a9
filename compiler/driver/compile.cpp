#include "compiler/driver/compile.h"

#include "compiler/ast/ast.h"
#include "compiler/driver/loader.h"
#include "compiler/parse/parse.h"
#include "compiler/sema/check.h"
#include "compiler/sema/program.h"

namespace nnc::driver {
namespace {

/// The constants that `-D name=value` sets. The value's place in its text is that in `name=value`.
class Defines {
 public:
  Defines(const std::vector<std::string>& texts, Sources& sources, Diagnostics& diagnostics) {
    for (const std::string& text : texts) {
      const auto equal = static_cast<uint32_t>(text.find('='));
      const Source& whole = sources.add("-D", text);
      const Source& value = sources.add("-D", std::string(equal + 1, ' ') + text.substr(equal + 1));
      values_.push_back(parse::parse_expression(value, diagnostics));
      options_.defines.push_back({{text.substr(0, equal), {&whole, 0, equal}}, values_.back().get()});
    }
  }
  const sema::Options& options() const { return options_; }

 private:
  std::vector<ast::ExprPtr> values_;
  sema::Options options_;
};

}  // namespace

Result compile(const Options& options, Sources& sources, Diagnostics& diagnostics) {
  Loader loader(sources, options.import_folders, diagnostics);
  const ast::File* file = loader.open(options.model);
  const Defines defines(options.defines, sources, diagnostics);
  if (!file || !diagnostics.ok()) return {};
  if (options.print == Printed::ast) return {ast::print(*file), {}};

  const std::vector<sema::Program> programs = sema::check(*file, loader, defines.options(), diagnostics);
  if (!diagnostics.ok()) return {};
  if (options.print == Printed::program) {
    std::string text;
    for (const sema::Program& program : programs) text += sema::print(program);
    return {std::move(text), {}};
  }
  return {};
}

}  // namespace nnc::driver
