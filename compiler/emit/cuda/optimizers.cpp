#include "compiler/emit/cuda/optimizers.h"

#include <algorithm>

#include "compiler/emit/cuda/emit.h"
#include "compiler/emit/cuda/updates.h"
#include "compiler/emit/real.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cuda {
namespace {

constexpr int64_t kSumBlocks = 128;  // that each write a part of a sum

const sema::Optimizer* scaling(const Parts& parts) { return sema::scaling(parts.program()); }
const Numbers& scaling_numbers(const Parts& parts) {
  return parts.numbers[static_cast<size_t>(scaling(parts) - parts.program().optimizers.data())];
}

/// Blocks of a call that adds up.
int64_t sum_blocks(const Parts& parts, const UpdateCall& call) {
  if (!parts.updates.functions[call.function].update->is_elementwise) return 1;
  return std::clamp<int64_t>((call.count + kTileSamples - 1) / kTileSamples, 1, kSumBlocks);
}
/// Where the parts of a call's sum begin.
int64_t sum_place(const Parts& parts, const UpdateCall& wanted) {
  int64_t place = 0;
  for (const UpdateCall& call : parts.updates.calls) {
    if (&call == &wanted) break;
    if (!call.total.empty()) place += sum_blocks(parts, call);
  }
  return place;
}
int64_t all_sums(const Parts& parts) {
  int64_t count = 0;
  for (const UpdateCall& call : parts.updates.calls) count += call.total.empty() ? 0 : sum_blocks(parts, call);
  return count;
}

/// One optimizer's step, cut at its sums: a kernel for the numbers of each part.
class StepPrinter {
 public:
  StepPrinter(const Parts& parts, size_t place) : parts_(parts), place_(place), numbers_(parts.numbers[place]) {}

  std::string kernels() {
    const sema::Optimizer& optimizer = numbers_.optimizer();
    std::string text = numbers_.given("state->step", "state->bad == 0") + "n.outcome = -1;\n", totals;
    if (const sema::Tensor* factor = parts_.program().loss_factor) {
      text += "n." + numbers_.field(factor->name) + " = scaling->" +
              scaling_numbers(parts_).field(scaling(parts_)->loss_factor->name) + ";\n";
    }
    std::string all;
    int skip = 0;
    for (const sema::Optimizer::Point& point : optimizer.points) {
      const std::string field = numbers_.field(point.tensor->name);
      if (point.is_skip) {
        text += numbers_.compute({point.tensor->name});
        Numbers ahead = numbers_;
        text += "if (n." + field + ") {\n" + indent(reach(ahead, skip++) + "return;\n", 2) + "}\n";
        continue;
      }
      const auto calls = parts_.updates.calls_for(place_, point.tensor->name);
      text += prepare(numbers_, calls, {});
      all += kernel(totals, text);
      totals = "const double total = ";
      std::string sum;
      for (const UpdateCall* call : calls)
        sum += (sum.empty() ? "" : " + ") + std::string("nn::cuda::sum_of<T>(sums + ") +
               std::to_string(sum_place(parts_, *call)) + ", " + std::to_string(sum_blocks(parts_, *call)) + ")";
      totals += (sum.empty() ? "0.0" : sum) + ";\n";
      text = "if (n.outcome >= 0) return;\nn." + field + " = total;\n";
    }
    return all + kernel(totals, text + reach(numbers_, skip));
  }

  std::string launches() const {
    std::string text;
    int part = 0;
    auto launch_part = [&] {
      text += "nn::cuda::launch(" + name(part++) + ", 1, T, stream, " + numbers_.variable() + ".data(), " +
              (scaling(parts_) ? scaling_numbers(parts_).variable() + ".data(), " : std::string()) +
              "step.data(), rates.data(), sums.data());\n";
    };
    launch_part();
    for (const sema::Optimizer::Point& point : numbers_.optimizer().points) {
      if (point.is_skip) continue;
      for (const UpdateCall* call : parts_.updates.calls_for(place_, point.tensor->name)) {
        text +=
            update_launch(parts_.updates, *call,
                          numbers_.variable() + ".data(), sums.data() + " + std::to_string(sum_place(parts_, *call)),
                          std::to_string(sum_blocks(parts_, *call)));
      }
      launch_part();
    }
    for (int outcome = 0; outcome <= numbers_.optimizer().skips(); ++outcome) {
      for (const UpdateCall* call : parts_.updates.calls_in(place_, outcome))
        text += update_launch(parts_.updates, *call, numbers_.variable() + ".data()", "");
    }
    return text;
  }

 private:
  std::string name(int part) const { return "compute_numbers_" + std::to_string(place_) + "_" + std::to_string(part); }

  std::string kernel(const std::string& totals, const std::string& text) {
    const std::string all = totals + text;
    auto in = [&](const char* word) { return mentions(all, word) || all.find(word) != std::string::npos; };
    const std::string scale =
        scaling(parts_) ? "[[maybe_unused]] const " + scaling_numbers(parts_).type() + "* scaling, " : "";
    return fill(R"text(

/// Numbers of an optimizer, up to where its text wants a sum or the parameters: by one thread.$line$
__global__ void __launch_bounds__(T) $name$($type$* numbers, $scale$[[maybe_unused]] const nn::cuda::StepState* state, [[maybe_unused]] float* rates, [[maybe_unused]] const double* sums) {
  $totals$
  if (threadIdx.x != 0) return;
  $type$& n = *numbers;
  $text$
}
)text",
                {{"line", numbers_.optimizer().span.source ? "  // " + file_and_line(numbers_.optimizer().span) : ""},
                 {"name", name(parts_printed_++)},
                 {"type", numbers_.type()},
                 {"scale", scale},
                 {"totals", in("sum_of") ? totals : ""},
                 {"text", text}});
  }

