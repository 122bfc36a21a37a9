#include "compiler/emit/cuda/updates.h"

#include <algorithm>

#include "compiler/emit/body.h"
#include "compiler/emit/text.h"
#include "compiler/kernel/affine.h"

namespace nnc::emit::cuda {

using kernel::Update;

namespace {

std::string rates(const Update& update) {
  std::string text;
  for (size_t r = 0; r < update.rates.size(); ++r)
    text += "const float " + update.rates[r].name + " = rates[" + std::to_string(r) + "];\n";
  return text;
}

std::string array_name(const Update& update, int array) {
  return "t." + identifier(update.arrays[static_cast<size_t>(array)].name);
}

/// `n->outcome == 2`, or as long as the step goes on.
std::string condition(const Update& update) {
  return update.term ? "n->outcome >= 0" : "n->outcome != " + std::to_string(update.outcome);
}

std::string elementwise_in_outcome(const Update& update, const Numbers& numbers, const std::string& inner,
                                   const std::string& term) {
  return fill(R"text(

/// Arrays of the same length, that a run of parameters is updated from and in.
struct $$name$$_arrays {
  $fields$
};

/// A thread an element$what$.
__global__ void __launch_bounds__(T) $$name$$($$name$$_arrays t, std::size_t count, [[maybe_unused]] const float* rates, const $type$* n$sums$) {$line$
  if ($condition$) return;
  $rates$
  $begin$
  nn::cuda::for_each_element<T>(count, [&](std::size_t lane) {
    $inner$
  });
  $end$
}
)text",
              {{"", "$"},
               {"fields", array_fields(update)},
               {"what", update.term ? "; each block gives its sum of them" : ""},
               {"type", numbers.type()},
               {"sums", update.term ? ", double* sums" : ""},
               {"line", source_comment(update)},
               {"condition", condition(update)},
               {"rates", rates(update)},
               {"begin", update.term ? "double sum = 0.0;" : ""},
               {"inner", inner + (update.term ? "sum += static_cast<double>(" + term + ");\n" : "")},
               {"end", update.term ? "sum = nn::cuda::sum_of_block<T>(sum);\nif (threadIdx.x == 0) sums[blockIdx.x] = "
                                     "sum;\n"
                                   : ""}});
}

std::string elementwise(const Update& update, const Numbers* numbers) {
  Body body(update.program, Lanes::thread);
  std::string inner =
      body.elements(update.program.tile.empty() ? kernel::Nest{} : std::get<kernel::Nest>(update.program.tile[0]));
  std::string stores;
  for (const auto& [array, tensor] : update.results) {
    std::string name = identifier(update.arrays[static_cast<size_t>(array)].name);
    inner += "const float new_" + name + " = " + body.value_of(*tensor) + ";\n";
    stores += "t." + name + "[lane] = new_" + name + ";\n";
  }
  inner += stores;
  if (numbers) return elementwise_in_outcome(update, *numbers, inner, update.term ? body.value_of(*update.term) : "");
  return fill(R"text(

/// Arrays of the same length, that a run of parameters is updated from and in.
struct $$name$$_arrays {
  $fields$
};

/// A thread an element; the gradient is zero afterwards.
__global__ void __launch_bounds__(T) $$name$$($$name$$_arrays t, std::size_t count, [[maybe_unused]] const float* rates, const nn::cuda::StepState* step) {$line$
  const bool is_good = step->bad == 0;
  $rates$
  nn::cuda::for_each_element<T>(count, [&](std::size_t lane) {
    if (is_good) {
      $inner$
    }
    t.gradient[lane] = 0.0f;
  });
}
)text",
              {{"", "$"},
               {"fields", array_fields(update)},
               {"line", source_comment(update)},
               {"rates", rates(update)},
               {"inner", inner}});
}

std::string loop(int64_t count, const std::string& body) {
  return "for (int i = 0; i < " + std::to_string(count) + "; ++i) " + body + "\n";
}

/// Where a tensor of an update by shape lies.
std::string pointer_to(const Update& update, const ir::Tensor& tensor) {
  const auto& storage = update.program.storage.at(&tensor);
  if (storage.place != kernel::Place::uniform)
    return "t." + identifier(update.program.buffers[static_cast<size_t>(storage.buffer)].name);
  return "uniform" + (storage.offset ? " + " + std::to_string(storage.offset) : "");
}

std::string whole_in_outcome(const Update& update, const Numbers& numbers, const std::string& inner,
                             const std::string& results) {
  std::string sum;
  if (update.term) {
    sum = "const float* term = " + pointer_to(update, *update.term) + ";\ndouble sum = 0.0;\n" +
          loop(kernel::elements(*update.term), "sum += static_cast<double>(term[i]);") + "sums[0] = sum;\n";
  }
  return fill(R"text(

/// One parameter as a whole.
struct $$name$$_arrays {
  $fields$
};

/// One thread does it all$what$.
__global__ void $$name$$($$name$$_arrays t, float* uniform, [[maybe_unused]] const float* rates, const $type$* n$sums$) {$line$
  if ($condition$) return;
  $rates$
  $clear$
  $inner$
  $results$
}
)text",
              {{"", "$"},
               {"fields", array_fields(update)},
               {"what", update.term ? ", a sum" : ""},
               {"type", numbers.type()},
               {"sums", update.term ? ", double* sums" : ""},
               {"line", source_comment(update)},
               {"condition", condition(update)},
               {"rates", rates(update)},
               {"clear", loop(update.program.uniforms, "uniform[i] = 0.0f;")},
               {"inner", inner},
               {"results", results + sum}});
}

