// Batches on the host's side: inference, and Trainer with its buffers and launches.
#include "compiler/emit/batch.h"
#include "compiler/emit/cuda/optimizers.h"
#include "compiler/emit/cuda/parts.h"
#include "compiler/emit/cuda/rows.h"
#include "compiler/emit/cuda/updates.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/real.h"

namespace nnc::emit::cuda {

namespace {

/// Launches that make the uniform values of `infer`.
std::string infer_before(const Model& model, const std::string& weights, const std::string& uniform) {
  if (model.infer.before.groups.empty()) return "";
  return uniform + ".clear(stream);\nnn::cuda::launch(infer_before_kernel, 1, 1, stream, " + weights + ".data(), " +
         uniform + ".data());\n";
}

/// The same for a network, which has those of the derivative behind them.
std::string network_before(const Model& model) {
  std::string text = infer_before(model, "weights_", "uniform_");
  if (!model.derivative || model.derivative->before.groups.empty()) return text;
  if (text.empty()) text = "uniform_.clear(stream);\n";
  return text + "nn::cuda::launch(differentiate_before_kernel, 1, 1, stream, weights_.data(), uniform_.data() + " +
         std::to_string(model.infer.uniforms) + ");\n";
}

/// State::run_<word>: a batch's sums into `gradient` and the pass's uniform values.
std::string run(const Parts& parts, const Pass& pass) {
  bool is_step = pass.word == "step";
  std::string uniform = pass.word + "_uniform", before, add, after;
  if (pass.program.uniforms > 0) before += uniform + ".clear(stream);\n";
  if (const sema::Tensor* factor = parts.program().loss_factor) {
    const auto& storage = pass.program.storage.at(pass.program.module.find(factor->name));
    before += launch_loss_factor(parts, uniform + ".data() + " + std::to_string(storage.offset));
  }
  if (!pass.program.before.groups.empty())
    before += "nn::cuda::launch(" + pass.word + "_before_kernel, 1, 1, stream, weights.data(), gradient.data(), " +
              uniform + ".data(), samples);\n";
  if (!pass.sums.empty()) {
    add = "nn::cuda::launch(" + pass.word + "_add, nn::cuda::blocks_for(" + std::to_string(pass.sums.largest()) +
          ", T, max_blocks), T, stream, " + pass.word + "_blocks.data(), blocks, gradient.data(), " + uniform +
          ".data());\n";
  }
  if (!pass.program.after.groups.empty())
    after = "nn::cuda::launch(" + pass.word + "_after_kernel, 1, 1, stream, weights.data(), gradient.data(), " +
            uniform + ".data(), samples);\n";
  return fill(
      R"text(

/// A batch through all steps of `$word$`: its sums are in `gradient` and `$uniform$` afterwards.
void run_$word$(cudaStream_t stream, [[maybe_unused]] const Inputs& in$params$, std::size_t count) {
  $samples$
  $before$
  const int blocks = nn::cuda::blocks_for(count, T, static_cast<int>($word$_blocks.size()));
  nn::cuda::launch($word$_kernel, blocks, T, stream, weights.data(), $uniform$.data(), gradient.data(), in$args$, count, $word$_blocks.data());
  $add$
  $after$
}
)text",
      {{"word", pass.word},
       {"uniform", uniform},
       {"params",
        is_step ? ", const Targets& target" : ", const OutputGradients& out, const InputGradients& in_gradient"},
       {"samples",
        mentions(before + after, "samples")
            ? "const " + real_type(pass.program) + " samples = static_cast<" + real_type(pass.program) + ">(count);\n"
            : ""},
       {"before", before},
       {"args", is_step ? ", target" : ", out, in_gradient"},
       {"add", add},
       {"after", after}});
}

std::string initial_states(const Parts& parts) {
  std::string text, numbers = start_numbers(parts);
  for (const StateArray& s : parts.updates.states) {
    const std::string at = "first.data() + " + std::to_string(s.offset);
    if (s.weight >= 0) {
      text += "std::copy_n(initial.data() + " + std::to_string(s.weight) + ", " + std::to_string(s.count) + ", " + at +
              ");\n";
    } else if (s.initial != 0) {
      text += "std::fill_n(" + at + ", " + std::to_string(s.count) + ", " + float_literal(s.initial) + ");\n";
    }
  }
  if (text.empty() && numbers.empty()) return text;
  if (!text.empty())
    text = "std::vector<float> first(state.size());\n" + text + "state.upload(first.data(), stream);\n";
  return text + numbers + "nn::cuda::check(cudaStreamSynchronize(stream), \"wait for the device\");\n";
}

/// What inference takes in the place of weights.
std::string offered(const UpdatePlan& plan) {
  std::string text;
  for (const Offered& each : plan.offered)
    text += "nn::cuda::check(cudaMemcpyAsync(result.data() + " + std::to_string(each.offset) +
            ", state_->state.data() + " + std::to_string(each.state) + ", " + std::to_string(each.count) +
            " * sizeof(float), cudaMemcpyDeviceToHost, stream), \"copy from the device\");\n";
  return text.empty() ? text : text + "nn::cuda::check(cudaStreamSynchronize(stream), \"wait for the device\");\n";
}

std::string step_functions(const Parts& parts) {
  const ir::Tensor* loss = parts.model.step->module.find(loss_name(parts.model));
  std::string at = std::to_string(parts.model.step->storage.at(loss).offset);
  return fill(
      R"text(

void Trainer::step(cudaStream_t stream, [[maybe_unused]] const Inputs& in, [[maybe_unused]] const Targets& target) {
  const std::size_t count = $size$;
  $checks$
  if (count == 0) {
    state_->step_uniform.clear(stream);
    state_->set_bad(true, stream);
    return;
  }
  state_->run_step(stream, in, target, count);
  state_->update(stream);
}

Step Trainer::last_step(cudaStream_t stream) const {
  $real$ loss = 0.0f;
  nn::cuda::check(cudaMemcpyAsync(&loss, state_->step_uniform.data() + $at$, sizeof loss, cudaMemcpyDeviceToHost, stream), "copy from the device");
  $applied$
}
)text",
      {{"size", step_batch(parts.model)},
       {"real", real_type(*parts.model.step)},
       {"checks", step_checks(parts.model)},
       {"at", at},
       {"applied",
        !parts.updates.calls.empty()
            ? "const bool applied = state_->read_step(stream).bad == 0;\nreturn {loss, applied};"
            : "nn::cuda::check(cudaStreamSynchronize(stream), \"wait for the device\");\nreturn {loss, false};"}});
}

}  // namespace

