// The header of a model in CUDA: rows in and out, parameters, trainer, network, and the functions for one sample.
#include <algorithm>

#include "compiler/emit/batch.h"
#include "compiler/emit/cuda/emit.h"
#include "compiler/emit/cuda/lane.h"
#include "compiler/emit/flat.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/real.h"
#include "compiler/emit/sample.h"
#include "compiler/emit/text.h"

namespace nnc::emit::cuda {

namespace {

std::string sample_field(const std::string& name, const sema::Tensor& tensor, Of of = Of::numbers) {
  const sema::Shape& shape = tensor.shape;
  return (of == Of::numbers ? element_type(tensor) : gradient_type(tensor)) + " " + identifier(name) +
         (shape.empty() ? ";\n" : "[" + std::to_string(count(shape)) + "];  // " + shape_text(shape) + "\n");
}

/// A statement that copies a member of `element`s to its rows in a tile of one lane, or from there.
std::string copy(const kernel::Program& program, const sema::Tensor& tensor, const std::string& element,
                 const std::string& member, const std::string& rows, bool to_tile) {
  const sema::Shape& shape = tensor.shape;
  std::string computed = tile_element(program, tensor.type);
  std::string one = shape.empty() ? member : member + "[i]",
              base = rows.find(' ') == std::string::npos ? rows : "(" + rows + ")",
              place = base + (shape.empty() ? "[0]" : "[i]");
  std::string text = (to_tile ? place + " = " + converted(computed, element, one)
                              : one + " = " + converted(element, computed, place)) +
                     ";\n";
  return shape.empty() ? text : "for (int i = 0; i < " + std::to_string(count(shape)) + "; ++i) " + text;
}

std::string copy_inputs(const Model& model, const kernel::Program& program, const LanePrinter& lane) {
  std::string text;
  for (const sema::Tensor* t : model.program->inputs) {
    if (!reads(program, *t)) continue;
    text += copy(program, *t, element_type(*t), "sample." + identifier(t->name),
                 lane.rows_pointer(*program.module.find(t->name)), true);
  }
  return text;
}

/// The names of functions beside which a schedule's stand.
Names names_beside(const Model& model, const std::string& word) {
  Names names;
  names.take_surroundings();
  take_tables(model, names);
  for (const std::string& taken : {word + "_tile", word + "_before", std::string("evaluate")}) names.unique(taken);
  return names;
}

/// A schedule's functions for tiles of any number of lanes, in `<word>_detail`.
std::string tile_functions(const std::string& word, LanePrinter& lane) {
  std::string functions = lane.functions();
  return fill(
      R"text(
namespace $word$_detail {

$tile$
$uniform$
$functions$

}  // namespace $word$_detail
)text",
      {{"word", word}, {"tile", lane.tile_struct()}, {"uniform", lane.uniform_functions()}, {"functions", functions}});
}

/// The tile's functions, for any number of lanes, and the one for a sample.
std::string evaluate(const Model& model) {
  const kernel::Program& infer = model.infer;
  Names names = names_beside(model, "infer");
  const Sums sums(infer);
  LanePrinter lane(infer, "infer", Side::anywhere, sums, names);
  std::string out;
  for (const sema::Output& o : model.program->outputs) {
    if (const ir::Tensor* tensor = infer.module.find(o.name)) {
      out += copy(infer, *o.tensor, element_type(*o.tensor), "result." + identifier(o.name), lane.rows_pointer(*tensor),
                  false);
    }
  }
  return fill(R"text(

/// What `infer` and `evaluate` share.
$tile$

/// Parameters as functions of one sample read them, in the memory of the side that calls them.
struct Parameters {
  const float* weights;
  const $real$* uniform;
};

/// The outputs of one sample, in a kernel or on the host. Any thread; a bounded stack and no allocation.
inline NN_HOST_DEVICE Result evaluate([[maybe_unused]] const Parameters& network, [[maybe_unused]] const Sample& sample) noexcept {
  constexpr int T = 1;
  infer_detail::InferTile<T> t;
  $in$
  infer_detail::infer_tile<T>(network.weights, network.uniform, t, 0);
  Result result;
  $out$
  return result;
}
)text",
              {{"real", real_type(infer)},
               {"tile", tile_functions("infer", lane)},
               {"in", copy_inputs(model, infer, lane)},
               {"out", out}});
}

