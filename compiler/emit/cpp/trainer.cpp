#include "compiler/emit/cpp/trainer.h"

#include <algorithm>
#include <cctype>

#include "compiler/emit/batch.h"
#include "compiler/emit/cpp/loads.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/real.h"
#include "compiler/kernel/affine.h"

namespace nnc::emit::cpp {

namespace {

constexpr int64_t kFarElements = int64_t{1} << 20;  // of a table that no second-level cache holds

/// What scatters go over at a time. Their operands stay in L2 or L3, but where a table does not: the more samples then
/// meet a line of it while it is near, the fewer times it is fetched.
int64_t chunk_samples(const Surface& s) {
  auto is_far = [](const kernel::Statement& statement) {
    return statement.store == kernel::Store::scatter && kernel::elements(*statement.equation.out) >= kFarElements;
  };
  for (const auto& scatter : s.program().scatters) {
    for (const auto& group : scatter.nest.groups) {
      if (std::any_of(group.statements.begin(), group.statements.end(), is_far)) return int64_t{1} << 16;
    }
  }
  return int64_t{1} << 14;
}

class TrainerPrinter {
 public:
  TrainerPrinter(const Model& model, const Surface& infer, const Surface& backward, const Surface* step,
                 Optimizers& optimizers)
      : model_(model),
        program_(*model.program),
        real_(real_type(model.infer)),
        infer_(infer),
        backward_(backward),
        step_(step),
        optimizers_(optimizers) {}

  std::string print() {
    std::string input_gradients, output_gradients, step_loads, step_function;
    for (const sema::Tensor* t : program_.inputs) {
      input_gradients +=
          store_rows(backward_, gradient_name(model_, *t), "in_gradient." + identifier(t->name), count(t->shape));
    }
    for (const auto& o : program_.outputs) {
      output_gradients += load_rows(backward_, "output_gradient." + o.name, "out_gradient." + identifier(o.name),
                                    count(o.tensor->shape));
    }
    std::string steps = run(backward_, "backward",
                            "[[maybe_unused]] const Inputs& in, [[maybe_unused]] const OutputGradients& out_gradient, "
                            "[[maybe_unused]] const InputGradients& in_gradient",
                            load_inputs(backward_, program_) + output_gradients, input_gradients);
    std::string buffers = "nn::AlignedBuffer<InferTile> infer_tiles;\n" + buffers_of(backward_, "backward");
    std::string allocations =
        "infer_tiles = nn::AlignedBuffer<InferTile>(workers);\n" + allocate(backward_, "backward");
    if (step_) {
      step_loads = load_inputs(*step_, program_);
      for (const sema::Tensor* t : program_.targets)
        step_loads += load_rows(*step_, t->name, "target." + identifier(target_name(*t)), count(t->shape));
      steps += run(*step_, "step", "[[maybe_unused]] const Inputs& in, [[maybe_unused]] const Targets& target",
                   step_loads, "");
      buffers += buffers_of(*step_, "step");
      allocations += allocate(*step_, "step");
      const ir::Tensor* loss = model_.step->module.find(loss_name(model_));
      std::string value =
          loss ? "s.uniform_values[" + std::to_string(model_.step->storage.at(loss).offset) + "]" : "0.0f";
      step_function =
          fill(R"text(

Step Trainer::step([[maybe_unused]] const Inputs& in, [[maybe_unused]] const Targets& target) {
  const std::size_t count = $size$;
  $checks$
  if (count == 0) return {0.0f, false};
  State& s = *state_;
  s.run_step(in, target, count);
  const $real$ loss = $loss$;
  return {loss, update()};
}
)text",
               {{"size", step_batch(model_)}, {"real", real_}, {"checks", step_checks(model_)}, {"loss", value}});
    }
    return fill(
        R"text(

struct Trainer::State {
  static constexpr std::size_t kChunk = ($chunk$ + T - 1) / T * T;  // samples between two rounds of scatters

  NN_COLD State(Weights initial, const Options& options)
      : weights(std::move(initial)), pool(options.executor == nullptr ? options.threads : 1), executor(options.executor == nullptr ? &pool : options.executor) {
    const auto workers = static_cast<std::size_t>(executor->workers());
    $allocations$
    $initial$
  }

  Weights weights;
  nn::Threads pool;
  nn::Executor* executor;
  nn::AlignedBuffer<float> flat_gradient{kPadded};
  nn::AlignedBuffer<$real$> uniform_values{$uniform$};
  $optimizers$
  $buffers$
  std::uint64_t steps = 0;
  Inputs forward_inputs;
  std::size_t forward_count = 0;
  $run$
  $optimizer_functions$

  bool are_gradients_finite() {
    constexpr std::size_t kRun = std::size_t{1} << 16;
    std::atomic<bool> finite{true};
    executor->run(static_cast<int>((kPadded + kRun - 1) / kRun), [&](int task, int) {
      const std::size_t begin = static_cast<std::size_t>(task) * kRun;
      const bool is_finite = nn::are_finite(flat_gradient.data() + begin, std::min(kRun, kPadded - begin));
      if (!is_finite) finite.store(false, std::memory_order_relaxed);
    });
    return finite.load();
  }

  bool update() {
    $update$
  }
};

Trainer::Trainer(Weights weights, const Options& options) : state_(std::make_unique<State>(std::move(weights), options)) {}
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;
Trainer::~Trainer() = default;

const Weights& Trainer::weights() const { return state_->weights; }
NN_COLD Weights Trainer::inference_weights() const {
  Weights result = state_->weights;
  $offered$
  return result;
}
const float* Trainer::gradients() const { return state_->flat_gradient.data(); }
std::uint64_t Trainer::steps() const { return state_->steps; }
bool Trainer::update() { return state_->update(); }
$step_function$

void Trainer::forward([[maybe_unused]] const Inputs& in, const Outputs& out) {
  const std::size_t count = $size$;
  $checks$
  State& s = *state_;
  s.forward_inputs = in;
  s.forward_count = count;
  s.run_forward(in, out, count);
}

void Trainer::backward([[maybe_unused]] const OutputGradients& out, [[maybe_unused]] const InputGradients& in) {
  State& s = *state_;
  const std::size_t count = s.forward_count;
  $gradient_checks$
  if (count > 0) s.run_backward(s.forward_inputs, out, in, count);
}
)text",
        {{"chunk", std::to_string(chunk_samples(backward_))},
         {"real", real_},
         {"allocations", allocations},
         {"initial", optimizers_.start()},
         {"offered", optimizers_.offered()},
         {"uniform", std::to_string(padded(std::max<int64_t>(1, uniform_floats())))},
         {"optimizers", optimizers_.members()},
         {"buffers", buffers},
         {"run", steps + run_forward()},
         {"optimizer_functions", optimizers_.member_functions()},
         {"update", optimizers_.update()},
         {"step_function", step_function},
         {"size", infer_batch(model_)},
         {"checks", infer_checks(model_)},
         {"gradient_checks", backward_checks(model_)}});
  }