std::string whole(const Update& update, const Numbers* numbers) {
  Body body(update.program, Lanes::none);
  std::string inner = body.nest(update.program.before) + body.nest(update.program.after);
  std::string results;
  for (const auto& [array, tensor] : update.results) {
    const auto& storage = update.program.storage.at(tensor);
    std::string to = array_name(update, array);
    std::string from = storage.place == kernel::Place::uniform
                           ? "uniform"
                           : "t." + identifier(update.program.buffers[static_cast<size_t>(storage.buffer)].name);
    std::string at =
        storage.place == kernel::Place::uniform && storage.offset ? std::to_string(storage.offset) + " + i" : "i";
    if (from != to) results += loop(kernel::elements(*tensor), to + "[i] = " + from + "[" + at + "];");
  }
  if (numbers) return whole_in_outcome(update, *numbers, inner, results);
  return fill(R"text(

/// One parameter as a whole.
struct $$name$$_arrays {
  $fields$
};

/// One thread does it all; the gradient is zero afterwards.
__global__ void $$name$$($$name$$_arrays t, float* uniform, [[maybe_unused]] const float* rates, const nn::cuda::StepState* step) {$line$
  $rates$
  if (step->bad == 0) {
    $clear$
    $inner$
    $results$
  }
  $clear_gradient$
}
)text",
              {{"", "$"},
               {"fields", array_fields(update)},
               {"line", source_comment(update)},
               {"rates", rates(update)},
               {"clear", loop(update.program.uniforms, "uniform[i] = 0.0f;")},
               {"inner", inner},
               {"results", results},
               {"clear_gradient", loop(update.arrays[0].elements, "t.gradient[i] = 0.0f;")}});
}

}  // namespace

std::string update_kernel(const Update& update, const Numbers* numbers) {
  return update.is_elementwise ? elementwise(update, numbers) : whole(update, numbers);
}

size_t first_rate(const UpdatePlan& plan, size_t function) {
  size_t count = 0;
  for (size_t f = 0; f < function; ++f) count += plan.functions[f].update->rates.size();
  return count;
}

std::string rates_kernel(const UpdatePlan& plan) {
  std::string text;
  size_t number = 0;
  for (const UpdateFunction& f : plan.functions) {
    for (const auto& r : f.update->rates)
      text += "rates[" + std::to_string(number++) + "] = static_cast<float>(" + rate_text(r.value).text + ");\n";
  }
  if (text.empty()) return "";
  return fill(R"text(

/// What depends on the number of the step alone, in double: by one thread.
__global__ void compute_rates(const nn::cuda::StepState* state, float* rates) {
  const double step = static_cast<double>(state->step + 1);
  $rates$
}
)text",
              {{"rates", text}});
}

std::string update_launch(const UpdatePlan& plan, const UpdateCall& call, const std::string& step,
                          const std::string& blocks) {
  auto at = [](const std::string& base, int64_t offset) {
    return base + ".data()" + (offset ? " + " + std::to_string(offset) : "");
  };
  std::string name = "update_" + std::to_string(call.function);
  std::string arrays = at("weights", call.offset) + ", " + at("gradient", call.offset);
  for (int64_t s : call.states) arrays += ", " + at("state", s);
  std::string rest = at("rates", static_cast<int64_t>(first_rate(plan, call.function))) + ", " + step + ");\n";
  if (!plan.functions[call.function].update->is_elementwise) {
    return "nn::cuda::launch(" + name + ", 1, 1, stream, " + name + "_arrays{" + arrays + "}, scratch.data(), " + rest;
  }
  std::string count = std::to_string(call.count);
  std::string grid = blocks.empty() ? "nn::cuda::blocks_for(" + count + ", T, max_blocks)" : blocks;
  return "nn::cuda::launch(" + name + ", " + grid + ", T, stream, " + name + "_arrays{" + arrays + "}, std::size_t{" +
         count + "}, " + rest;
}

std::string update_launches(const UpdatePlan& plan) {
  std::string text;
  for (const UpdateCall& call : plan.calls) text += update_launch(plan, call, "step.data()", "");
  return text;
}

int64_t scratch_floats(const UpdatePlan& plan) {
  int64_t most = 1;
  for (const UpdateFunction& f : plan.functions) {
    if (!f.update->is_elementwise) most = std::max(most, f.update->program.uniforms);
  }
  return most;
}

}  // namespace nnc::emit::cuda