/// Its tile's functions, and `differentiate`; empty where the model has none.
std::string differentiate(const Model& model) {
  if (!model.derivative) return "";
  const kernel::Program& derivative = *model.derivative;
  Names names = names_beside(model, "differentiate");
  const Sums sums(derivative);
  LanePrinter lane(derivative, "differentiate", Side::anywhere, sums, names);
  std::string in = copy_inputs(model, derivative, lane), out;
  for (const sema::Output& o : real_outputs(*model.program)) {
    if (const ir::Tensor* tensor = seed_of(derivative, o)) {
      in += copy(derivative, *o.tensor, gradient_type(*o.tensor), "gradient." + identifier(o.name),
                 lane.rows_pointer(*tensor), true);
    }
  }
  size_t next = 0;
  for (const sema::Tensor* t : real_inputs(*model.program)) {
    const ir::Tensor& tensor = *derivative.module.outputs.at(next++);
    out += copy(derivative, *t, gradient_type(*t), "result." + identifier(t->name), lane.rows_pointer(tensor), false);
  }
  return fill(R"text(

$tile$

$about$
inline NN_HOST_DEVICE SampleGradient differentiate([[maybe_unused]] const Parameters& network, [[maybe_unused]] const Sample& sample, [[maybe_unused]] const ResultGradient& gradient) noexcept {
  constexpr int T = 1;
  differentiate_detail::DifferentiateTile<T> t;
  $in$
  differentiate_detail::differentiate_tile<T>(network.weights, network.uniform + $first$, t, 0);
  SampleGradient result;
  $out$
  return result;
}
)text",
              {{"tile", tile_functions("differentiate", lane)},
               {"about", about_differentiate()},
               {"first", std::to_string(model.infer.uniforms)},
               {"in", in},
               {"out", out}});
}

/// The same of a network, on the host.
std::string differentiate_on_host(const Model& model) {
  if (!model.derivative) return "";
  return fill(R"text(
inline SampleGradient differentiate(const Network& network, const Sample& sample, const ResultGradient& gradient) noexcept { return differentiate(network.on_host(), sample, gradient); }
)text",
              {});
}

}  // namespace