 private:
  /// The number that the loss is multiplied by, where a schedule reads it.
  std::string set_loss_factor(const kernel::Program& program) const {
    if (!optimizers_.scales_loss()) return "";
    const ir::Tensor* factor = program.module.find(program_.loss_factor->name);
    return "uniform_values[" + std::to_string(program.storage.at(factor).offset) + "] = static_cast<" + real_ +
           ">(loss_factor());\n";
  }

  /// State::run_<word>: all tiles of a batch, then the sums into the flat gradient.
  std::string run(const Surface& s, const std::string& word, const std::string& params, const std::string& loads,
                  const std::string& stores) {
    bool uniform = s.program().uniforms > 0;
    std::string sums = s.has_sums() ? ", sums" : "";
    std::string uniforms = uniform ? ", uniform_values.data()" : "";
    std::string clear_uniform = uniform ? "uniform_values.clear_to_zero();\n" : "";
    clear_uniform += set_loss_factor(s.program());
    if (s.has_before()) clear_uniform += word + "_before(w, flat_gradient.data(), uniform_values.data(), samples);\n";
    std::string after =
        s.has_after() ? word + "_after(w, flat_gradient.data(), uniform_values.data(), samples);\n" : "";
    std::string begin_sums, end_sums;
    if (s.has_sums()) {
      begin_sums = "for (int i = 0; i < executor->workers(); ++i) {\n  std::memset(static_cast<void*>(&" + word +
                   "_sums[static_cast<std::size_t>(i)]), 0, sizeof(" + s.sums_type() + "));\n}\n";
      std::string add = s.add_sums();
      if (add.find("gradient") != std::string::npos) add = "float* gradient = flat_gradient.data();\n" + add;
      if (add.find("uniform") != std::string::npos) add = real_ + "* uniform = uniform_values.data();\n" + add;
      end_sums = "for (int i = 0; i < executor->workers(); ++i) {  // in the workers' order\n  const " + s.sums_type() +
                 "& sums = " + word + "_sums[static_cast<std::size_t>(i)];\n" + indent(add, 2) + "}\n";
    }
    std::string scatters;
    if (s.scatter_tasks() > 0) {
      const std::string dispatch = s.scatter_dispatch();
      const bool has_tile = mentions(dispatch, "t");  // what is made again and is too large for registers
      scatters =
          fill(R"text(
executor->run($tasks$, [&]([[maybe_unused]] int task, int$worker$) {
  $tile$
  for (int tile = 0; tile < tiles; ++tile) {
    const std::size_t first = chunk + static_cast<std::size_t>(tile) * T;
    const int count = static_cast<int>(std::min<std::size_t>(T, count_all - first));
    const $type$& kept = $word$_kept[static_cast<std::size_t>(tile)];
    float* gradient = flat_gradient.data();
    $uniform$
    $dispatch$
  }
});
)text",
               {{"tasks", std::to_string(s.scatter_tasks())},
                {"worker", has_tile ? " worker" : ""},
                {"tile", has_tile ? s.tile_type() + "& t = " + word + "_tiles[static_cast<std::size_t>(worker)];" : ""},
                {"type", s.kept_type()},
                {"word", word},
                {"uniform", uniform ? "[[maybe_unused]] " + real_ + "* uniform = uniform_values.data();" : ""},
                {"dispatch", dispatch}});
    }
    return fill(
        R"text(

/// All tiles of a batch: what they sum up is in `gradient` and `uniform` afterwards.
void run_$word$($params$, std::size_t count_all) {
  const float* w = weights.data();
  [[maybe_unused]] const auto samples = static_cast<$real$>(count_all);
  $clear_uniform$
  $begin_sums$
  for (std::size_t chunk = 0; chunk < count_all; chunk += kChunk) {
    const int tiles = static_cast<int>((std::min(kChunk, count_all - chunk) + T - 1) / T);
    executor->run(tiles, [&](int tile, int worker) {
      $type$Tile& t = $word$_tiles[static_cast<std::size_t>(worker)];
      $sums$
      $kept$
      const std::size_t first = chunk + static_cast<std::size_t>(tile) * T;
      [[maybe_unused]] const int count = static_cast<int>(std::min<std::size_t>(T, count_all - first));
      $loads$
      $word$_tile(w, t$kept_arg$$sums_arg$$uniforms$, count, samples);
      $stores$
    });
    $scatters$
  }
  $end_sums$
  $after$
}
)text",
        {{"word", word},
         {"real", real_},
         {"params", params},
         {"clear_uniform", clear_uniform},
         {"begin_sums", begin_sums},
         {"type", std::string(1, static_cast<char>(std::toupper(word[0]))) + word.substr(1)},
         {"sums", s.has_sums() ? s.sums_type() + "& sums = " + word + "_sums[static_cast<std::size_t>(worker)];" : ""},
         {"kept", s.has_kept() ? s.kept_type() + "& kept = " + word + "_kept[static_cast<std::size_t>(tile)];" : ""},
         {"loads", loads},
         {"kept_arg", s.has_kept() ? ", kept" : ""},
         {"sums_arg", sums},
         {"uniforms", uniforms},
         {"stores", stores},
         {"scatters", scatters},
         {"end_sums", end_sums},
         {"after", after}});
  }

  std::string buffers_of(const Surface& s, const std::string& word) const {
    std::string text = "nn::AlignedBuffer<" + s.tile_type() + "> " + word + "_tiles;\n";
    if (s.has_sums()) text += "nn::AlignedBuffer<" + s.sums_type() + "> " + word + "_sums;\n";
    if (s.has_kept()) text += "nn::AlignedBuffer<" + s.kept_type() + "> " + word + "_kept;\n";
    return text;
  }
  std::string allocate(const Surface& s, const std::string& word) const {
    std::string text = word + "_tiles = nn::AlignedBuffer<" + s.tile_type() + ">(workers);\n";
    if (s.has_sums()) text += word + "_sums = nn::AlignedBuffer<" + s.sums_type() + ">(workers);\n";
    if (s.has_kept()) text += word + "_kept = nn::AlignedBuffer<" + s.kept_type() + ">(kChunk / T);\n";
    return text;
  }

  int64_t uniform_floats() const { return std::max(model_.backward.uniforms, model_.step ? model_.step->uniforms : 0); }

  /// Outputs of the parameters as they are now.
  std::string run_forward() const {
    std::string before = infer_.program().uniforms > 0 ? "uniform_values.clear_to_zero();\n" : "";
    if (infer_.has_before())
      before += "infer_before(weights.data(), flat_gradient.data(), uniform_values.data(), 1.0f);\n";
    return fill(R"text(

void run_forward([[maybe_unused]] const Inputs& in, const Outputs& out, std::size_t count_all) {
  $before$
  executor->run(static_cast<int>((count_all + T - 1) / T), [&](int tile, int worker) {
    InferTile& t = infer_tiles[static_cast<std::size_t>(worker)];
    const std::size_t first = static_cast<std::size_t>(tile) * T;
    [[maybe_unused]] const int count = static_cast<int>(std::min<std::size_t>(T, count_all - first));
    $loads$
    infer_tile(weights.data(), t$uniform$);
    $stores$
  });
}
)text",
                {{"before", before},
                 {"loads", load_inputs(infer_, program_)},
                 {"uniform", infer_.program().uniforms > 0 ? ", uniform_values.data()" : ""},
                 {"stores", store_outputs(infer_, program_)}});
  }

  const Model& model_;
  const sema::Program& program_;
  std::string real_;  // what reals are computed in
  const Surface& infer_;
  const Surface& backward_;
  const Surface* step_;
  Optimizers& optimizers_;
};

}  // namespace

std::string trainer(const Model& model, const Surface& infer, const Surface& backward, const Surface* step,
                    Optimizers& optimizers) {
  return TrainerPrinter(model, infer, backward, step, optimizers).print();
}

}  // namespace nnc::emit::cpp
