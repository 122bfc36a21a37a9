// Weights files: what is written is read again, and a file that PyTorch wrote is read as its description says.
#include "nn/weights_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "nn/params.h"

namespace {

using nlohmann::json;
using nn::WeightsFile;

/// A number of weights_torch.json: JSON has no NaN and no infinities.
float number(const json& j) {
  return j.is_string() ? std::strtof(j.get<std::string>().c_str(), nullptr) : j.get<float>();
}

TEST(WeightsFile, reads_what_pytorch_wrote) {
  const json description = json::parse(std::ifstream("conformance/weights_torch.json"))[0];
  const WeightsFile file = WeightsFile::read("conformance/weights_torch.safetensors");
  EXPECT_EQ(file.metadata(), (description["metadata"].get<std::map<std::string, std::string>>()));
  EXPECT_EQ(file.tensors().size(), description["tensors"].size());
  for (const auto& [name, expected] : description["tensors"].items()) {
    const nn::StoredTensor* tensor = file.find(name);
    ASSERT_NE(tensor, nullptr) << name;
    EXPECT_STREQ(nn::info(tensor->dtype).name, expected["type"].get<std::string>().c_str());
    std::vector<float> values(expected["values"].size());
    file.load({{name, expected["shape"].get<nn::TensorShape>(), values.data()}});
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float e = number(expected["values"][i]);
      EXPECT_TRUE(values[i] == e || (std::isnan(values[i]) && std::isnan(e))) << name << ", element " << i;
    }
  }
}

TEST(WeightsFile, reads_back_what_was_written) {
  const std::string path = testing::TempDir() + "weights_round_trip.safetensors";
  const float weight[6] = {1, -2, 3.5f, 1e-40f, 1e30f, -0.0f};
  const double exact[2] = {1.0 / 3, 1e300};
  const nn::f16 half[3] = {nn::to_f16(0.1f), nn::to_f16(-2.0f), nn::to_f16(65504.0f)};
  const nn::bf16 brain[1] = {nn::to_bf16(3.0f)};
  const std::int32_t steps[2] = {7, -7};
  const std::int64_t large[1] = {std::int64_t{1} << 40};
  const std::uint8_t flag[1] = {1};
  const std::uint32_t unsigned_number = 0xffffffffu;
  nn::WeightsWriter writer;
  writer.set_metadata("model", "Image");
  writer.set_metadata("quote \" backslash \\ newline \n", "µ");
  writer.add("flag", {1}, flag);  // the smallest type first: the writer puts it last
  writer.add("linear_0.weight", {2, 3}, weight);
  writer.add("exact", {2}, exact);
  writer.add("half", {3}, half);
  writer.add("brain", {1}, brain);
  writer.add("steps", {2}, steps);
  writer.add("large", {}, large);
  writer.add("unsigned", {1, 1, 1}, &unsigned_number);
  writer.add("empty", {0, 3}, weight);
  writer.write(path);

  const WeightsFile file = WeightsFile::read(path);
  EXPECT_EQ(file.metadata().at("model"), "Image");
  EXPECT_EQ(file.metadata().at("quote \" backslash \\ newline \n"), "µ");
  float weight_read[6], half_as_float[3], brain_as_float[1], exact_as_float[2];
  double exact_read[2];
  std::int32_t steps_read[2];
  std::int64_t large_read[1], steps_as_large[2];
  std::uint8_t flag_read[1];
  std::uint32_t unsigned_read;
  file.load({{"linear_0.weight", {2, 3}, weight_read},
             {"half", {3}, half_as_float},
             {"brain", {1}, brain_as_float},
             {"exact", {2}, exact_read},
             {"exact", {2}, exact_as_float},
             {"steps", {2}, steps_read},
             {"steps", {2}, steps_as_large},
             {"large", {}, large_read},
             {"flag", {1}, flag_read},
             {"unsigned", {1, 1, 1}, &unsigned_read},
             {"empty", {0, 3}, weight_read}});
  for (int i = 0; i < 6; ++i) EXPECT_EQ(nn::float_bits(weight_read[i]), nn::float_bits(weight[i]));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(half_as_float[i], nn::to_float(half[i]));
  EXPECT_EQ(brain_as_float[0], 3.0f);
  EXPECT_EQ(exact_read[1], 1e300);
  EXPECT_EQ(exact_as_float[0], 1.0f / 3.0f);
  EXPECT_EQ(steps_read[1], -7);
  EXPECT_EQ(steps_as_large[1], -7);
  EXPECT_EQ(large_read[0], std::int64_t{1} << 40);
  EXPECT_EQ(flag_read[0], 1);
  EXPECT_EQ(unsigned_read, 0xffffffffu);
  for (const nn::StoredTensor& t : file.tensors()) {
    EXPECT_EQ(static_cast<std::size_t>(t.data - file.tensors()[0].data) % nn::info(t.dtype).size, 0u) << t.name;
  }
  std::remove(path.c_str());
}

