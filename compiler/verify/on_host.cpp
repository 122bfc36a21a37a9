// The text of the adapter: each call of the host's interface as a call of the device's, and a wait.
#include "compiler/verify/on_host.h"

#include "compiler/emit/batch.h"
#include "compiler/emit/interface.h"
#include "compiler/emit/text.h"

namespace nnc::verify {
namespace {

using emit::identifier;

/// struct <type> of host rows, and on_device of it.
std::string rows_struct(const std::string& type, const std::string& fields, const std::vector<std::string>& names) {
  std::string members;
  for (const std::string& name : names)
    members += (members.empty() ? "" : ", ") + std::string("on_device(rows.") + identifier(name) + ")";
  return "struct " + type + " {\n" + fields + "};\ninline device::" + type + " on_device([[maybe_unused]] const " +
         type + "& rows) { return {" + members + "}; }\n\n";
}

/// Whether members of two structs differ, `here` and `other`: compared one by one, between them there may be gaps.
std::string differs(const std::vector<std::string>& members) {
  std::string text;
  for (const std::string& member : members) {
    const std::string field = identifier(member);
    text += (text.empty() ? "" : " || ") + std::string("std::memcmp(&here.") + field + ", &other." + field +
            ", sizeof here." + field + ") != 0";
  }
  return text;
}

/// `differentiate` in a kernel, and on the host.
std::string differentiate_text(const std::vector<std::string>& real_inputs) {
  return emit::fill(R"text(

__global__ void differentiate_kernel(device::Parameters network, device::Sample sample, device::ResultGradient gradient, device::SampleGradient* result) {
  *result = device::differentiate(network, sample, gradient);
}
inline SampleGradient differentiate(const Network& network, const Sample& sample, const ResultGradient& gradient) {
  device::Sample one;
  std::memcpy(static_cast<void*>(&one), &sample, sizeof one);
  device::ResultGradient from;
  static_assert(sizeof from == sizeof gradient, "numbers, one behind the other");
  std::memcpy(static_cast<void*>(&from), &gradient, sizeof from);
  nn::cuda::DeviceBuffer<device::SampleGradient> there(1);
  nn::cuda::launch(differentiate_kernel, 1, 1, nullptr, network.on_device(), one, from, there.data());
  const device::SampleGradient here = device::differentiate(network, one, from);
  device::SampleGradient other;
  there.download(&other, nullptr);
  wait();
  if ($differs$) throw std::logic_error("differentiate differs between the sides");
  SampleGradient result;
  static_assert(sizeof result == sizeof here, "numbers, one behind the other");
  std::memcpy(static_cast<void*>(&result), &here, sizeof result);
  return result;
}
)text",
                    {{"differs", differs(real_inputs)}});
}

}  // namespace