std::string inference(const Parts& parts) {
  const Model& model = parts.model;
  std::string host_uniform;
  if (model.has_before()) host_uniform = "std::fill(host_uniform_.begin(), host_uniform_.end(), 0.0f);\n";
  if (!model.infer.before.groups.empty())
    host_uniform += "infer_detail::infer_before(host_weights_.data(), nullptr, host_uniform_.data(), 1.0f);\n";
  if (model.derivative && !model.derivative->before.groups.empty()) {
    host_uniform +=
        "differentiate_detail::differentiate_before(host_weights_.data(), nullptr, host_uniform_.data() + " +
        std::to_string(model.infer.uniforms) + ", 1.0f);\n";
  }
  return fill(R"text(

Network::Network(const Weights& weights, cudaStream_t stream) : host_weights_(Weights::kSize), host_uniform_($uniforms$), weights_(Weights::kSize), uniform_($uniforms$) {
  assign(weights, stream);
}

void Network::assign(const Weights& weights, cudaStream_t stream) {
  std::copy_n(weights.data(), Weights::kSize, host_weights_.data());
  weights_.upload(weights.data(), stream);
  $host_uniform$
  $before$
}

Workspace::Workspace() : tiles_(static_cast<std::size_t>(nn::cuda::resident_blocks(infer_kernel, T))) {}

void infer(cudaStream_t stream, const Network& network, [[maybe_unused]] const Inputs& in, const Outputs& out, Workspace& workspace) {
  const std::size_t count = $size$;
  $checks$
  if (count == 0) return;
  const int blocks = nn::cuda::blocks_for(count, T, static_cast<int>(workspace.tiles_.size()));
  nn::cuda::launch(infer_kernel, blocks, T, stream, network.on_device().weights, network.on_device().uniform, in, out, count, workspace.tiles_.data());
}
)text",
              {{"uniforms", std::to_string(model.uniforms())},
               {"host_uniform", host_uniform},
               {"before", network_before(model)},
               {"size", infer_batch(parts.model)},
               {"checks", infer_checks(parts.model)}});
}

