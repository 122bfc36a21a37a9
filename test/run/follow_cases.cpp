#include "run/follow_cases.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "compiler/driver/tensors.h"
#include "compiler/driver/training.h"
#include "lower/case.h"

namespace nnc::test {
namespace {

/// A case with its model.
struct Followed {
  Json json;
  std::string name;    // of its namespace
  std::string prefix;  // of its tensors: "case_3."
  Generated generated;

  bool has_gradients() const { return json.contains("gradients"); }
  size_t steps() const {
    return has_gradients() ? json.at("applied").size() : json.at("loss_curve").at("values").size();
  }
};

ir::Array number(double value) { return {{}, {value}}; }

ir::Array one_of(const ir::Array& all, size_t place) {
  ir::Array one{{all.shape.begin() + 1, all.shape.end()}, {}};
  size_t size = all.elements.size() / static_cast<size_t>(all.shape[0]);
  auto first = all.elements.begin() + static_cast<std::ptrdiff_t>(place * size);
  one.elements.assign(first, first + static_cast<std::ptrdiff_t>(size));
  return one;
}

/// Rows of a batch, around the end.
ir::Array rows(const ir::Array& data, size_t first, size_t count) {
  ir::Array part{data.shape, {}};
  part.shape[0] = static_cast<int64_t>(count);
  for (size_t k = 0; k < count; ++k) {
    ir::Array row = one_of(data, (first + k) % static_cast<size_t>(data.shape[0]));
    part.elements.insert(part.elements.end(), row.elements.begin(), row.elements.end());
  }
  return part;
}

std::string param_name(const Followed& followed, const std::string& name) {
  return followed.has_gradients() ? "linear_0." + name : name;
}

/// The gradients of each call times what the optimizer multiplies the loss by: that is what a backward pass leaves.
void give_gradients(const Followed& followed, ir::Values& given) {
  ir::Values start;
  for (const auto& [name, value] : followed.json.at("parameters").items()) start["linear_0." + name] = array(value);
  driver::Training training(followed.generated.program(), start);
  for (size_t k = 0; k < followed.steps(); ++k) {
    ir::Values gradients;
    for (const auto& [name, all] : followed.json.at("gradients").items()) {
      ir::Array& gradient = gradients["linear_0." + name] = one_of(array(all), k);
      for (double& element : gradient.elements) element *= training.loss_factor();
      given[followed.prefix + std::to_string(k) + ".gradient.linear_0." + name] = gradient;
    }
    training.update(gradients);
  }
}

void give_batches(const Followed& followed, ir::Values& given) {
  const Json& json = followed.json;
  const auto count = json.at("batch").get<size_t>();
  given[followed.prefix + "rows"] = number(static_cast<double>(count));
  for (size_t k = 0; k < followed.steps(); ++k) {
    const std::string step = followed.prefix + std::to_string(k) + ".";
    for (const auto& [name, all] : json.at("input").items()) given[step + name] = rows(array(all), k * count, count);
    for (const auto& [name, all] : json.at("target").items()) {
      given[step + "target." + name] = rows(array(all), k * count, count);
    }
  }
}

ir::Values given(const std::vector<Followed>& all) {
  ir::Values values;
  for (const Followed& followed : all) {
    for (const auto& [name, value] : followed.json.at("parameters").items()) {
      values[followed.prefix + param_name(followed, name)] = array(value);
    }
    values[followed.prefix + "steps"] = number(static_cast<double>(followed.steps()));
    values[followed.prefix + "rows"] = number(0);
    if (followed.has_gradients()) {
      give_gradients(followed, values);
    } else {
      give_batches(followed, values);
    }
  }
  return values;
}

std::string main_text(const std::vector<Followed>& all, const Follower& follower) {
  std::string includes, structs, calls;
  for (const Followed& followed : all) {
    const std::string own = followed.name + follower.suffix;
    includes += "#include \"" + followed.name + follower.source + "\"\n";
    if (!follower.suffix.empty()) includes += "#include \"" + own + ".cpp\"\n";
    structs += traits_of(followed.generated, "Model_" + followed.name) + "\n";
    calls += "    run::follow<Model_" + followed.name + ">(in, \"" + followed.prefix + "\", argv[2], out);\n";
  }
  return "// The conformance cases of optimizers and of training.\n#include \"run/follow.h\"\n\n" + includes + "\n" +
         structs +
         "int main(int, char** argv) {\n  try {\n    const nn::WeightsFile in = nn::WeightsFile::read(argv[1]);\n"
         "    nn::WeightsWriter out;\n" +
         calls +
         "    out.write(argv[2]);\n  } catch (const std::exception& error) {\n"
         "    std::fprintf(stderr, \"%s\\n\", error.what());\n    return 3;\n  }\n  return 0;\n}\n";
}

Json one_of(const Json& all, size_t place) {
  ir::Array one = one_of(array(all), place);
  return {{"shape", one.shape}, {"values", one.elements}, {"scale", all.value("scale", 1e-30)}};
}

void expect_same(const ir::Values& actual, const std::string& name, const Json& expected, double tolerance) {
  auto found = actual.find(name);
  ASSERT_TRUE(found != actual.end()) << "there is no " << name;
  EXPECT_EQ(difference(found->second, expected, tolerance), "") << name;
}

void expect_case(const Followed& followed, const ir::Values& actual) {
  const Json& json = followed.json;
  const double tolerance = json.at("tolerance").at("f32").get<double>();
  SCOPED_TRACE(json.at("name").get<std::string>());
  ir::Array losses{{static_cast<int64_t>(followed.steps())}, {}};
  for (size_t k = 0; k < followed.steps(); ++k) {
    const std::string step = followed.prefix + std::to_string(k) + ".";
    losses.elements.push_back(actual.at(step + "loss").elements[0]);
    if (json.contains("applied")) {
      EXPECT_EQ(actual.at(step + "applied").elements[0] != 0, json.at("applied")[k].get<bool>()) << step;
    }
    if (json.contains("trajectory")) {
      for (const auto& [name, all] : json.at("trajectory").items()) {
        expect_same(actual, step + param_name(followed, name), one_of(all, k), tolerance);
      }
    }
    if (json.contains("loss_scale")) {
      Json scale = {{"shape", Json::array()}, {"values", {json.at("loss_scale")[k]}}};
      expect_same(actual, step + "loss_scale_0.scale", scale, 0);
    }
    if (json.contains("average") && followed.has_gradients()) {
      for (const auto& [name, all] : json.at("average").items()) {
        expect_same(actual, step + param_name(followed, name) + ".inference", one_of(all, k), tolerance);
      }
    }
  }
  const std::string last = followed.prefix + std::to_string(followed.steps() - 1) + ".";
  if (json.contains("average") && !followed.has_gradients()) {
    for (const auto& [name, all] : json.at("average").items()) {
      expect_same(actual, last + name + ".inference", all, tolerance);
    }
  }
  if (json.contains("parameters_after")) {
    for (const auto& [done, all] : json.at("parameters_after").items()) {
      for (const auto& [name, expected] : all.items()) {
        expect_same(actual, followed.prefix + std::to_string(std::stoi(done) - 1) + "." + name, expected, tolerance);
      }
    }
  }
  if (!json.contains("loss_curve")) return;
  EXPECT_EQ(difference(losses, json.at("loss_curve"), tolerance), "") << "losses";
}

}  // namespace

void expect_trajectories(const Follower& follower) {
  std::filesystem::create_directories(follower.folder);
  std::vector<Followed> all;
  for (const char* file : {"optimizers.json", "training.json"}) {
    for (const Json& json : cases(file)) {
      const std::string number = std::to_string(all.size());
      Followed& followed = all.emplace_back(Followed{json, "model_" + number, "case_" + number + ".", {}});
      followed.generated = generate_text(optimizer_model(json), followed.name, follower.folder, follower.source);
      ASSERT_EQ(followed.generated.complaints, "") << json.at("name");
      ASSERT_EQ(driver::write_files(followed.generated.trial->files), "");
    }
  }
  const std::string main = follower.folder + "/main.cpp", program = follower.folder + "/program";
  ASSERT_EQ(driver::write_files({{main, main_text(all, follower)}}), "");
  ASSERT_EQ(driver::write_files({{follower.folder + "/in.safetensors", driver::tensors_file(given(all))}}), "");
  std::string said;
  int status = run(follower.compiler + " -Wno-subobject-linkage -I" + follower.folder + " " + main + " " +
                       follower.last + " -o " + program + " -pthread",
                   follower.folder, said);
  ASSERT_EQ(status, 0) << said.substr(0, 6000);
  const std::string out = follower.folder + "/out.safetensors";
  ASSERT_EQ(run(program + " " + follower.folder + "/in.safetensors " + out, follower.folder, said), 0) << said;
  const ir::Values actual = driver::read_tensors(out);
  for (const Followed& followed : all) expect_case(followed, actual);
  std::cout << all.size() << " cases\n";
}

}  // namespace nnc::test
