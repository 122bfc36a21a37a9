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
std::string rates(const Update& update) {
  std::string text;
  for (const auto& r : update.rates)
    text += "const auto " + r.name + " = static_cast<float>(" + rate_text(r.value).text + ");\n";
  return text;
}

std::string elementwise(const Update& update) {
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
  inner += "nn::store(t.gradient + s, nn::Vec{});\n";
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
  return fill(R"text(

/// What one run of parameters is updated from and in: arrays of the same length, and what `step` alone decides.
struct $$name$$_arrays {
  $fields$
  $rate_fields$
};

NN_INLINE void $$name$$_lanes(const $$name$$_arrays& t, std::size_t s) {$line$
  $scalars$
  $inner$
}

/// Elements [begin, end); their gradient is zero afterwards.
void $$name$$(float* weight, float* gradient, float* state, const std::size_t* at, double step, std::size_t begin, std::size_t end) {
  (void)step;
  (void)state;
  $rates$
  const $$name$$_arrays t{$arguments$$rate_names$};
  std::size_t s = begin;
  for (; s + nn::kLanes <= end; s += nn::kLanes) $$name$$_lanes(t, s);
  if (s == end) return;
  alignas(64) float tail[$count$][nn::kLanes] = {};
  const std::size_t rest = (end - s) * sizeof(float);
  $copy_in$
  $$name$$_lanes({$tail_fields$$tail_rates$}, 0);
  $copy_out$
}
)text",
              {{"", "$"},
               {"line", source_comment(update)},
               {"fields", array_fields(update)},
               {"rate_fields", rate_fields},
               {"scalars", scalars},
               {"inner", inner},
               {"rates", rates(update)},
               {"arguments", arguments(update)},
               {"rate_names", rate_names},
               {"count", count},
               {"copy_in", copy_in},
               {"tail_fields", tail_fields},
               {"tail_rates", tail_rates},
               {"copy_out", copy_out}});
}

std::string by_shape(const Update& update) {
  Body body(update.program, Lanes::none);
  std::string inner = body.nest(update.program.before);
  inner += body.nest(update.program.after);
  std::string results;
  for (const auto& [array, tensor] : update.results) {
    int64_t n = kernel::elements(*tensor);
    const auto& storage = update.program.storage.at(tensor);
    std::string to = "t." + identifier(update.arrays[static_cast<size_t>(array)].name);
    std::string from = storage.place == kernel::Place::uniform
                           ? "uniform + " + std::to_string(storage.offset)
                           : "t." + identifier(update.program.buffers[static_cast<size_t>(storage.buffer)].name);
    if (from != to) results += "std::copy_n(" + from + ", " + std::to_string(n) + ", " + to + ");\n";
  }
  std::string count = std::to_string(update.arrays[0].elements);
  return fill(R"text(

/// One parameter as a whole; its gradient is zero afterwards.
void $$name$$(float* weight, float* gradient, float* state, const std::size_t* at, double step, float* uniform) {$line$
  (void)step;
  (void)state;
  $rates$
  struct {
    $fields$
  } t{$arguments$};
  std::fill_n(uniform, $uniforms$, 0.0f);
  $inner$
  $results$
  std::fill_n(t.gradient, $count$, 0.0f);
}
)text",
              {{"", "$"},
               {"line", source_comment(update)},
               {"rates", rates(update)},
               {"fields", array_fields(update)},
               {"arguments", arguments(update)},
               {"uniforms", std::to_string(update.program.uniforms)},
               {"inner", inner},
               {"results", results},
               {"count", count}});
}

}  // namespace

std::string update_function(const Update& update) {
  return update.is_elementwise ? elementwise(update) : by_shape(update);
}

}  // namespace nnc::emit::cpp