TEST(WeightsFile, of_no_tensors_is_a_file) {
  EXPECT_TRUE(WeightsFile::parse(nn::WeightsWriter().bytes()).tensors().empty());
}

TEST(WeightsFile, loads_all_or_nothing) {
  const float weight[2] = {1, 2};
  nn::WeightsWriter writer;
  writer.add("a", {2}, weight);
  const WeightsFile file = WeightsFile::parse(writer.bytes());
  float a[2] = {7, 7}, b[1];
  EXPECT_THROW(file.load({{"a", {2}, a}, {"b", {1}, b}}), nn::FileError);
  EXPECT_EQ(a[0], 7.0f);
}

TEST(WeightsFile, says_what_is_missing_or_of_another_shape_or_type) {
  const float weight[6] = {};
  const std::int32_t steps[1] = {};
  nn::WeightsWriter writer;
  writer.add("w", {2, 3}, weight);
  writer.add("steps", {1}, steps);
  const WeightsFile file = WeightsFile::parse(writer.bytes(), "image.safetensors");
  const auto complaint = [&](const nn::WantedTensor& wanted) {
    try {
      file.load({wanted});
    } catch (const nn::FileError& e) { return std::string(e.what()); }
    return std::string();
  };
  float out[6];
  std::int32_t whole[6];
  EXPECT_EQ(complaint({"v", {3}, out}), "image.safetensors: tensor `v`: expected F32 [3], found no such tensor");
  EXPECT_EQ(complaint({"w", {3, 2}, out}), "image.safetensors: tensor `w`: expected shape [3, 2], found [2, 3]");
  EXPECT_EQ(complaint({"w", {6}, out}), "image.safetensors: tensor `w`: expected shape [6], found [2, 3]");
  EXPECT_EQ(complaint({"w", {2, 3}, whole}), "image.safetensors: tensor `w`: expected I32, found F32");
  EXPECT_EQ(complaint({"steps", {1}, out}), "image.safetensors: tensor `steps`: expected F32, found I32");
}

TEST(WeightsFile, that_cannot_be_written_leaves_the_old_one) {
  const std::string folder = testing::TempDir() + "no_such_folder";
  EXPECT_THROW(nn::WeightsWriter().write(folder + "/w.safetensors"), nn::FileError);
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(WeightsFile, is_replaced_as_a_whole) {
  const std::string path = testing::TempDir() + "weights_replaced.safetensors";
  const float one[1] = {1}, two[2] = {2, 3};
  nn::WeightsWriter first, second;
  first.add("w", {1}, one);
  first.write(path);
  second.add("w", {2}, two);
  second.write(path);
  float w[2];
  WeightsFile::read(path).load({{"w", {2}, w}});
  EXPECT_EQ(w[1], 3.0f);
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::remove(path.c_str());
}

TEST(WeightsFile, in_the_making_has_a_name_that_nobody_has) {
  const std::string path = testing::TempDir() + "weights_beside.safetensors";
  std::ofstream(path + ".part") << "somebody's";
  const float one[1] = {1};
  nn::WeightsWriter writer;
  writer.add("w", {1}, one);
  writer.write(path);
  std::string text;
  std::getline(std::ifstream(path + ".part"), text);
  EXPECT_EQ(text, "somebody's");
  EXPECT_FALSE(std::filesystem::exists(path + ".part2"));
  std::filesystem::remove(path);
  std::filesystem::remove(path + ".part");
}

TEST(WeightsFile, stays_readable_when_it_is_moved) {
  const float numbers[1] = {5};
  nn::WeightsWriter writer;
  writer.add("w", {1}, numbers);
  WeightsFile file = WeightsFile::parse(writer.bytes());
  const WeightsFile moved = std::move(file);
  float w[1];
  moved.load({{"w", {1}, w}});
  EXPECT_EQ(w[0], 5.0f);
}

TEST(WeightsWriter, refuses_a_name_given_twice) {
  const float numbers[1] = {5};
  nn::WeightsWriter writer;
  writer.add("w", {1}, numbers);
  EXPECT_THROW(writer.add("w", {1}, numbers), std::invalid_argument);
  EXPECT_THROW(writer.add("__metadata__", {1}, numbers), std::invalid_argument);
}

TEST(WeightsFile, a_count_of_updates_is_not_negative) {
  auto file_of = [](std::int64_t step) {
    nn::WeightsWriter writer;
    writer.add("step", {}, &step);
    return nn::WeightsFile::parse(writer.bytes(), "trained");
  };
  EXPECT_EQ(nn::read_step(file_of(7), "trained"), 7);
  try {
    nn::read_step(file_of(-1), "trained");
    FAIL();
  } catch (const nn::FileError& error) {
    EXPECT_STREQ(error.what(), "trained: tensor `step`: expected a count of updates, found -1");
  }
}

}  // namespace
