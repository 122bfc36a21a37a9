// The compiler's stages in their order, and the text of main.
#include "run/generated.h"

#include <fstream>
#include <iterator>

#include "compiler/driver/backend.h"
#include "compiler/driver/modules.h"
#include "compiler/emit/batch.h"
#include "compiler/emit/cpp/emit.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/text.h"
#include "compiler/passes/pipeline.h"

namespace nnc::test {
namespace {

using emit::identifier;

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string visit(const std::string& name, const std::string& type, const std::string& calls) {
  return "  template <class F>\n  static void " + name + "([[maybe_unused]] " + type +
         "& all, [[maybe_unused]] const F& f) {\n" + calls + "  }\n";
}
std::string visit_rows(const std::string& name, const std::string& type, const std::vector<std::string>& fields) {
  std::string calls;
  for (const std::string& field : fields) calls += "    f(\"" + field + "\", all." + identifier(field) + ");\n";
  return visit(name, type, calls);
}

std::string visit_params(const sema::Program& program) {
  std::string calls;
  emit::Names accessors = emit::accessor_names();
  for (const sema::Tensor* param : program.params) {
    calls += "    f(\"" + param->name + "\", all." + accessors.unique(param->name) + "(), " +
             std::to_string(emit::count(param->shape)) + ");\n";
  }
  return visit("params", "Weights", calls);
}

/// Passes rows of a batch on to the fields of one sample, and shows the fields of its result.
std::string visit_samples(const sema::Program& program) {
  std::string in, out;
  for (const sema::Tensor* input : program.inputs) {
    std::string field = identifier(input->name);
    in += "    f(sample." + field + ", rows." + field + ");\n";
  }
  for (const sema::Output& output : program.outputs) {
    out += "    f(\"" + output.name + "\", all." + identifier(output.name) + ", " +
           std::to_string(emit::count(output.tensor->shape)) + ");\n";
  }
  return "  template <class F>\n  static void sample([[maybe_unused]] Sample& sample, [[maybe_unused]] const Inputs& "
         "rows, [[maybe_unused]] const F& f) {\n" +
         in + "  }\n" + visit("result", "Result", out);
}

}  // namespace

std::string print_traits(const sema::Program& program, const std::string& name, const Generated& generated,
                         const std::string& traits) {
  std::vector<std::string> inputs, real_inputs, targets, outputs, real_outputs;
  for (const sema::Tensor* input : program.inputs) inputs.push_back(input->name);
  for (const sema::Tensor* input : emit::real_inputs(program)) real_inputs.push_back(input->name);
  for (const sema::Output& output : emit::real_outputs(program)) real_outputs.push_back(output.name);
  for (const sema::Tensor* target : program.targets) targets.push_back(emit::target_name(*target));
  for (const sema::Output& output : program.outputs) outputs.push_back(output.name);
  std::string types, sizes;
  for (const char* type : {"Inputs", "Outputs", "OutputGradients", "InputGradients", "Sample", "Result", "Weights",
                           "Options", "Trainer", "Network", "Workspace"}) {
    types += "  using " + std::string(type) + " = " + name + "::" + type + ";\n";
  }
  types += program.loss ? "  using Targets = " + name + "::Targets;\n" : "  struct Targets {};\n";
  for (int64_t size : generated.sizes) sizes += (sizes.empty() ? "" : ", ") + std::to_string(size);
  return "struct " + traits + " {\n" + types +
         "  static constexpr std::size_t kTile = " + std::to_string(generated.tile) +
         ";\n  static constexpr std::size_t kSizes[] = {" + sizes +
         "};\n  static constexpr bool kHasLoss = " + (program.loss ? "true" : "false") +
         ";\n  static constexpr bool kHasOptimizer = " + (program.updates.empty() ? "false" : "true") + ";\n" +
         visit_rows("inputs", "Inputs", inputs) + visit_rows("targets", "Targets", targets) +
         visit_rows("outputs", "Outputs", outputs) + visit_rows("output_gradients", "OutputGradients", real_outputs) +
         visit_rows("input_gradients", "InputGradients", real_inputs) + visit_params(program) + visit_samples(program) +
         "  static void infer(const Network& network, const Inputs& in, const Outputs& out, Workspace& workspace) {\n"
         "    " +
         name +
         "::infer(network, in, out, workspace);\n  }\n"
         "  static Result evaluate(const Network& network, const Sample& sample) noexcept {\n    return " +
         name +
         "::evaluate(network, sample);\n  }\n"
         "  static Weights load(const std::string& path) { return " +
         name +
         "::load(path); }\n"
         "  template <class What>\n  static void save(const std::string& path, const What& what) {\n    " +
         name +
         "::save(path, what);\n  }\n"
         "  static void restore(Trainer& trainer, const std::string& path) { " +
         name + "::restore(trainer, path); }\n};\n";
}

std::string print_main(const sema::Program& program, const std::string& name, const Generated& generated) {
  return "// Everything that " + name + " can be asked.\n#include \"" + name + ".cpp\"\n#include \"run/drive.h\"\n\n" +
         print_traits(program, name, generated, "Model") +
         "\nint main(int argc, char** argv) { return run::drive<Model>(argc, argv); }\n";
}

Generated generate_text(const std::string& text, const std::string& name, const std::string& folder) {
  Generated result;
  result.checked = std::make_unique<Checked>(text);
  if (result.checked->programs().size() != 1) {
    result.complaints = "no single model:\n" + result.checked->rendered();
    return result;
  }
  const sema::Program& program = result.program();
  driver::Modules modules = driver::lower_all(program);
  modules.for_each([](driver::NamedModule& named) { passes::run(named.module); });
  Diagnostics diagnostics;
  auto model = driver::schedule_all(std::move(modules), kernel::cpu(), diagnostics);
  for (const Diagnostic& complaint : diagnostics.all()) result.complaints += render(complaint);
  if (!model) return result;
  result.tile = emit::cpp::tile_samples(*model);
  result.sizes = {1, result.tile - 1, result.tile, result.tile + 1, 2 * result.tile + 5};
  driver::Options options;
  options.model = name + ".nn";
  options.output = folder + "/" + name + ".cpp";
  result.files = driver::output_files(std::move(*model), options, "", {});
  return result;
}

Generated generate(const std::string& name, const std::string& folder) {
  Generated result = generate_text(read("run/models/" + name + ".nn"), name, folder);
  if (!result.complaints.empty()) return result;
  // One file: g++ warns of classes with parts in an unnamed namespace where that is included.
  std::string main = print_main(result.program(), name, result);
  const std::string include = "#include \"" + name + ".cpp\"\n";
  for (const driver::OutputFile& file : result.files) {
    if (file.path == folder + "/" + name + ".cpp") main.replace(main.find(include), include.size(), file.text);
  }
  result.files.push_back({folder + "/main.cpp", main});
  return result;
}

}  // namespace nnc::test
