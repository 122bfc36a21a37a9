// Parameters, and what an optimizer keeps, from and to files.
#include "compiler/emit/cuda/parts.h"

namespace nnc::emit::cuda {

std::string files(const Parts& parts) {
  std::string states;
  for (const StateArray& s : parts.updates.states) {
    std::string shape;
    for (int64_t e : s.shape) shape += (shape.empty() ? "" : ", ") + std::to_string(e);
    states += "{\"" + s.file_name + "\", " + std::to_string(s.offset) + ", " + std::to_string(s.count) + ", " +
              std::to_string(s.shape.size()) + ", {" + shape + "}, nn::Start::kConstant, 0.0, 0.0, 0u, nullptr},\n";
  }
  std::string write_states, want_states, upload_states, table;
  if (!states.empty()) {
    table = fill(R"text(

namespace {

/// What the optimizer keeps, as parameters of the state buffer.
constexpr nn::Param kStates[] = {
  $states$
};

}  // namespace
)text",
                 {{"states", states}});
    write_states =
        "std::vector<float> state(trainer.state_->state.size());\ntrainer.state_->state.download(state.data(), "
        "stream);\n";
    want_states =
        "std::vector<float> state(trainer.state_->state.size());\nnn::want_params(wanted, kStates, "
        "std::size(kStates), state.data());\n";
    upload_states = "trainer.state_->state.upload(state.data(), stream);\n";
  }
  return table + fill(R"text(

Weights load(const std::string& path) {
  const nn::WeightsFile file = nn::WeightsFile::read(path);
  nn::check_model(file, path, "$model$");
  Weights weights;
  std::vector<nn::WantedTensor> wanted;
  nn::want_params(wanted, kParams, kParamCount, weights.data());
  file.load(wanted);
  return weights;
}

void save(const std::string& path, const Weights& weights) {
  nn::WeightsWriter file;
  file.set_metadata("format", "nnc 1");
  file.set_metadata("model", "$model$");
  nn::write_params(file, kParams, kParamCount, weights.data());
  file.write(path);
}

void save(const std::string& path, const Trainer& trainer, cudaStream_t stream) {
  nn::WeightsWriter file;
  file.set_metadata("format", "nnc 1");
  file.set_metadata("model", "$model$");
  $write_states$
  const Weights weights = trainer.weights(stream);
  const auto steps = static_cast<std::int64_t>(trainer.steps(stream));
  nn::write_params(file, kParams, kParamCount, weights.data());
  $add_states$
  file.add("step", {}, &steps);
  file.write(path);
}

void restore(Trainer& trainer, const std::string& path, cudaStream_t stream) {
  const nn::WeightsFile file = nn::WeightsFile::read(path);
  nn::check_model(file, path, "$model$");
  Weights weights;
  nn::cuda::StepState step{};
  std::vector<nn::WantedTensor> wanted;
  nn::want_params(wanted, kParams, kParamCount, weights.data());
  $want_states$
  wanted.emplace_back("step", nn::TensorShape(), &step.step);
  file.load(wanted);
  trainer.state_->weights.upload(weights.data(), stream);
  $upload_states$
  trainer.state_->step.upload(&step, stream);
  trainer.state_->gradient.clear(stream);
  nn::cuda::check(cudaStreamSynchronize(stream), "wait for the device");
}
)text",
                      {{"model", parts.program().name},
                       {"write_states", write_states},
                       {"add_states",
                        states.empty() ? "" : "nn::write_params(file, kStates, std::size(kStates), state.data());\n"},
                       {"want_states", want_states},
                       {"upload_states", upload_states}});
}

}  // namespace nnc::emit::cuda
