#include "compiler/emit/cpp/updates.h"

#include "compiler/emit/body.h"
#include "compiler/emit/text.h"
#include "compiler/kernel/affine.h"

namespace nnc::emit::cpp {

using kernel::Update;

namespace {

std::string arguments(const Update& update) {
  std::string text;
  for (size_t a = 0; a < update.arrays.size(); ++a) {
    const char* flat = a == 0 ? "weight" : a == 1 ? "gradient" : "state";
    text += (a ? ", " : "") + std::string(flat) + " + at[" + std::to_string(a) + "]";
  }
  return text;
}
std::string rates(const Update& update, const Numbers* numbers) {
  std::string text;
  for (const auto& r : update.rates) {
    std::string value = numbers ? numbers->rate(r.value) : rate_text(r.value).text;
    text += "const auto " + r.name + " = static_cast<float>(" + value + ");\n";
  }
  return text;
}

/// What a function is given of its step.
std::string step_parameter(const Numbers* numbers) {
  return numbers ? "[[maybe_unused]] const " + numbers->type() + "& n" : "double step";
}
std::string unused(const Numbers* numbers) { return numbers ? "(void)state;\n" : "(void)step;\n(void)state;\n"; }

std::string elements_head(const Update& update, const Numbers* numbers) {
  return fill(R"text(
$what$
$type$ $$name$$(float* weight, float* gradient, float* state, const std::size_t* at, $step$, std::size_t begin, std::size_t end)
)text",
              {{"", "$"},
               {"what", update.term ? "/// The sum over the elements [begin, end)."
                                    : "/// Elements [begin, end); their gradient is zero afterwards."},
               {"type", update.term ? "double" : "void"},
               {"step", step_parameter(numbers)}});
}

/// Vectors of elements, then those that are left in one of their own.
std::string updating_loops(const std::string& arrays, const std::string& copy_in, const std::string& copy_out,
                           const std::string& tail) {
  return fill(R"text(
std::size_t s = begin;
for (; s + nn::kLanes <= end; s += nn::kLanes) $$name$$_lanes(t, s);
if (s == end) return;
alignas(64) float tail[$arrays$][nn::kLanes] = {};
const std::size_t rest = (end - s) * sizeof(float);
$copy_in$
$$name$$_lanes({$tail$}, 0);
$copy_out$
)text",
              {{"", "$"}, {"arrays", arrays}, {"copy_in", copy_in}, {"tail", tail}, {"copy_out", copy_out}});
}

/// Some vectors of lanes in float, these in double.
std::string adding_loops(const std::string& arrays, const std::string& copy_in, const std::string& tail) {
  return fill(R"text(
double total = 0.0;
const auto add = [&](nn::Vec lanes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) total += static_cast<double>(lanes[i]);
};
std::size_t s = begin;
while (s + nn::kLanes <= end) {
  nn::Vec sum{};
  for (int i = 0; i < 64 && s + nn::kLanes <= end; ++i, s += nn::kLanes) sum += $$name$$_lanes(t, s);
  add(sum, nn::kLanes);
}
if (s == end) return total;
alignas(64) float tail[$arrays$][nn::kLanes] = {};
const std::size_t rest = (end - s) * sizeof(float);
$copy_in$
add($$name$$_lanes({$tail$}, 0), end - s);
return total;
)text",
              {{"", "$"}, {"arrays", arrays}, {"copy_in", copy_in}, {"tail", tail}});
}

