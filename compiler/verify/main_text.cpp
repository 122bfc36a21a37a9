// The text of main: the model as a struct of types and visitors, which drive.h goes through.
#include "compiler/verify/main_text.h"

#include "compiler/emit/batch.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/text.h"

namespace nnc::verify {
namespace {

using emit::identifier;

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

/// The fields of gradients of one sample, and what they are of.
std::string visit_gradients(const sema::Program& program) {
  std::string in, out;
  for (const sema::Output& output : emit::real_outputs(program)) {
    const std::string field = identifier(output.name);
    in += "    f(gradient." + field + ", rows." + field + ");\n";
  }
  for (const sema::Tensor* input : emit::real_inputs(program)) {
    out += "    f(\"" + input->name + "\", all." + identifier(input->name) + ", " +
           std::to_string(emit::count(input->shape)) + ");\n";
  }
  return "  template <class F>\n  static void result_gradient(ResultGradient& gradient, const OutputGradients& rows, "
         "const F& f) {\n" +
         in + "  }\n" + visit("sample_gradient", "SampleGradient", out) +
         "  static SampleGradient differentiate(const Network& network, const Sample& sample, const ResultGradient& "
         "gradient) noexcept {\n    return ::$name$::differentiate(network, sample, gradient);\n  }\n";
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

std::string traits_text(const Plan& plan, const Interface& interface, const std::string& type) {
  const std::string& name = interface.name_space;
  const sema::Program& program = *plan.program;
  std::vector<std::string> inputs, real_inputs, targets, outputs, real_outputs;
  for (const sema::Tensor* input : program.inputs) inputs.push_back(input->name);
  for (const sema::Tensor* input : emit::real_inputs(program)) real_inputs.push_back(input->name);
  for (const sema::Output& output : emit::real_outputs(program)) real_outputs.push_back(output.name);
  for (const sema::Tensor* target : program.targets) targets.push_back(emit::target_name(*target));
  for (const sema::Output& output : program.outputs) outputs.push_back(output.name);
  std::string types, sizes;
  for (const char* each : {"Inputs", "Outputs", "OutputGradients", "InputGradients", "Sample", "Result", "Weights",
                           "Options", "Trainer", "Network", "Workspace"}) {
    types += "  using " + std::string(each) + " = ::" + name + "::" + each + ";\n";
  }
  const bool has_derivative = emit::has_derivative(program);
  for (const char* each : {"ResultGradient", "SampleGradient"}) {
    if (has_derivative) types += "  using " + std::string(each) + " = ::" + name + "::" + each + ";\n";
  }
  types += program.loss ? "  using Targets = ::" + name + "::Targets;\n" : "  struct Targets {};\n";
  for (int64_t size : plan.sizes) sizes += (sizes.empty() ? "" : ", ") + std::to_string(size);
  const std::string visitors =
      visit_rows("inputs", "Inputs", inputs) + visit_rows("targets", "Targets", targets) +
      visit_rows("outputs", "Outputs", outputs) + visit_rows("output_gradients", "OutputGradients", real_outputs) +
      visit_rows("input_gradients", "InputGradients", real_inputs) + visit_params(program) + visit_samples(program) +
      (has_derivative ? emit::fill(visit_gradients(program), {{"name", name}}) : "");
  return emit::fill(R"text(
struct $type$ {
$types$
  using Memory = ::$memory$::Memory;
  static void* place(Memory& memory, std::size_t bytes) { return ::$memory$::place(memory, bytes); }
  static constexpr std::size_t kTile = $tile$;
  static constexpr std::size_t kSizes[] = {$sizes$};
  static constexpr bool kHasLoss = $has_loss$;
  static constexpr bool kHasOptimizer = $has_optimizer$;
  static constexpr bool kStepReadsRows = $step_reads_rows$;
  static constexpr bool kHasDerivative = $has_derivative$;
$visitors$
  static void infer(const Network& network, const Inputs& in, const Outputs& out, Workspace& workspace) {
    ::$name$::infer(network, in, out, workspace);
  }
  static Result evaluate(const Network& network, const Sample& sample) noexcept {
    return ::$name$::evaluate(network, sample);
  }
  static Weights load(const void* bytes, std::size_t size) { return ::$name$::load(bytes, size); }
  static Weights load(const std::string& path) { return ::$name$::load(path); }
  template <class What>
  static void save(const std::string& path, const What& what) {
    ::$name$::save(path, what);
  }
  static void restore(Trainer& trainer, const std::string& path) { ::$name$::restore(trainer, path); }
};
)text",
                    {{"type", type},
                     {"name", name},
                     {"memory", interface.memory},
                     {"types", types},
                     {"tile", std::to_string(plan.tile)},
                     {"sizes", sizes},
                     {"has_loss", program.loss ? "true" : "false"},
                     {"has_optimizer", program.updates.empty() ? "false" : "true"},
                     {"step_reads_rows", plan.step_reads_rows ? "true" : "false"},
                     {"has_derivative", has_derivative ? "true" : "false"},
                     {"visitors", visitors}});
}

std::string main_text(const Plan& plan, const Interface& interface, const std::string& declarations) {
  return "// Everything that " + interface.name_space + " can be asked.\n#include \"verify-drive.h\"\n\n" +
         declarations + "\n" + traits_text(plan, interface, "Model") +
         "\nint main(int argc, char** argv) { return run::drive<Model>(argc, argv); }\n";
}

}  // namespace nnc::verify
