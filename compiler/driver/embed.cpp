#include "compiler/driver/embed.h"

#include <filesystem>
#include <vector>

#include "nn/params.h"

namespace nnc::driver {

void embed_weights(emit::Model& model, const std::string& path, Diagnostics& diagnostics) {
  std::vector<float> numbers(static_cast<size_t>(model.param_floats));
  try {
    const nn::WeightsFile file = nn::WeightsFile::read(path);
    nn::check_model(file, path, model.program->name.c_str());
    std::vector<nn::WantedTensor> wanted;
    for (const emit::Param& param : model.params) {
      wanted.emplace_back(param.tensor->name, nn::TensorShape(param.tensor->shape.begin(), param.tensor->shape.end()),
                          numbers.data() + param.offset);
    }
    file.load(wanted);
  } catch (const nn::FileError& error) {
    diagnostics.error(DiagnosticKind::UnreadableFile, {}, error.what());
    return;
  }
  model.embedded = std::move(numbers);
  model.embedded_from = std::filesystem::path(path).filename().string();
}

}  // namespace nnc::driver
