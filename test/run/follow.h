// Follows the trajectory of a conformance case: weights and batches or gradients from a file, what is saved after each
// step to another.
#pragma once

#include <string>

#include "compiler/verify/drive.h"

namespace run {

/// The tensors of a file whose names begin so.
struct Part {
  const nn::WeightsFile& file;
  std::string prefix;
  const nn::StoredTensor* find(const std::string& name) const { return file.find(prefix + name); }
};

inline void copy(const nn::WeightsFile& file, const std::string& name, float* to, std::size_t size) {
  const nn::StoredTensor* stored = file.find(name);
  if (stored == nullptr || stored->bytes != size * sizeof(double)) throw nn::FileError("no " + name);
  for (std::size_t i = 0; i < size; ++i) {
    double number;
    std::memcpy(&number, stored->data + i * sizeof number, sizeof number);
    to[i] = static_cast<float>(number);
  }
}
inline int number_of(const nn::WeightsFile& file, const std::string& name) {
  float number;
  copy(file, name, &number, 1);
  return static_cast<int>(number);
}

/// The tensors of the file that begin with `prefix`: `<param>`, `steps`, `rows`, then for step k `<k>.<input>` and
/// `<k>.target.<output>`, or, where `rows` is 0, `<k>.gradient.<param>`, which goes to the update as it stands.
template <class M>
void follow(const nn::WeightsFile& in, const std::string& prefix, const std::string& scratch, nn::WeightsWriter& out) {
  typename M::Weights weights(0);
  M::params(weights, [&](const char* name, float* to, std::size_t size) { copy(in, prefix + name, to, size); });
  typename M::Trainer trainer(weights, typename M::Options());
  const int steps = number_of(in, prefix + "steps");
  const auto rows = static_cast<std::size_t>(number_of(in, prefix + "rows"));
  for (int k = 0; k < steps; ++k) {
    const std::string step = prefix + std::to_string(k) + ".";
    double applied, loss = 0;
    if (rows > 0) {
      Batch<M, Part> batch(Part{in, step}, rows, false);
      const auto result = trainer.step(batch.in, batch.target);
      applied = result.applied;
      loss = static_cast<double>(result.loss);
    } else {
      M::params(weights, [&](const char* name, float* place, std::size_t size) {
        float* gradients = const_cast<float*>(trainer.gradients());  // as a backward pass leaves them
        copy(in, step + "gradient." + name, gradients + (place - weights.data()), size);
      });
      applied = trainer.update();
    }
    out.add(step + "applied", {}, &applied);
    out.add(step + "loss", {}, &loss);
    M::save(scratch, trainer);
    const nn::WeightsFile saved = nn::WeightsFile::read(scratch);
    for (const nn::StoredTensor& tensor : saved.tensors()) {
      const nn::TensorShape shape(tensor.shape.begin(), tensor.shape.end());
      std::vector<char> bytes(tensor.data, tensor.data + tensor.bytes);
      if (tensor.dtype == nn::Dtype::kF32)
        out.add(step + tensor.name, shape, reinterpret_cast<const float*>(bytes.data()));
      if (tensor.dtype == nn::Dtype::kF64)
        out.add(step + tensor.name, shape, reinterpret_cast<const double*>(bytes.data()));
    }
  }
}

}  // namespace run