  /// The numbers that these calls read, their rates among them.
  std::string prepare(Numbers& numbers, const std::vector<const UpdateCall*>& calls,
                      std::set<std::string> wanted) const {
    for (const UpdateCall* call : calls)
      wanted.merge(numbers.read_by(*parts_.updates.functions[call->function].update));
    std::string text = numbers.compute(wanted);
    std::set<size_t> done;
    for (const UpdateCall* call : calls) {
      if (!done.insert(call->function).second) continue;
      size_t next = first_rate(parts_.updates, call->function);
      for (const auto& rate : parts_.updates.functions[call->function].update->rates)
        text += "rates[" + std::to_string(next++) + "] = static_cast<float>(" + numbers.rate(rate.value) + ");\n";
    }
    return text;
  }

  std::string reach(Numbers& numbers, int outcome) const {
    return prepare(numbers, parts_.updates.calls_in(place_, outcome), numbers.assigned_in(outcome)) +
           "n.outcome = " + std::to_string(outcome) + ";\n";
  }

  const Parts& parts_;
  size_t place_;
  Numbers numbers_;
  int parts_printed_ = 0;
};

/// Numbers take their new values, and the step is counted if an optimizer took it.
std::string end_step(const Parts& parts) {
  std::string params, text;
  for (const Numbers& numbers : parts.numbers) {
    params += ", " + numbers.type() + "* " + numbers.variable();
    std::string outcomes;
    const int taken = numbers.optimizer().skips();
    for (int outcome = 0; outcome <= taken; ++outcome) {
      std::string assigned = numbers.assign(outcome) + (outcome == taken ? "applied = true;\n" : "");
      if (!assigned.empty())
        outcomes += "if (n.outcome == " + std::to_string(outcome) + ") {\n" + indent(assigned, 2) + "}\n";
    }
    text += "{\n  " + numbers.type() + "& n = *" + numbers.variable() + ";\n" + indent(outcomes, 2) + "}\n";
  }
  return fill(R"text(

/// What a step leaves: by one thread.
__global__ void end_step(nn::cuda::StepState* state$params$) {
  bool applied = false;
  $text$
  state->bad = applied ? 0u : 1u;
  if (applied) ++state->step;
}
)text",
              {{"params", params}, {"text", text}});
}

std::string loss_factor_kernel(const Parts& parts) {
  if (!scaling(parts)) return "";
  Numbers numbers = scaling_numbers(parts);
  return fill(R"text(

/// What the loss of the next batch is multiplied by: by one thread.
__global__ void compute_loss_factor($type$* numbers, const nn::cuda::StepState* state, $real$* to) {
  $type$& n = *numbers;
  $given$
  $text$
  if (to != nullptr) *to = static_cast<$real$>(n.$factor$);
}
)text",
              {{"type", numbers.type()},
               {"real", real_type(parts.model.infer)},
               {"given", numbers.given("state->step", "true")},
               {"text", numbers.compute_loss_factor()},
               {"factor", numbers.field(scaling(parts)->loss_factor->name)}});
}

}  // namespace

std::string number_structs(const Parts& parts) {
  std::string text;
  for (const Numbers& numbers : parts.numbers)
    text += numbers.struct_text("int outcome = -1;  // of this step; -1: not known yet\n");
  return text;
}

std::string number_kernels(const Parts& parts) {
  std::string text = loss_factor_kernel(parts);
  for (size_t k = 0; k < parts.numbers.size(); ++k) text += StepPrinter(parts, k).kernels();
  return text + end_step(parts);
}

std::string number_members(const Parts& parts) {
  std::string text;
  for (const Numbers& numbers : parts.numbers)
    text += "nn::cuda::DeviceBuffer<" + numbers.type() + "> " + numbers.variable() + "{1};\n";
  return text + "nn::cuda::DeviceBuffer<double> sums{" + std::to_string(all_sums(parts)) + "};  // of blocks\n";
}

std::string start_numbers(const Parts& parts) {
  std::string text;
  for (const Numbers& numbers : parts.numbers)
    text += "const " + numbers.type() + " first_" + numbers.variable() + ";\n" + numbers.variable() +
            ".upload(&first_" + numbers.variable() + ", stream);\n";
  return text;
}

std::string number_launches(const Parts& parts) {
  std::string text = launch_loss_factor(parts, "nullptr"), pointers;
  for (size_t k = 0; k < parts.numbers.size(); ++k) {
    text += StepPrinter(parts, k).launches();
    pointers += ", " + parts.numbers[k].variable() + ".data()";
  }
  return text + "gradient.clear(stream);\nnn::cuda::launch(end_step, 1, 1, stream, step.data()" + pointers + ");\n";
}

std::string launch_loss_factor(const Parts& parts, const std::string& at) {
  if (!scaling(parts)) return "";
  return "nn::cuda::launch(compute_loss_factor, 1, 1, stream, " + scaling_numbers(parts).variable() +
         ".data(), step.data(), " + at + ");\n";
}

}  // namespace nnc::emit::cuda
