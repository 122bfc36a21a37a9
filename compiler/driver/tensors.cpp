#include "compiler/driver/tensors.h"

#include <cstdint>
#include <cstring>

#include "nn/half.h"
#include "nn/weights_file.h"

namespace nnc::driver {
namespace {

template <class T>
double to_double(T value) {
  return static_cast<double>(value);
}
double to_double(nn::f16 value) { return static_cast<double>(nn::to_float(value)); }
double to_double(nn::bf16 value) { return static_cast<double>(nn::to_float(value)); }

template <class T>
void convert(const nn::StoredTensor& tensor, std::vector<double>& numbers) {
  for (size_t at = 0; at < tensor.bytes; at += sizeof(T)) {
    T value;
    std::memcpy(&value, tensor.data + at, sizeof value);
    numbers.push_back(to_double(value));
  }
}

struct Conversion {
  nn::Dtype dtype;
  void (*convert)(const nn::StoredTensor& tensor, std::vector<double>& numbers);
};
constexpr Conversion kConversions[] = {
    {nn::Dtype::kF64, convert<double>},        {nn::Dtype::kF32, convert<float>},
    {nn::Dtype::kF16, convert<nn::f16>},       {nn::Dtype::kBF16, convert<nn::bf16>},
    {nn::Dtype::kI32, convert<std::int32_t>},  {nn::Dtype::kI64, convert<std::int64_t>},
    {nn::Dtype::kU32, convert<std::uint32_t>}, {nn::Dtype::kU8, convert<std::uint8_t>},
};

}  // namespace

ir::Values read_tensors(const std::string& path) {
  const nn::WeightsFile file = nn::WeightsFile::read(path);
  ir::Values values;
  for (const nn::StoredTensor& tensor : file.tensors()) {
    ir::Array& array = values[tensor.name];
    array.shape.assign(tensor.shape.begin(), tensor.shape.end());
    bool is_known = false;
    for (const Conversion& conversion : kConversions) {
      if (conversion.dtype != tensor.dtype) continue;
      conversion.convert(tensor, array.elements);
      is_known = true;
    }
    if (!is_known) {
      throw nn::FileError(path + ": tensor `" + tensor.name +
                          "`: expected F64, F32, F16, BF16, I32, I64, U32 or U8, found " + nn::info(tensor.dtype).name);
    }
  }
  return values;
}

std::string tensors_file(const ir::Values& values) {
  nn::WeightsWriter writer;
  for (const auto& [name, array] : values) {
    writer.add(name, nn::TensorShape(array.shape.begin(), array.shape.end()), array.elements.data());
  }
  return writer.bytes();
}

}  // namespace nnc::driver
