// The evaluator's side of a run: each surface for each batch, and training with its updates.
#include "compiler/driver/expected.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <set>

#include "compiler/driver/training.h"
#include "compiler/emit/batch.h"
#include "compiler/emit/interface.h"
#include "compiler/ir/walk.h"
#include "compiler/lower/lower.h"

namespace nnc::driver {
namespace {

constexpr int kTrainingSteps = 3;  // as in drive.h

/// Numbers of the format between low and high.
ir::Array drawn(std::mt19937& bits, const sema::Shape& shape, double low, double high,
                scalar::Format format = scalar::Format::f32) {
  ir::Array array{shape, {}};
  for (int64_t i = 0; i < emit::count(shape); ++i) {
    double unit = (static_cast<double>(bits()) + 0.5) / 0x1p32;
    array.elements.push_back(scalar::round_to(format, low + (high - low) * unit));
  }
  return array;
}

sema::Shape rows(int64_t samples, const sema::Shape& shape) {
  sema::Shape all = {samples};
  all.insert(all.end(), shape.begin(), shape.end());
  return all;
}

/// True if a real value of a sample becomes an integer: which one, f32 decides.
bool decides_cells(const ir::Module& module) {
  bool found = false;
  for (const ir::Equation& equation : module.equations) {
    ir::visit(equation.body, [&](const ir::Node* node) {
      bool is_cell = node->kind == ir::Node::Kind::apply && node->op == scalar::Op::to_int;
      found = found || (is_cell && node->args[0]->type == ir::Type::real);
    });
  }
  return found;
}

/// What the module rounds to.
std::set<scalar::Format> formats_of(const ir::Module& module) {
  std::set<scalar::Format> formats;
  for (const ir::Equation& equation : module.equations) {
    ir::visit(equation.body, [&](const ir::Node* node) {
      auto format = node->kind == ir::Node::Kind::apply ? scalar::format_of(node->op) : std::nullopt;
      if (format && format != scalar::Format::f32) formats.insert(*format);
    });
  }
  return formats;
}

class Expectation {
 public:
  Expectation(const verify::Plan& plan, const ir::Values& given, std::optional<uint64_t> noise)
      : plan_(plan), program_(*plan.program), given_(given) {
    ir::Module outputs = lower::lower(program_, lower::Surface::outputs);
    bool is_exact =
        program_.precision == scalar::Format::f64 || (!decides_cells(outputs) && formats_of(outputs).empty());
    const bool is_double = program_.precision == scalar::Format::f64;
    arithmetic_.rounding = is_exact ? ir::Rounding::f64 : ir::Rounding::f32;
    if (noise) arithmetic_.noise = is_double ? 0x1p-49 : 0x1p-20, arithmetic_.seed = *noise;
  }

  ir::Values run() {
    outputs();
    derivatives();
    for (int64_t count : plan_.sizes) gradients("backward/" + std::to_string(count), count);
    for (const char* same : {"backward/threads", "backward/spread"}) gradients(same, most());
    if (!program_.loss) return results_;
    for (int64_t count : plan_.sizes) steps("step/" + std::to_string(count), count, 1);
    for (const char* same : {"step/threads", "step/spread"}) steps(same, most(), 1);
    for (const char* same : {"train", "train/threads"}) steps(same, plan_.tile + 1, kTrainingSteps);
    return results_;
  }

 private:
  int64_t most() const { return plan_.most(); }

  /// What is given, with this many samples.
  ir::Values batch(int64_t count) const {
    ir::Values values = given_;
    for (auto& [name, array] : values) {
      if (is_param(name)) continue;
      array.elements.resize(array.elements.size() / static_cast<size_t>(array.shape[0]) * static_cast<size_t>(count));
      array.shape[0] = count;
    }
    return values;
  }
  bool is_param(const std::string& name) const {
    return std::any_of(program_.params.begin(), program_.params.end(),
                       [&](const sema::Tensor* param) { return param->name == name; });
  }

  void outputs() {
    ir::Module module = lower::lower(program_, lower::Surface::outputs);
    ir::Values values = ir::evaluate(module, batch(most()), most(), arithmetic_);
    for (size_t k = 0; k < program_.outputs.size(); ++k) {
      const ir::Array& array = values.at(module.outputs[k]->name);
      for (const char* surface : {"infer/", "evaluate/"}) results_[surface + program_.outputs[k].name] = array;
    }
  }

  void derivatives() {
    if (!emit::has_derivative(program_)) return;
    ir::Module module = lower::lower(program_, lower::Surface::derivative);
    ir::Values values = ir::evaluate(module, batch(most()), most(), arithmetic_);
    size_t next = 0;
    for (const sema::Tensor* input : emit::real_inputs(program_))
      results_["differentiate/gradient." + input->name] = values.at(module.outputs.at(next++)->name);
  }

  void gradients(const std::string& what, int64_t count) {
    if (!backward_.contains(count)) {
      ir::Module module = lower::lower(program_, lower::Surface::backward);
      ir::Values given = batch(count);
      if (program_.loss_factor) {
        given[program_.loss_factor->name] = {{}, {Training(program_, given_).loss_factor()}};
      }
      ir::Values values = ir::evaluate(module, given, count, arithmetic_);
      size_t next = program_.outputs.size();  // gradients stand behind the outputs, of params first
      ir::Values& gradients = backward_[count];
      for (const sema::Tensor* param : program_.params) {
        gradients[param->name] = param->frozen ? filled(*param) : values.at(module.outputs.at(next++)->name);
      }
      for (const sema::Tensor* input : program_.inputs) {
        if (input->type == ir::Type::real) gradients[input->name] = values.at(module.outputs.at(next++)->name);
      }
    }
    for (const auto& [name, array] : backward_.at(count)) {
      if (is_param(name) || count == most()) results_[what + "/gradient." + name] = array;
      if (!is_param(name)) continue;
      ir::Array twice = array;
      for (double& number : twice.elements) number *= 2;
      results_["twice/" + what + "/gradient." + name] = twice;
    }
  }

