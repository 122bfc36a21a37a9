// Parameters, and what an optimizer keeps, from and to files.
#include "compiler/emit/cuda/parts.h"
#include "compiler/emit/interface.h"

namespace nnc::emit::cuda {

std::string files(const Parts& parts) {
  const bool has_states = !parts.updates.states.empty();
  std::string write_states, want_states, upload_states;
  if (has_states) {
    write_states =
        "std::vector<float> state(trainer.state_->state.size());\ntrainer.state_->state.download(state.data(), "
        "stream);\n";
    want_states =
        "std::vector<float> state(trainer.state_->state.size());\nnn::want_params(wanted, kStates, "
        "std::size(kStates), state.data());\n";
    upload_states = "trainer.state_->state.upload(state.data(), stream);\n";
  }
  std::string download_numbers, write_numbers;
  for (const Numbers& numbers : parts.numbers) {
    if (numbers.kept().empty()) continue;
    const std::string one = numbers.variable();
    download_numbers += numbers.type() + " " + one + ";\ntrainer.state_->" + one + ".download(&" + one + ", stream);\n";
    want_states += numbers.type() + " " + one + ";\n";
    upload_states += "trainer.state_->" + one + ".upload(&" + one + ", stream);\n";
    for (const auto& kept : numbers.kept()) {
      const std::string field = "&" + one + "." + kept.field + ");\n";
      write_numbers += "file.add(\"" + kept.file_name + "\", {}, " + field;
      want_states += "wanted.emplace_back(\"" + kept.file_name + "\", nn::TensorShape(), " + field;
    }
  }
  write_states += download_numbers;
  return state_table(parts.updates) + weights_files(parts.model) +
         fill(
             R"text(

NN_COLD void save(const std::string& path, const Trainer& trainer, cudaStream_t stream) {
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

NN_COLD void restore(Trainer& trainer, const std::string& path, cudaStream_t stream) {
  const nn::WeightsFile file = nn::WeightsFile::read(path);
  nn::check_model(file, path, "$model$");
  Weights weights;
  const nn::cuda::StepState step{nn::read_step(file, path), 0};
  std::vector<nn::WantedTensor> wanted;
  nn::want_params(wanted, kParams, kParamCount, weights.data());
  $want_states$
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
               (!has_states ? "" : "nn::write_params(file, kStates, std::size(kStates), state.data());\n") +
                   write_numbers},
              {"want_states", want_states},
              {"upload_states", upload_states}});
}

}  // namespace nnc::emit::cuda
