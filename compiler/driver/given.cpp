#include "compiler/driver/given.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "compiler/driver/tensors.h"
#include "nn/params.h"

namespace nnc::driver {
namespace {

int64_t count(const sema::Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

/// A tensor that the model takes.
struct Wanted {
  std::string name;
  sema::Shape shape;  // of one sample, or of the whole
  bool per_sample = false;
  bool required = false;
  double least = -std::numeric_limits<double>::infinity();  // integers lie between
  double most = std::numeric_limits<double>::infinity();
  bool is_integer = false;

  std::string text() const {
    std::string extents = per_sample ? "samples" : "";
    for (int64_t extent : shape) extents += (extents.empty() ? "" : ", ") + std::to_string(extent);
    return name + " [" + extents + "]";
  }
};

struct Range {
  bool is_integer;
  double least, most;
};

/// What rows of the tensor can hold.
Range range_of(const sema::Tensor& tensor) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (tensor.type == scalar::Type::real) return {false, -kInfinity, kInfinity};
  if (tensor.width == sema::Width::u8) return {true, 0, 255};
  if (tensor.width == sema::Width::i64) return {true, -0x1p63, 0x1p63};
  if (tensor.type == scalar::Type::u32) return {true, 0, 0x1p32 - 1};
  return {true, -0x1p31, 0x1p31 - 1};
}

std::vector<Wanted> wanted_tensors(const sema::Program& program, From from) {
  std::vector<Wanted> wanted;
  auto add = [&](const std::string& name, const sema::Tensor& tensor, bool per_sample, bool required) {
    wanted.push_back({.name = name, .shape = tensor.shape, .per_sample = per_sample, .required = required});
    const Range range = range_of(tensor);
    wanted.back().is_integer = range.is_integer;
    wanted.back().least = range.least;
    wanted.back().most = range.most;
  };
  for (const sema::Tensor* input : program.inputs) add(input->name, *input, true, true);
  for (const sema::Tensor* target : program.targets) add(target->name, *target, true, from == From::loss);
  for (const sema::Output& output : program.outputs) {
    if (output.tensor->type == scalar::Type::real) add("output_gradient." + output.name, *output.tensor, true, false);
  }
  for (const sema::Tensor* param : program.params) add(param->name, *param, false, false);
  for (const sema::Tensor* state : states_of(program)) add(state->name, *state, false, false);
  wanted.push_back({.name = "step", .shape = {}, .is_integer = true});
  wanted.back().least = 0;
  wanted.back().most = 0x1p53;
  return wanted;
}

std::string list(const std::vector<Wanted>& wanted, bool required) {
  std::string text;
  for (const Wanted& each : wanted) {
    if (each.required == required) text += (text.empty() ? "" : ", ") + each.text();
  }
  return text;
}

std::string text(const std::vector<int64_t>& shape) {
  std::string extents;
  for (int64_t extent : shape) extents += (extents.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + extents + "]";
}

/// What is wrong with the file's tensors, a sentence each; learns the number of samples.
std::vector<std::string> complaints(const std::vector<Wanted>& wanted, const ir::Values& values, int64_t& samples) {
  std::vector<std::string> wrong;
  samples = -1;
  for (const auto& [name, array] : values) {
    auto found = std::find_if(wanted.begin(), wanted.end(), [&](const Wanted& each) { return each.name == name; });
    if (found == wanted.end()) {
      wrong.push_back("`" + name + "` is no tensor of the model");
      continue;
    }
    std::vector<int64_t> rest = array.shape;
    if (found->per_sample && !rest.empty()) {
      if (samples < 0) samples = rest[0];
      if (rest[0] != samples) {
        wrong.push_back("`" + name + "` has " + std::to_string(rest[0]) + " samples, others " +
                        std::to_string(samples));
      }
      rest.erase(rest.begin());
    }
    const bool lacks_samples = found->per_sample && array.shape.empty();
    if (lacks_samples || rest != found->shape) wrong.push_back("`" + name + "` is " + text(array.shape));
    const bool integers = std::all_of(array.elements.begin(), array.elements.end(),
                                      [](double number) { return number == std::floor(number); });
    const bool fit = std::all_of(array.elements.begin(), array.elements.end(),
                                 [&](double number) { return !(number < found->least) && !(number > found->most); });
    if (found->is_integer && !integers) {
      wrong.push_back("`" + name + "` holds numbers that are not integers");
    } else if (!fit) {
      wrong.push_back("`" + name + "` holds numbers that its type does not");
    }
  }
  for (const Wanted& each : wanted) {
    if (each.required && !values.contains(each.name)) wrong.push_back("`" + each.name + "` is missing");
  }
  if (samples < 0) samples = 1;  // nothing differs from sample to sample
  return wrong;
}

/// The first values of a param, as generated code has them.
ir::Array first_values(const sema::Tensor& param, uint64_t seed) {
  using Kind = sema::Initial::Kind;
  const sema::Initial& initial = param.initial;
  const auto size = static_cast<size_t>(count(param.shape));
  ir::Array array{param.shape, {}};
  if (initial.kind == Kind::given) {
    array.elements = initial.values;
    return array;
  }
  const bool is_uniform = initial.kind == Kind::uniform, is_normal = initial.kind == Kind::normal;
  const nn::Param row{.name = "",
                      .offset = 0,
                      .size = size,
                      .rank = 0,
                      .shape = {},
                      .start = is_uniform  ? nn::Start::kUniform
                               : is_normal ? nn::Start::kNormal
                                           : nn::Start::kConstant,
                      .a = is_uniform  ? initial.low
                           : is_normal ? initial.sigma
                                       : initial.value,
                      .b = initial.high,
                      .stream = static_cast<std::uint32_t>(std::max(param.number, 0)),
                      .given = nullptr};
  std::vector<float> floats(size);
  nn::start_params(&row, 1, seed, floats.data());
  array.elements.assign(floats.begin(), floats.end());
  return array;
}

From gradients_from(const sema::Program& program, const ir::Values& values) {
  for (const sema::Output& output : program.outputs) {
    if (values.contains("output_gradient." + output.name)) return From::outputs;
  }
  return program.loss ? From::loss : From::nothing;
}

/// Params, states and the step that the file does not have; output gradients are 0 where nothing is said.
void complete(const sema::Program& program, uint64_t seed, Given& given) {
  for (const sema::Tensor* param : program.params) {
    if (given.values.contains(param->name)) continue;
    given.initialised[param->name] = given.values[param->name] = first_values(*param, seed);
  }
  begin_states(program, given.values);
  given.values.try_emplace("step", ir::Array{{}, {0}});
  if (given.from != From::outputs) return;
  for (const sema::Output& output : program.outputs) {
    sema::Shape shape = {given.samples};
    shape.insert(shape.end(), output.tensor->shape.begin(), output.tensor->shape.end());
    given.values.try_emplace("output_gradient." + output.name,
                             ir::Array{shape, std::vector<double>(static_cast<size_t>(count(shape)))});
  }
}

/// The nearest numbers that an i32 holds, as rows of i64 are loaded.
void to_32_bits(ir::Array& array) {
  for (double& number : array.elements) number = std::clamp(number, -0x1p31, 0x1p31 - 1);
}

}  // namespace

std::vector<const sema::Tensor*> states_of(const sema::Program& program) {
  std::vector<const sema::Tensor*> all;
  for (const sema::Update& update : program.updates) all.insert(all.end(), update.states.begin(), update.states.end());
  for (const sema::Optimizer& optimizer : program.optimizers) {
    all.insert(all.end(), optimizer.states.begin(), optimizer.states.end());
  }
  return all;
}

void begin_states(const sema::Program& program, ir::Values& values) {
  auto begin = [&](const sema::Tensor& state, const ir::Array& first) { values.try_emplace(state.name, first); };
  auto constant = [](const sema::Tensor& state) {
    return ir::Array{state.shape, std::vector<double>(static_cast<size_t>(count(state.shape)), state.initial.value)};
  };
  for (const sema::Update& update : program.updates) {
    for (const sema::Tensor* state : update.states) {
      bool is_weight = state->initial.kind == sema::Initial::Kind::weight;
      begin(*state, is_weight ? values.at(update.param->name) : constant(*state));
    }
  }
  for (const sema::Optimizer& optimizer : program.optimizers) {
    for (const sema::Tensor* state : optimizer.states) begin(*state, constant(*state));
  }
}

namespace {

bool is_number(const sema::Program& program, const std::string& name) {
  return std::any_of(program.optimizers.begin(), program.optimizers.end(), [&](const sema::Optimizer& optimizer) {
    return std::any_of(optimizer.states.begin(), optimizer.states.end(),
                       [&](const sema::Tensor* state) { return state->name == name; });
  });
}

}  // namespace

std::optional<Given> read_given(const sema::Program& program, const Options& options, Diagnostics& diagnostics) {
  Given given;
  try {
    given.values = read_tensors(options.evaluate);
  } catch (const nn::FileError& error) {
    diagnostics.error(DiagnosticKind::UnreadableFile, {}, error.what());
    return std::nullopt;
  }
  given.from = gradients_from(program, given.values);
  const std::vector<Wanted> wanted = wanted_tensors(program, given.from);
  const std::vector<std::string> wrong = complaints(wanted, given.values, given.samples);
  if (!wrong.empty()) {
    std::string all;
    for (const std::string& each : wrong) all += (all.empty() ? "" : "; ") + each;
    diagnostics.error(DiagnosticKind::TensorMismatch, {}, options.evaluate + ": " + all)
        .hint("wanted are " + list(wanted, true) + "; there may be " + list(wanted, false));
    return std::nullopt;
  }
  for (const sema::Tensor* input : program.inputs) {
    if (input->width == sema::Width::i64) to_32_bits(given.values.at(input->name));
  }
  complete(program, options.seed, given);
  if (options.round_to_f32) {
    for (auto& [name, array] : given.values) {
      if (is_number(program, name)) continue;  // those are computed in f64
      for (double& number : array.elements) number = scalar::round_to(scalar::Format::f32, number);
    }
  }
  return given;
}

}  // namespace nnc::driver
