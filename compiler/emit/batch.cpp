#include "compiler/emit/batch.h"

#include <algorithm>

#include "compiler/emit/interface.h"
#include "compiler/emit/text.h"

namespace nnc::emit {
namespace {

std::string size_of(const std::string& rows, const std::string& name) { return rows + identifier(name) + ".size()"; }

std::string largest(const std::vector<std::string>& sizes) {
  if (sizes.size() == 1) return sizes[0];
  std::string text;
  for (const std::string& size : sizes) text += (text.empty() ? "std::max({" : ", ") + size;
  return text + "})";
}

std::string check(const std::string& rows, const std::string& name, bool may_be_empty) {
  const std::string row = rows + identifier(name);
  return (may_be_empty ? "if (!" + row + ".empty()) " : "") + "check_rows(" + row + ".size(), count, \"" + name +
         "\");\n";
}

std::string input_checks(const Model& model, const kernel::Program& schedule) {
  std::string text;
  for (const sema::Tensor* input : model.program->inputs) text += check("in.", input->name, !reads(schedule, *input));
  return text;
}

/// The size of the first input that the schedule reads, or nothing.
std::string first_input(const Model& model, const kernel::Program& schedule) {
  for (const sema::Tensor* input : model.program->inputs) {
    if (reads(schedule, *input)) return size_of("in.", input->name);
  }
  return "";
}

}  // namespace

std::vector<const sema::Tensor*> real_inputs(const sema::Program& program) {
  std::vector<const sema::Tensor*> inputs;
  for (const sema::Tensor* input : program.inputs) {
    if (input->type == sema::Type::real) inputs.push_back(input);
  }
  return inputs;
}

std::vector<sema::Output> real_outputs(const sema::Program& program) {
  std::vector<sema::Output> outputs;
  for (const sema::Output& output : program.outputs) {
    if (output.tensor->type == sema::Type::real) outputs.push_back(output);
  }
  return outputs;
}

bool has_derivative(const sema::Program& program) {
  return !real_inputs(program).empty() && !real_outputs(program).empty();
}

bool reads(const kernel::Program& schedule, const sema::Tensor& input) {
  const ir::Tensor* tensor = schedule.module.find(input.name);
  return tensor && schedule.storage.contains(tensor) && schedule.storage.at(tensor).buffer >= 0;
}

std::string infer_batch(const Model& model) {
  if (std::string size = first_input(model, model.infer); !size.empty()) return size;
  std::vector<std::string> sizes;
  for (const sema::Output& output : model.program->outputs) sizes.push_back(size_of("out.", output.name));
  return largest(sizes);
}

std::string step_batch(const Model& model) {
  if (std::string size = first_input(model, *model.step); !size.empty()) return size;
  if (!model.program->targets.empty()) return size_of("target.", target_name(*model.program->targets[0]));
  return "1";  // a loss of parameters alone
}

bool step_reads_rows(const Model& model) {
  return !first_input(model, *model.step).empty() || !model.program->targets.empty();
}

std::string infer_checks(const Model& model) {
  std::string text = input_checks(model, model.infer);
  for (const sema::Output& output : model.program->outputs) text += check("out.", output.name, true);
  return text;
}

std::string step_checks(const Model& model) {
  if (!step_reads_rows(model)) return "";
  std::string text = input_checks(model, *model.step);
  for (const sema::Tensor* target : model.program->targets) text += check("target.", target_name(*target), false);
  return text;
}

std::string backward_checks(const Model& model) {
  std::string text;
  for (const sema::Output& output : real_outputs(*model.program)) text += check("out.", output.name, false);
  for (const sema::Tensor* input : real_inputs(*model.program)) text += check("in.", input->name, true);
  return text;
}

}  // namespace nnc::emit
