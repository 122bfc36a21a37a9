#include "compiler/driver/compile.h"

#include "compiler/ast/ast.h"
#include "compiler/driver/backend.h"
#include "compiler/driver/defines.h"
#include "compiler/driver/embed.h"
#include "compiler/driver/evaluate.h"
#include "compiler/driver/loader.h"
#include "compiler/driver/modules.h"
#include "compiler/driver/report.h"
#include "compiler/driver/verify.h"
#include "compiler/ir/print.h"
#include "compiler/passes/pipeline.h"
#include "compiler/sema/check.h"

namespace nnc::driver {
namespace {

std::string shown(const sema::Program& program, const std::string& what, const std::string& text) {
  return "// " + program.name + ": " + what + "\n" + text + "\n";
}

/// Runs the passes; gives the text of what `--print-after` asks for.
std::string run_passes(Modules& modules, const std::string& print_after) {
  std::string text;
  modules.for_each([&](NamedModule& named) {
    passes::run(named.module, [&](const passes::Pass& pass, const ir::Module& module) {
      if (pass.name != print_after) return;
      text += shown(*modules.program, named.name + ", after " + print_after, ir::print(module));
    });
  });
  return text;
}

std::string print_ir(Modules& modules) {
  std::string text;
  auto show = [&](NamedModule& named) { text += shown(*modules.program, named.name, ir::print(named.module)); };
  modules.for_each(show);
  for (NamedModule& numbers : modules.numbers) {
    if (numbers.module.equations.size() > 1) show(numbers);  // beside that a step of NaN is left out
  }
  return text;
}

std::string print_kernels(const emit::Model& model) {
  const sema::Program& program = *model.program;
  std::string text = shown(program, "outputs", kernel::print(model.infer));
  if (model.step) text += shown(program, "step", kernel::print(*model.step));
  text += shown(program, "backward", kernel::print(model.backward));
  if (model.derivative) text += shown(program, "derivative", kernel::print(*model.derivative));
  for (const kernel::Update& update : model.updates) {
    const bool is_taken = update.outcome == program.optimizers[update.optimizer].skips();
    const std::string when = is_taken ? "" : ", stopped at skip " + std::to_string(update.outcome + 1);
    const std::string what =
        update.total.empty() ? "update of " + update.param + when : "term of " + update.param + " in " + update.total;
    text += shown(program, what, kernel::print(update.program));
  }
  return text;
}

/// The result for one model, and what there is to say of it.
struct Compiled : Result {
  std::optional<report::Report> report = {};
};

/// One model, from its meaning on.
Compiled compile_model(const sema::Program& program, const Options& options, const std::string& inner_namespace,
                       const Loader& loader, Diagnostics& diagnostics) {
  if (options.print == Printed::program) return {{sema::print(program), {}}};
  if (!options.evaluate.empty()) return {{"", evaluate(program, options, diagnostics)}};

  Modules modules = lower_all(program);
  const std::string seen = run_passes(modules, options.print_after);
  if (!options.print_after.empty()) return {{seen, {}}};
  if (options.print == Printed::ir) return {{print_ir(modules), {}}};

  std::optional<emit::Model> model = schedule_all(std::move(modules), backend_of(options).target(), diagnostics);
  if (!model) return {};
  if (options.print == Printed::kernels) return {{print_kernels(*model), {}}};
  if (options.verify) return {{verify(std::move(*model), options, diagnostics), {}}};
  std::optional<report::Report> report;
  if (options.report) report = report_of(*model, options);
  if (options.report && options.output.empty()) return {{}, std::move(report)};
  std::vector<std::string> read = loader.paths();
  if (!options.weights.empty()) {
    embed_weights(*model, options.weights, diagnostics);
    read.push_back(options.weights);
  }
  return {{"", output_files(std::move(*model), options, inner_namespace, read)}, std::move(report)};
}

/// Leaves the model that `--model` names; `--evaluate` and `--weights` are of one.
void choose(std::vector<sema::Program>& programs, const Options& options, Diagnostics& diagnostics) {
  std::string names;
  for (const sema::Program& program : programs) names += (names.empty() ? "`" : ", `") + program.name + "`";
  if (!options.only.empty()) {
    std::erase_if(programs, [&](const sema::Program& program) { return program.name != options.only; });
    if (programs.empty()) {
      diagnostics
          .error(DiagnosticKind::UnknownName, {}, "--model: there is no model `" + options.only + "` in the file")
          .hint("there are " + names);
    }
  } else if ((!options.evaluate.empty() || !options.weights.empty()) && programs.size() > 1) {
    const std::string option = options.weights.empty() ? "--evaluate" : "--weights";
    diagnostics
        .error(DiagnosticKind::SeveralModels, programs[1].span, option + " is of one model, and the file has several")
        .note(programs[0].span, "the first is here")
        .hint("--model=" + programs[0].name + " says which");
  }
}

}  // namespace

Result compile(const Options& options, Sources& sources, Diagnostics& diagnostics) {
  Loader loader(sources, options.import_folders, diagnostics);
  const ast::File* file = loader.open(options.model);
  const Defines defines(options.defines, sources, diagnostics);
  if (!diagnostics.ok()) return {};
  if (options.print == Printed::ast) return {ast::print(*file), {}};

  std::vector<sema::Program> programs = sema::check(*file, loader, defines.options(), diagnostics);
  if (!diagnostics.ok()) return {};
  choose(programs, options, diagnostics);
  if (!diagnostics.ok()) return {};

  Result all;
  std::vector<std::vector<OutputFile>> files;
  std::vector<report::Report> reports;
  for (const sema::Program& program : programs) {
    Compiled one = compile_model(program, options, programs.size() > 1 ? program.name : "", loader, diagnostics);
    all.text += one.text;
    files.push_back(std::move(one.files));
    if (one.report) reports.push_back(std::move(*one.report));
  }
  all.files = joined(files);
  if (options.report) show(reports, options, all);
  return all;
}

}  // namespace nnc::driver