std::string elementwise(const Update& update, const Numbers* numbers) {
  Body body(update.program, Lanes::vectors);
  std::string inner =
      body.elements(update.program.tile.empty() ? kernel::Nest{} : std::get<kernel::Nest>(update.program.tile[0]));
  std::string stores;
  for (const auto& [array, tensor] : update.results) {
    std::string name = identifier(update.arrays[static_cast<size_t>(array)].name);
    inner += "const nn::Vec new_" + name + " = " + body.value_of(*tensor) + ";\n";
    stores += "nn::store(t." + name + " + s, new_" + name + ");\n";
  }
  inner += stores;
  inner += update.term ? "return " + body.value_of(*update.term) + ";\n" : "nn::store(t.gradient + s, nn::Vec{});\n";
  std::string rate_fields, rate_names, tail_fields;
  for (const auto& r : update.rates) {
    rate_fields += "float " + r.name + ";\n";
    rate_names += ", " + r.name;
  }
  std::string scalars;
  for (const auto& r : update.rates) scalars += "const float " + r.name + " = t." + r.name + ";\n";
  std::string count = std::to_string(update.arrays.size());
  for (size_t a = 0; a < update.arrays.size(); ++a)
    tail_fields += (a ? ", " : "") + std::string("tail[") + std::to_string(a) + "]";
  std::string copy_in, copy_out;
  for (size_t a = 0; a < update.arrays.size(); ++a) {
    std::string name = identifier(update.arrays[a].name), n = std::to_string(a);
    copy_in += "std::memcpy(tail[" + n + "], t." + name + " + s, rest);\n";
    copy_out += "std::memcpy(t." + name + " + s, tail[" + n + "], rest);\n";
  }
  std::string tail_rates;
  for (const auto& r : update.rates) tail_rates += ", t." + r.name;
  std::string head = elements_head(update, numbers);
  std::string loops = update.term ? adding_loops(count, copy_in, tail_fields + tail_rates)
                                  : updating_loops(count, copy_in, copy_out, tail_fields + tail_rates);
  return fill(R"text(

/// What one run of parameters is updated from and in: arrays of the same length, and what `step` alone decides.
struct $$name$$_arrays {
  $fields$
  $rate_fields$
};

NN_INLINE $type$ $$name$$_lanes(const $$name$$_arrays& t, std::size_t s) {$line$
  $scalars$
  $inner$
}

$head$ {
  $unused$
  $rates$
  const $$name$$_arrays t{$arguments$$rate_names$};
  $loops$
}
)text",
              {{"", "$"},
               {"type", update.term ? "nn::Vec" : "void"},
               {"line", source_comment(update)},
               {"fields", array_fields(update)},
               {"rate_fields", rate_fields},
               {"scalars", scalars},
               {"inner", inner},
               {"head", head},
               {"unused", unused(numbers)},
               {"rates", rates(update, numbers)},
               {"arguments", arguments(update)},
               {"rate_names", rate_names},
               {"loops", loops}});
}
/// Where a tensor of an update by shape lies.
std::string pointer_to(const Update& update, const ir::Tensor& tensor) {
  const auto& storage = update.program.storage.at(&tensor);
  return storage.place == kernel::Place::uniform
             ? "uniform + " + std::to_string(storage.offset)
             : "t." + identifier(update.program.buffers[static_cast<size_t>(storage.buffer)].name);
}

std::string sum_of(const Update& update) {
  return "const float* term = " + pointer_to(update, *update.term) + ";\ndouble total = 0.0;\nfor (int i = 0; i < " +
         std::to_string(kernel::elements(*update.term)) +
         "; ++i) total += static_cast<double>(term[i]);\nreturn total;\n";
}

std::string by_shape(const Update& update, const Numbers* numbers) {
  Body body(update.program, Lanes::none);
  std::string inner = body.nest(update.program.before);
  inner += body.nest(update.program.after);
  std::string results;
  for (const auto& [array, tensor] : update.results) {
    int64_t n = kernel::elements(*tensor);
    std::string to = "t." + identifier(update.arrays[static_cast<size_t>(array)].name);
    std::string from = pointer_to(update, *tensor);
    if (from != to) results += "std::copy_n(" + from + ", " + std::to_string(n) + ", " + to + ");\n";
  }
  std::string count = std::to_string(update.arrays[0].elements);
  return fill(R"text(

$what$
$type$ $$name$$(float* weight, float* gradient, float* state, const std::size_t* at, $step$, float* uniform) {$line$
  $unused$
  $rates$
  struct {
    $fields$
  } t{$arguments$};
  std::fill_n(uniform, $uniforms$, 0.0f);
  $inner$
  $results$
  $end$
}
)text",
              {{"", "$"},
               {"what", update.term ? "/// The sum over one parameter."
                                    : "/// One parameter as a whole; its gradient is zero afterwards."},
               {"type", update.term ? "double" : "void"},
               {"line", source_comment(update)},
               {"step", step_parameter(numbers)},
               {"unused", unused(numbers)},
               {"rates", rates(update, numbers)},
               {"fields", array_fields(update)},
               {"arguments", arguments(update)},
               {"uniforms", std::to_string(update.program.uniforms)},
               {"inner", inner},
               {"results", results},
               {"end", update.term ? sum_of(update) : "std::fill_n(t.gradient, " + count + ", 0.0f);"}});
}

}  // namespace

std::string update_function(const Update& update, const Numbers* numbers) {
  return update.is_elementwise ? elementwise(update, numbers) : by_shape(update, numbers);
}

}  // namespace nnc::emit::cpp
