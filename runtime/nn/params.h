// The parameters of a model as a table: names, shapes, places in the flat buffer, first values; in and out of files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "init.h"
#include "weights_file.h"

namespace nn {
inline namespace NN_ISA {

/// How a parameter starts.
enum class Start { kUniform, kNormal, kConstant, kGiven };

/// One parameter: `size` floats from `offset` on in the flat buffer, row-major.
struct Param {
  const char* name;
  std::size_t offset;
  std::size_t size;
  int rank;
  std::uint64_t shape[8];
  Start start;
  double a;              // low, sigma or the constant
  double b;              // high
  std::uint32_t stream;  // its random stream
  const float* given;    // `size` numbers

  TensorShape tensor_shape() const { return TensorShape(shape, shape + rank); }
};

/// Fills the flat buffer with the first values that a seed gives.
inline void start_params(const Param* params, std::size_t count, std::uint64_t seed, float* flat) {
  for (std::size_t p = 0; p < count; ++p) {
    const Param& param = params[p];
    float* w = flat + param.offset;
    const RandomStream stream{seed, param.stream};
    switch (param.start) {
      case Start::kUniform:
        if (param.a == -param.b) {
          fill_uniform(w, param.size, stream, param.b);
        } else {
          fill_uniform(w, param.size, stream, param.a, param.b);
        }
        break;
      case Start::kNormal:
        fill_normal(w, param.size, stream, param.a);
        break;
      case Start::kConstant:
        fill_constant(w, param.size, param.a);
        break;
      case Start::kGiven:
        std::memcpy(w, param.given, param.size * sizeof(float));
        break;
    }
  }
}

/// Adds the parameters to a file.
inline void write_params(WeightsWriter& file, const Param* params, std::size_t count, const float* flat) {
  for (std::size_t p = 0; p < count; ++p) file.add(params[p].name, params[p].tensor_shape(), flat + params[p].offset);
}

/// Asks a file for the parameters.
inline void want_params(std::vector<WantedTensor>& wanted, const Param* params, std::size_t count, float* flat) {
  for (std::size_t p = 0; p < count; ++p) {
    wanted.emplace_back(params[p].name, params[p].tensor_shape(), flat + params[p].offset);
  }
}

/// Throws FileError if the file says that it belongs to another model.
inline void check_model(const WeightsFile& file, const std::string& path, const char* model) {
  const auto found = file.metadata().find("model");
  if (found != file.metadata().end() && found->second != model) {
    throw FileError(path + ": expected weights of model `" + model + "`, found those of `" + found->second + "`");
  }
}

/// The count of updates in a trainer's file. Throws FileError where there is none, or one below 0.
NN_COLD inline std::int64_t read_step(const WeightsFile& file, const std::string& path) {
  std::int64_t step = 0;
  file.load({WantedTensor("step", TensorShape(), &step)});
  if (step < 0) throw FileError(path + ": tensor `step`: expected a count of updates, found " + std::to_string(step));
  return step;
}

}  // namespace NN_ISA
}  // namespace nn