std::string on_host_text(const Plan& plan) {
  const sema::Program& program = *plan.program;
  const std::string& name = plan.name;
  std::vector<std::string> inputs, real_inputs, targets, outputs, real_outputs;
  for (const sema::Tensor* input : emit::real_inputs(program)) real_inputs.push_back(input->name);
  for (const sema::Output& output : emit::real_outputs(program)) real_outputs.push_back(output.name);
  for (const sema::Tensor* t : program.inputs) inputs.push_back(t->name);
  for (const sema::Tensor* t : program.targets) targets.push_back(emit::target_name(*t));
  for (const sema::Output& o : program.outputs) outputs.push_back(o.name);
  std::string structs =
      rows_struct("Inputs", emit::rows_fields(program.inputs, true), inputs) +
      rows_struct("Outputs", emit::output_rows_fields(program.outputs, false), outputs) +
      rows_struct("OutputGradients",
                  emit::output_rows_fields(emit::real_outputs(program), true, "nn::Rows", emit::Of::gradients),
                  real_outputs) +
      rows_struct("InputGradients",
                  emit::rows_fields(emit::real_inputs(program), false, "nn::Rows", emit::Of::gradients), real_inputs);
  if (program.loss) structs += rows_struct("Targets", emit::rows_fields(program.targets, true), targets);
  std::string gradients, differentiate;
  if (emit::has_derivative(program)) {
    gradients = "struct ResultGradient {\n" + emit::result_fields(emit::real_outputs(program), emit::Of::gradients) +
                "};\nstruct SampleGradient {\n" + emit::sample_fields(emit::real_inputs(program), emit::Of::gradients) +
                "};\n";
    differentiate = differentiate_text(real_inputs);
  }
  std::string step = program.loss ? R"text(
  Step step(const Inputs& in, const Targets& target) {
    enqueue([&] { trainer_.step(nullptr, on_device(in), on_device(target)); });
    return trainer_.last_step(nullptr);
  })text"
                                  : "";
  return emit::fill(R"text(
// $name$ on the device, called as if it ran on the host: they share the memory that rows lie in.
#include "$name$.h"

#include <array>
#include <cstring>
#include <stdexcept>
#include <vector>

#ifdef NN_CUDA_SHIM
#include "control.h"
#endif
#include "nn/cuda/launch.h"
#include "nn/view.h"

namespace $name$_on_host {

namespace device = ::$name$;

inline void wait() { nn::cuda::check(cudaDeviceSynchronize(), "wait for the device"); }

#ifdef NN_CUDA_SHIM

/// A step neither allocates nor waits.
template <class Step>
void enqueue(const Step& step) {
  const auto before = cuda_shim::counts();
  step();
  const auto after = cuda_shim::counts();
  if (after.allocations != before.allocations || after.synchronizations != before.synchronizations) {
    throw std::logic_error("a step allocates or waits");
  }
}
using run::Memory;
using run::place;

inline const float* readable(const device::Trainer& trainer, std::vector<float>&) { return trainer.gradients(); }

#else

template <class Step>
void enqueue(const Step& step) {
  step();
}
struct Release {
  void operator()(void* memory) const { cudaFree(memory); }
};
using Memory = std::unique_ptr<void, Release>;
inline void* place(Memory& memory, std::size_t bytes) {
  wait();
  void* data = nullptr;
  nn::cuda::check(cudaMallocManaged(&data, bytes + 1), "allocate memory that both sides share");
  memory.reset(data);
  return data;
}
inline const float* readable(const device::Trainer& trainer, std::vector<float>& copy) {
  copy.resize(device::Weights::kSize + 1);
  nn::cuda::check(cudaMemcpy(copy.data(), trainer.gradients(), device::Weights::kSize * sizeof(float), cudaMemcpyDeviceToHost), "copy from the device");
  return copy.data();
}

#endif

template <class E, int N>
nn::cuda::Rows<E, N> on_device(const nn::Rows<E, N>& rows) {
  return {rows.data(), rows.size(), rows.row_stride(), rows.element_stride()};
}

$structs$
struct Sample {
  $sample$
};
struct Result {
  $result$
};
$gradients$
using device::Step;
using device::Weights;
struct Options {
  int threads = 1;
};

class Trainer {
 public:
  explicit Trainer(const Weights& weights, const Options& = {}) : trainer_(weights) {}
  $step$
  void forward(const Inputs& in, const Outputs& out) {
    trainer_.forward(nullptr, on_device(in), on_device(out));
    wait();
  }
  void backward(const OutputGradients& out, const InputGradients& in = {}) {
    trainer_.backward(nullptr, on_device(out), on_device(in));
    wait();
  }
  bool update() {
    const std::uint64_t before = steps();
    trainer_.update(nullptr);
    return steps() != before;
  }
  Weights weights() const { return trainer_.weights(nullptr); }
  Weights inference_weights() const { return trainer_.inference_weights(nullptr); }
  const float* gradients() const { return readable(trainer_, gradients_); }
  std::uint64_t steps() const { return trainer_.steps(nullptr); }

  device::Trainer trainer_;

 private:
  mutable std::vector<float> gradients_;
};

using device::Network;
using device::Workspace;
inline void infer(const Network& network, const Inputs& in, const Outputs& out, Workspace& workspace) {
  device::infer(nullptr, network, on_device(in), on_device(out), workspace);
  wait();
}

/// A sample in a kernel; the host's function must give the same.
__global__ void evaluate_kernel(device::Parameters network, device::Sample sample, device::Result* result) {
  *result = device::evaluate(network, sample);
}
inline Result evaluate(const Network& network, const Sample& sample) {
  device::Sample one;
  std::memcpy(static_cast<void*>(&one), &sample, sizeof one);
  nn::cuda::DeviceBuffer<device::Result> there(1);
  nn::cuda::launch(evaluate_kernel, 1, 1, nullptr, network.on_device(), one, there.data());
  const device::Result here = device::evaluate(network, one);
  device::Result other;
  there.download(&other, nullptr);
  wait();
  if ($differs$) throw std::logic_error("evaluate differs between the sides");
  Result result;
  static_assert(sizeof result == sizeof here, "numbers, one behind the other");
  std::memcpy(static_cast<void*>(&result), &here, sizeof result);
  return result;
}

$differentiate$

using device::load;
inline void save(const std::string& path, const Weights& weights) { device::save(path, weights); }
inline void save(const std::string& path, const Trainer& trainer) { device::save(path, trainer.trainer_); }
inline void restore(Trainer& trainer, const std::string& path) { device::restore(trainer.trainer_, path); }

}  // namespace $name$_on_host
)text",
                    {{"name", name},
                     {"structs", structs},
                     {"sample", emit::sample_fields(program.inputs)},
                     {"result", emit::result_fields(program.outputs)},
                     {"gradients", gradients},
                     {"differs", differs(outputs)},
                     {"differentiate", differentiate},
                     {"step", step}});
}

}  // namespace nnc::verify