  static ir::Array filled(const sema::Tensor& tensor, double value = 0) {
    return {tensor.shape, std::vector<double>(static_cast<size_t>(emit::count(tensor.shape)), value)};
  }

  void steps(const std::string& what, int64_t count, int number) {
    auto known = losses_.find({count, number});
    if (known == losses_.end()) known = losses_.emplace(std::pair(count, number), train(count, number)).first;
    for (int k = 1; k <= number; ++k) {
      std::string name = number == 1 ? what : what + "/" + std::to_string(k);
      for (const auto& [tensor, array] : known->second[static_cast<size_t>(k) - 1])
        results_[name + "/" + tensor] = array;
    }
  }

  /// After each step: the loss before its update, whether it was taken, then gradients, or weights and what optimizers
  /// keep.
  std::vector<ir::Values> train(int64_t count, int number) const {
    Training training(program_, batch(count), arithmetic_);
    std::vector<ir::Values> after;
    for (int k = 1; k <= number; ++k) {
      ir::Values& shown = after.emplace_back();
      shown["loss"] = {{1}, {training.step({}, count)}};
      shown["applied"] = {{1}, {training.applied() ? 1.0 : 0.0}};
      if (program_.updates.empty()) {
        const ir::Values& gradients = training.gradients();
        for (const sema::Tensor* param : program_.params) {
          auto gradient = gradients.find(param->name);
          shown["gradient." + param->name] = gradient == gradients.end() ? filled(*param) : gradient->second;
        }
        continue;
      }
      for (auto& [name, array] : training.kept()) shown[name] = array;
      for (const sema::Tensor* param : program_.params) {
        auto offered = shown.find(param->name + ".inference");
        shown["inference." + param->name] = offered == shown.end() ? shown.at(param->name) : offered->second;
      }
    }
    return after;
  }

  const verify::Plan& plan_;
  const sema::Program& program_;
  const ir::Values& given_;
  ir::Arithmetic arithmetic_;
  ir::Values results_;
  std::map<int64_t, ir::Values> backward_;
  std::map<std::pair<int64_t, int>, std::vector<ir::Values>> losses_;
};

}  // namespace

verify::Tolerance tolerance_of(const sema::Program& program) {
  verify::Tolerance tolerance;
  auto formats = formats_of(lower::lower(program, lower::Surface::outputs));
  tolerance.unit = formats.contains(scalar::Format::bf16)  ? 0x1p-7
                   : formats.contains(scalar::Format::f16) ? 0x1p-10
                                                           : 0;
  if (program.precision != scalar::Format::f64) return tolerance;
  for (const sema::Output& output : program.outputs) {
    if (output.tensor->stored != scalar::Format::f64) continue;
    for (const char* surface : {"infer", "evaluate"}) tolerance.doubles.insert({surface, output.name});
  }
  for (const sema::Tensor* input : program.inputs) {
    if (input->stored != scalar::Format::f64) continue;
    for (const char* surface : {"differentiate", "backward"}) {
      tolerance.doubles.insert({surface, "gradient." + input->name});
    }
  }
  tolerance.doubles.insert({"step", "loss"});
  return tolerance;
}

ir::Values draw(const sema::Program& program, int64_t samples, uint64_t seed) {
  std::seed_seq words{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)};
  std::mt19937 bits(words);
  ir::Values values;
  auto draw_rows = [&](const sema::Tensor& tensor) {
    const bool is_real = tensor.type == sema::Type::real;
    const bool has_sign = tensor.type == sema::Type::i32 && tensor.width != sema::Width::u8;
    ir::Array array = drawn(bits, rows(samples, tensor.shape), has_sign ? -2 : 0, is_real ? 1 : 12, tensor.stored);
    if (!is_real) {
      for (double& number : array.elements) number = std::floor(number);
    }
    values[tensor.name] = array;
  };
  for (const sema::Tensor* input : program.inputs) draw_rows(*input);
  for (const sema::Tensor* target : program.targets) draw_rows(*target);
  for (const sema::Output& output : emit::real_outputs(program)) {
    const bool is_double = output.tensor->stored == scalar::Format::f64;
    const scalar::Format gradient = is_double ? scalar::Format::f64 : scalar::Format::f32;
    values["output_gradient." + output.name] = drawn(bits, rows(samples, output.tensor->shape), -1, 1, gradient);
  }
  for (const sema::Tensor* param : program.params) {
    double bound = param->shape.size() < 2 ? 0.5 : 1 / std::sqrt(static_cast<double>(param->shape.back()));
    values[param->name] = drawn(bits, param->shape, -bound, bound);
  }
  return values;
}

ir::Values expect(const verify::Plan& plan, const ir::Values& given) {
  return Expectation(plan, given, std::nullopt).run();
}

ir::Values expect_with_noise(const verify::Plan& plan, const ir::Values& given, uint64_t seed) {
  return Expectation(plan, given, seed).run();
}

}  // namespace nnc::driver