std::string trainer(const Parts& parts) {
  std::string members, makes, runs;
  for (const Pass* pass : {parts.step ? &*parts.step : nullptr, &*parts.backward}) {
    if (!pass) continue;
    members += "nn::cuda::DeviceBuffer<" + pass->type + "Block> " + pass->word + "_blocks;\n";
    members += "nn::cuda::DeviceBuffer<" + real_type(pass->program) + "> " + pass->word + "_uniform{" +
               std::to_string(pass->program.uniforms) + "};\n";
    makes += ",\n        " + pass->word + "_blocks(static_cast<std::size_t>(nn::cuda::resident_blocks(" + pass->word +
             "_kernel, T)))";
    runs += run(parts, *pass);
  }
  bool has_optimizer = !parts.updates.calls.empty();
  size_t rate_count = first_rate(parts.updates, parts.updates.functions.size());
  std::string rates = rate_count ? "nn::cuda::launch(compute_rates, 1, 1, stream, step.data(), rates.data());\n" : "";
  std::string update = !parts.numbers.empty() ? number_launches(parts)
                       : has_optimizer        ? rates + update_launches(parts.updates) +
                                             "nn::cuda::launch(nn::cuda::count_step<1>, 1, 1, stream, step.data());\n"
                                       : "";
  return fill(
      R"text(

struct Trainer::State {
  State(const Weights& initial, cudaStream_t stream)
      : max_blocks(nn::cuda::resident_blocks(nn::cuda::find_non_finite<T>, T)), infer_tiles(static_cast<std::size_t>(nn::cuda::resident_blocks(infer_kernel, T)))$makes$ {
    weights.upload(initial.data(), stream);
    $initial$
  }

  int max_blocks;
  nn::cuda::DeviceBuffer<float> weights{Weights::kSize};
  nn::cuda::DeviceBuffer<float> gradient{Weights::kSize};
  nn::cuda::DeviceBuffer<float> state{$state$};  // what the optimizer keeps
  nn::cuda::DeviceBuffer<float> rates{$rates$};  // what of it depends on the step's number alone
  nn::cuda::DeviceBuffer<float> scratch{$scratch$};  // of updates
  $numbers$
  nn::cuda::DeviceBuffer<nn::cuda::StepState> step{1};
  nn::cuda::DeviceBuffer<infer_detail::InferTile<T>> infer_tiles;
  nn::cuda::DeviceBuffer<$real$> infer_uniform{$infer_uniform$};
  $members$
  Inputs forward_inputs;
  std::size_t forward_count = 0;
  $runs$

  void run_forward(cudaStream_t stream, const Inputs& in, const Outputs& out, std::size_t count) {
    $infer_before$
    const int blocks = nn::cuda::blocks_for(count, T, static_cast<int>(infer_tiles.size()));
    nn::cuda::launch(infer_kernel, blocks, T, stream, weights.data(), infer_uniform.data(), in, out, count, infer_tiles.data());
  }

  /// The next step is good, as long as nothing says otherwise, or bad.
  void set_bad(bool bad, cudaStream_t stream) {
    nn::cuda::check(cudaMemsetAsync(&step.data()->bad, bad ? 1 : 0, sizeof(step.data()->bad), stream), "clear memory on the device");
  }

  void update(cudaStream_t stream) {
    set_bad(false, stream);
    nn::cuda::launch(nn::cuda::find_non_finite<T>, nn::cuda::blocks_for(gradient.size(), T, max_blocks), T, stream, gradient.data(), gradient.size(), step.data());
    $update$
  }

  nn::cuda::StepState read_step(cudaStream_t stream) const {
    nn::cuda::StepState result;
    step.download(&result, stream);
    nn::cuda::check(cudaStreamSynchronize(stream), "wait for the device");
    return result;
  }
};

Trainer::Trainer(const Weights& weights, cudaStream_t stream) : state_(std::make_unique<State>(weights, stream)) {}
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;
Trainer::~Trainer() = default;

Weights Trainer::weights(cudaStream_t stream) const {
  Weights result;
  state_->weights.download(result.data(), stream);
  nn::cuda::check(cudaStreamSynchronize(stream), "wait for the device");
  return result;
}
Weights Trainer::inference_weights(cudaStream_t stream) const {
  Weights result = weights(stream);
  $offered$
  return result;
}
std::uint64_t Trainer::steps(cudaStream_t stream) const {
  return static_cast<std::uint64_t>(state_->read_step(stream).step);
}
const float* Trainer::device_weights() const { return state_->weights.data(); }
const float* Trainer::gradients() const { return state_->gradient.data(); }
void Trainer::update(cudaStream_t stream) { state_->update(stream); }
$step_functions$

void Trainer::forward(cudaStream_t stream, [[maybe_unused]] const Inputs& in, const Outputs& out) {
  const std::size_t count = $size$;
  $checks$
  state_->forward_inputs = in;
  state_->forward_count = count;
  if (count > 0) state_->run_forward(stream, in, out, count);
}

void Trainer::backward(cudaStream_t stream, const OutputGradients& out, const InputGradients& in) {
  const std::size_t count = state_->forward_count;
  $gradient_checks$
  if (count > 0) state_->run_backward(stream, state_->forward_inputs, out, in, count);
}
)text",
      {{"makes", makes},
       {"initial", initial_states(parts)},
       {"numbers", parts.numbers.empty() ? "" : number_members(parts)},
       {"offered", offered(parts.updates)},
       {"real", real_type(parts.model.infer)},
       {"state", std::to_string(parts.updates.state_floats)},
       {"rates", std::to_string(rate_count)},
       {"scratch", std::to_string(scratch_floats(parts.updates))},
       {"infer_uniform", std::to_string(parts.model.infer.uniforms)},
       {"members", members},
       {"runs", runs},
       {"infer_before", infer_before(parts.model, "weights", "infer_uniform")},
       {"update", update},
       {"step_functions", parts.step ? step_functions(parts) : ""},
       {"size", infer_batch(parts.model)},
       {"checks", infer_checks(parts.model)},
       {"gradient_checks", backward_checks(parts.model)}});
}

}  // namespace nnc::emit::cuda
