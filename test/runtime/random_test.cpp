// Random numbers and first values of parameters, bit for bit as test/conformance/random.json has them.
#include "nn/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "nn/init.h"

namespace {

using nlohmann::json;

const json& cases() {
  static const json all = json::parse(std::ifstream("conformance/random.json"));
  return all;
}
const json& case_named(const std::string& name) {
  for (const json& c : cases()) {
    if (c["name"] == name) return c;
  }
  throw std::out_of_range("no case " + name);
}

TEST(Random, philox_gives_the_known_answers) {
  for (const char* name : {"philox4x32_10_known_answers", "philox4x32_10_blocks"}) {
    const json& c = case_named(name);
    for (std::size_t i = 0; i < c["result"].size(); ++i) {
      const auto counter = c["counter"][i].get<std::vector<std::uint32_t>>(),
                 key = c["key"][i].get<std::vector<std::uint32_t>>();
      const nn::RandomBlock block = nn::philox({counter[0], counter[1], counter[2], counter[3]}, {key[0], key[1]});
      for (std::size_t w = 0; w < 4; ++w) EXPECT_EQ(block.word[w], c["result"][i][w].get<std::uint32_t>());
    }
  }
}

TEST(Random, words_and_uniforms_follow_seed_parameter_and_element) {
  const json& c = case_named("words_by_seed_parameter_element");
  for (std::size_t i = 0; i < c["word"].size(); ++i) {
    const std::uint32_t word =
        nn::random_word(c["seed"][i].get<std::uint64_t>(), c["parameter"][i].get<std::uint32_t>(),
                        c["element"][i].get<std::uint64_t>());
    EXPECT_EQ(word, c["word"][i].get<std::uint32_t>());
    EXPECT_EQ(nn::unit_uniform(word), c["uniform"][i].get<float>());
  }
}

/// Fills a parameter as the case's initialiser says; false for one that draws no numbers.
bool fill(const json& c, std::vector<float>& w, const std::vector<int>& shape, nn::RandomStream stream) {
  const std::string name = c["init"]["function"];
  const json& arguments = c["init"]["arguments"];
  const auto argument = [&](const char* key, double otherwise) { return arguments.value(key, otherwise); };
  // Fan-in and fan-out are those of the layer's weight, for its offset too.
  const auto weight = c["parameters"]["linear_0.weight"]["shape"].get<std::vector<int>>();
  const double n = weight[1], m = weight[0], slope = argument("slope", 0),
               kaiming = std::sqrt(6 / ((1 + slope * slope) * n));
  const double xavier = argument("gain", 1) * std::sqrt(6 / (n + m));
  static_cast<void>(shape);
  if (name == "fan_in_uniform")
    nn::fill_uniform(w.data(), w.size(), stream, 1 / std::sqrt(n));
  else if (name == "xavier_uniform")
    nn::fill_uniform(w.data(), w.size(), stream, xavier);
  else if (name == "kaiming_uniform")
    nn::fill_uniform(w.data(), w.size(), stream, kaiming);
  else if (name == "siren_first")
    nn::fill_uniform(w.data(), w.size(), stream, 1 / n);
  else if (name == "siren")
    nn::fill_uniform(w.data(), w.size(), stream, std::sqrt(6 / n) / argument("frequency", 30));
  else if (name == "xavier_normal")
    nn::fill_normal(w.data(), w.size(), stream, xavier / std::sqrt(3));
  else if (name == "kaiming_normal")
    nn::fill_normal(w.data(), w.size(), stream, kaiming / std::sqrt(3));
  else if (name == "uniform")
    nn::fill_uniform(w.data(), w.size(), stream, argument("low", 0), argument("high", 1));
  else if (name == "normal")
    nn::fill_normal(w.data(), w.size(), stream, argument("sigma", 1));
  else if (name == "constant")
    nn::fill_constant(w.data(), w.size(), argument("value", 0));
  else
    return false;
  return true;
}

TEST(Init, fills_parameters_as_the_conformance_cases_say) {
  int checked = 0;
  for (const json& c : cases()) {
    if (!c.contains("init")) continue;
    std::uint32_t number = 0;
    for (const char* name : {"linear_0.weight", "linear_0.offset"}) {  // in order of use
      if (!c["parameters"].contains(name)) continue;
      const auto expected = c["parameters"][name]["values"].get<std::vector<float>>();
      std::vector<float> w(expected.size());
      if (!fill(c, w, c["parameters"][name]["shape"], {c["seed"].get<std::uint64_t>(), number++})) continue;
      for (std::size_t i = 0; i < w.size(); ++i)
        ASSERT_EQ(w[i], expected[i]) << c["name"] << ", " << name << ", element " << i;
      ++checked;
    }
  }
  EXPECT_GE(checked, 20);
}

TEST(Init, a_longer_parameter_begins_with_the_shorter_one) {
  std::vector<float> five(5), nine(9);
  nn::fill_normal(five.data(), 5, {3, 4}, 0.5);
  nn::fill_normal(nine.data(), 9, {3, 4}, 0.5);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(five[i], nine[i]);
}

TEST(Init, normal_numbers_have_mean_zero_and_the_deviation_asked_for) {
  std::vector<float> w(100'000);
  nn::fill_normal(w.data(), w.size(), {11, 0}, 2.0);
  double sum = 0, squares = 0;
  for (const float x : w) sum += static_cast<double>(x), squares += static_cast<double>(x) * static_cast<double>(x);
  EXPECT_NEAR(sum / 1e5, 0, 0.03);
  EXPECT_NEAR(squares / 1e5, 4, 0.06);
}

}  // namespace