std::string header(const Model& model, const std::string&) {
  const sema::Program& program = *model.program;
  const std::string rows = "nn::cuda::Rows";
  std::string trainer_step, targets, sample, result, gradients;
  for (const sema::Tensor* t : program.inputs) sample += sample_field(t->name, *t);
  for (const sema::Output& o : program.outputs) result += sample_field(o.name, *o.tensor);
  if (model.derivative) {
    std::string of_result, of_sample;
    for (const sema::Output& o : real_outputs(program)) of_result += sample_field(o.name, *o.tensor, Of::gradients);
    for (const sema::Tensor* t : real_inputs(program)) of_sample += sample_field(t->name, *t, Of::gradients);
    gradients = gradient_structs(of_result, of_sample);
  }
  if (model.step) {
    targets = fill(R"text(

/// What the loss compares with, a row a sample.
struct Targets {
  $fields$
};
)text",
                   {{"fields", rows_fields(program.targets, true, rows)}});
    trainer_step = fill(R"text(
  /// Enqueues a whole step: forward, loss, gradients, update. Any number of samples; none changes nothing. Gradients
  /// that `backward` left are part of it. Throws std::invalid_argument when rows differ in number.
  void step(cudaStream_t stream, const Inputs& in, const Targets& target);
  /// What the last step said; waits for it.
  Step last_step(cudaStream_t stream) const;
)text",
                        {});
  }
  return fill(R"text(
// $source$ as CUDA. Generated by nnc; change the model, not this file.
//
// Whatever takes a stream is enqueued there, and throws nn::cuda::Error where CUDA complains.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "nn/cuda/buffer.h"
#include "nn/cuda/dense.h"
#include "nn/cuda/table.h"
#include "nn/cuda/tile.h"
#include "nn/cuda/view.h"
$f64$
#include "nn/integers.h"
#include "nn/math.h"

namespace $ns$ {

/// A batch in the device's memory, a row a sample.
struct Inputs {
  $inputs$
};
struct Outputs {
  $outputs$
};
/// Of the caller's loss: its derivative by each output.
struct OutputGradients {
  $output_gradients$
};
/// Where `backward` puts the derivatives by the inputs; empty rows are not wanted.
struct InputGradients {
  $input_gradients$
};
$targets$

/// One sample.
struct Sample {
  $sample$
};
struct Result {
  $result$
};
$gradients$

$places$

/// The parameters on the host, f32, row-major, one behind the other in one flat buffer.
class Weights {
 public:
  static constexpr std::size_t kSize = $size$;

  /// The first values that the model's initialisers give for a seed.
  explicit Weights(std::uint64_t seed = 0);

  float* data() { return flat_.data(); }
  const float* data() const { return flat_.data(); }
  static constexpr std::size_t size() { return kSize; }

  $accessors$

 private:
  std::vector<float> flat_;
};

/// What a step says: the mean loss of the batch before the update, and whether there was one. A gradient that is not
/// finite changes nothing: not the weights, not the moments, not the number of steps.
struct Step {
  $real$ loss;
  bool applied;
};

/// Parameters, what the optimizer keeps, and everything that a step needs: allocated here, never in a step.
class Trainer {
 public:
  explicit Trainer(const Weights& weights = Weights(), cudaStream_t stream = nullptr);
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;
  ~Trainer();

  $trainer_step$
  /// The loss is the caller's: outputs of a batch, then gradients of its loss, summed over samples and calls, then
  /// the update. `in` must stay as it is until `backward`.
  void forward(cudaStream_t stream, const Inputs& in, const Outputs& out);
  void backward(cudaStream_t stream, const OutputGradients& out, const InputGradients& in = {});
  /// Changes nothing but the gradients where one is not finite, or where the model has no optimizer.
  void update(cudaStream_t stream);

  /// Copies from the device; they wait for the stream.
  Weights weights(cudaStream_t stream) const;
  /// What inference should use: averages, where an optimizer keeps them; else the weights as they are.
  Weights inference_weights(cudaStream_t stream) const;
  std::uint64_t steps(cudaStream_t stream) const;
  /// In the device's memory, laid out as Weights: the parameters, and what `backward` has summed up since the last
  /// update, times what an optimizer multiplies the loss by.
  const float* device_weights() const;
  const float* gradients() const;

 private:
  friend void save(const std::string& path, const Trainer& trainer, cudaStream_t stream);
  friend void restore(Trainer& trainer, const std::string& path, cudaStream_t stream);
  struct State;
  std::unique_ptr<State> state_;
};
$evaluate$
$differentiate$

/// Parameters as inference reads them, on both sides.
class Network {
 public:
  explicit Network(const Weights& weights, cudaStream_t stream = nullptr);
  /// Takes other parameters; allocates nothing.
  void assign(const Weights& weights, cudaStream_t stream = nullptr);

  Parameters on_device() const { return {weights_.data(), uniform_.data()}; }
  Parameters on_host() const { return {host_weights_.data(), host_uniform_.data()}; }

 private:
  $buffers$
};

inline Result evaluate(const Network& network, const Sample& sample) noexcept { return evaluate(network.on_host(), sample); }
$differentiate_on_host$

/// Room for one call of `infer` at a time: a tile for each block that the device runs.
inline constexpr int kTileSamples = $tile$;
class Workspace {
 public:
  Workspace();

 private:
  friend void infer(cudaStream_t stream, const Network& network, const Inputs& in, const Outputs& out, Workspace& workspace);
  nn::cuda::DeviceBuffer<infer_detail::InferTile<kTileSamples>> tiles_;
};

/// Outputs of a batch. Any thread, each with a workspace of its own; allocates nothing. Outputs with empty rows are
/// not written. Throws std::invalid_argument when rows differ in number.
void infer(cudaStream_t stream, const Network& network, const Inputs& in, const Outputs& out, Workspace& workspace);

$weights$
/// With what the optimizer keeps and the number of steps: `restore` goes on exactly. They wait for the stream.
void save(const std::string& path, const Trainer& trainer, cudaStream_t stream = nullptr);
void restore(Trainer& trainer, const std::string& path, cudaStream_t stream = nullptr);

}  // namespace $ns$
)text",
              {{"source", model.source_name},
               {"ns", model.name_space},
               {"real", real_type(model.infer)},
               {"f64", is_double(model.infer) ? "#include \"nn/f64.h\"" : ""},
               {"buffers", is_double(model.infer)
                               ? "std::vector<float> host_weights_;\nstd::vector<double> host_uniform_;\n"
                                 "nn::cuda::DeviceBuffer<float> weights_;\nnn::cuda::DeviceBuffer<double> uniform_;\n"
                               : "std::vector<float> host_weights_, host_uniform_;\n"
                                 "nn::cuda::DeviceBuffer<float> weights_, uniform_;\n"},
               {"inputs", rows_fields(program.inputs, true, rows)},
               {"outputs", output_rows_fields(program.outputs, false, rows)},
               {"output_gradients", output_rows_fields(real_outputs(program), true, rows, Of::gradients)},
               {"input_gradients", rows_fields(real_inputs(program), false, rows, Of::gradients)},
               {"targets", targets},
               {"sample", sample},
               {"result", result},
               {"size", std::to_string(model.param_floats)},
               {"places", flat_places(model.infer)},
               {"accessors", weight_accessors(model)},
               {"trainer_step", trainer_step},
               {"weights", weights_declarations(model)},
               {"gradients", gradients},
               {"evaluate", evaluate(model)},
               {"differentiate", differentiate(model)},
               {"differentiate_on_host", differentiate_on_host(model)},
               {"tile", std::to_string(kTileSamples)}});
}

}  // namespace nnc::emit::cuda
