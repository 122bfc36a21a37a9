// The conformance cases through generated C++, and through generated CUDA on the stand-in for a device: values,
// gradients, losses and first weights, each within its f32 tolerance; networks in f16 and bf16 within theirs.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <regex>
#include <set>

#include "lower/case.h"
#include "many/many.h"
#include "stdlib/stdlib.h"

namespace nnc::test {
namespace {

constexpr size_t kTextsInAProgram = 40;

/// Numbers that a case wants of a run.
struct Check {
  std::string name;  // of the case
  std::string result;
  Json expected;
  double tolerance;
  std::string moved = {};  // a param: wanted is what the result differs from the given one by
};
struct Job {
  std::string text;
  ir::Values given;
  int64_t samples = 1;
  std::vector<Check> checks = {};
};

Check check(const Json& each, const std::string& result, const Json& expected, const std::string& format = "f32") {
  return {each.at("name"), result, expected, each.at("tolerance").at(format)};
}

int64_t samples_of(const Json& each) { return each.at("input").front().at("shape")[0].get<int64_t>(); }

void give_inputs(const Json& each, const std::string& prefix, Job& job) {
  for (const auto& [name, tensor] : each.at("input").items()) job.given[name] = array(tensor);
  if (!each.contains("parameters")) return;
  for (const auto& [name, tensor] : each.at("parameters").items()) job.given[prefix + name] = array(tensor);
}

/// Several functions side by side, each with an input and an output of its own: one model costs less than many.
class SideBySide {
 public:
  explicit SideBySide(int64_t samples) { job_.samples = samples; }

  void add(const Json& each) {
    const std::string number = std::to_string(cases_++);
    const ModelText model = function_model(each);
    const auto function = each.at("function").get<std::string>();
    const std::string prefix = function + "_" + std::to_string(uses_[function]++) + ".";
    std::string text = model.text.substr(model.text.find('\n') + 1);
    text.resize(text.rfind('}'));
    for (const auto& [name, tensor] : each.at("input").items()) {
      text = std::regex_replace(text, std::regex("\\b" + name + "\\b"), name + number);
      job_.given[name + number] = array(tensor);
    }
    text_ += std::regex_replace(text, std::regex("output y\\b"), "output y" + number);
    if (each.contains("parameters")) {
      for (const auto& [name, tensor] : each.at("parameters").items()) job_.given[prefix + name] = array(tensor);
    }
    for (const char* surface : {"infer.y", "evaluate.y"}) {
      job_.checks.push_back(check(each, surface + number, each.at("output").at("y")));
    }
    if (!each.contains("output_gradient")) return;
    job_.given["output_gradient.y" + number] = array(each.at("output_gradient").at("y"));
    if (each.contains("input_gradient")) {
      for (const auto& [name, expected] : each.at("input_gradient").items()) {
        for (const char* surface : {"backward.", "differentiate."})
          job_.checks.push_back(check(each, surface + name + number, expected));
      }
    }
    if (!each.contains("parameter_gradient")) return;
    for (const auto& [name, expected] : each.at("parameter_gradient").items()) {
      job_.checks.push_back(check(each, "backward." + prefix + name, expected));
    }
  }
  bool is_full() const { return cases_ == kFunctionsInAModel; }
  Job job() && {
    job_.text = "model M {\n" + text_ + "}\n";
    return std::move(job_);
  }

 private:
  static constexpr int kFunctionsInAModel = 12;

  Job job_;
  std::string text_;
  int cases_ = 0;
  std::map<std::string, int> uses_;
};

/// Functions with as many samples, and with gradients or without, are one model.
void add_functions(const std::vector<Json>& all, std::vector<Job>& jobs) {
  std::map<std::pair<int64_t, bool>, SideBySide> open;
  for (const Json& each : all) {
    const std::pair key{samples_of(each), each.contains("output_gradient")};
    SideBySide& model = open.try_emplace(key, key.first).first->second;
    model.add(each);
    if (!model.is_full()) continue;
    jobs.push_back(std::move(model).job());
    open.erase(key);
  }
  for (auto& [key, model] : open) jobs.push_back(std::move(model).job());
}

/// Sample `s` of a tensor of a batch.
ir::Array sample(const ir::Array& batch, int64_t s) {
  ir::Array one = batch;
  const size_t width = batch.elements.size() / static_cast<size_t>(batch.shape[0]);
  one.shape[0] = 1;
  const auto first = batch.elements.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(s) * width);
  one.elements.assign(first, first + static_cast<std::ptrdiff_t>(width));
  return one;
}

/// The loss of the batch; then, for its gradient, each sample by itself, with a parameter of zeros that is added to the
/// prediction.
void add_loss(const Json& each, std::vector<Job>& jobs) {
  std::string text = loss_model(each).text;
  const std::string from = "output y = prediction\n", to = "output y = prediction -> shifted\n";
  text.replace(text.find(from), from.size(), to);
  text = "layer shifted(x: [n]) -> y: [n] { param by: [n] = 0  y[i] = x[i] + by[i] }\n" + text;
  const int64_t count = samples_of(each);
  Job whole{.text = text, .given = {}, .samples = count};
  give_inputs(each, "", whole);
  whole.given["target.y"] = whole.given.at("target");
  whole.given.erase("target");
  whole.checks = {check(each, "loss", each.at("output").at("loss"))};
  jobs.push_back(whole);
  if (!each.contains("input_gradient")) return;
  const Json& gradient = each.at("input_gradient").at("prediction");
  const ir::Array expected = array(gradient);
  for (int64_t s = 0; s < count; ++s) {
    Job& one = jobs.emplace_back(Job{.text = text, .given = {}});
    for (const auto& [name, tensor] : whole.given) one.given[name] = sample(tensor, s);
    Json wanted = gradient;
    wanted.erase("indices");
    wanted["shape"] = std::vector<int64_t>{static_cast<int64_t>(sample(expected, s).elements.size())};
    wanted["values"] = Json::array();
    for (double number : sample(expected, s).elements) wanted["values"].push_back(number * static_cast<double>(count));
    if (gradient.contains("scale")) wanted["scale"] = gradient.at("scale").get<double>() * static_cast<double>(count);
    one.checks = {check(each, "step.shifted_0.by", wanted)};
  }
}

void add_network(const Json& each, const std::string& format, std::vector<Job>& jobs) {
  const bool is_rounded = format != "f32";
  const std::string text = is_rounded ? network_in(each, format) : each.at("text").get<std::string>();
  Job& job = jobs.emplace_back(Job{.text = text, .given = {}, .samples = samples_of(each)});
  give_inputs(each, "", job);
  for (const auto& [name, tensor] : each.at("target").items()) job.given["target." + name] = array(tensor);
  for (const auto& [name, expected] : each.at("output").items())
    job.checks.push_back(check(each, "infer." + name, expected, format));
  job.checks.push_back(check(each, "loss", each.at("loss"), format));
  for (const auto& [name, expected] : each.at("parameter_gradient").items()) {
    Check& added = job.checks.emplace_back(check(each, "step." + name, expected, format));
    if (is_rounded) added.moved = name;
  }
}

void add_start(const Json& each, std::vector<Job>& jobs) {
  Job& job = jobs.emplace_back(Job{.text = each.at("text"), .given = {}});
  const auto seed = each.at("seed").get<uint64_t>();
  ir::Array words{{4}, {}};
  for (int i = 0; i < 4; ++i) words.elements.push_back(static_cast<double>((seed >> (16 * i)) & 0xffff));
  job.given["seed of weights"] = words;
  for (const auto& [name, expected] : each.at("parameters").items())
    job.checks.push_back(check(each, "start." + name, expected));
}

/// What the cases of a file ask for; `left_out` counts those that generated code has no surface for.
std::vector<Job> jobs_of(const std::string& file, int& left_out) {
  std::vector<Job> jobs;
  std::vector<Json> functions;
  for (const Json& each : cases(file)) {
    const bool is_loss = each.contains("output") && each.at("output").contains("loss");
    if (file == "networks.json") {
      for (const char* format : {"f32", "f16", "bf16"}) {
        if (each.at("tolerance").contains(format)) add_network(each, format, jobs);
      }
    } else if (file == "random.json") {
      each.contains("text") ? add_start(each, jobs) : void(++left_out);
    } else if (!each.contains("output")) {
      ++left_out;
    } else {
      is_loss ? add_loss(each, jobs) : functions.push_back(each);
    }
  }
  add_functions(functions, jobs);
  return jobs;
}

constexpr const char* kFiles[] = {"activations.json", "encodings.json", "layers.json", "losses.json",
                                  "networks.json",    "nonfinite.json", "random.json"};

struct Part {
  std::string file;
  size_t number;
  Side side;
};

/// Jobs in programs of so many texts.
std::vector<std::vector<Job>> parts_of(const std::string& file) {
  int left_out = 0;
  std::vector<std::vector<Job>> parts;
  std::vector<std::string> texts;
  std::vector<Job> jobs = jobs_of(file, left_out);
  std::stable_sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.text < b.text; });
  for (Job& job : jobs) {
    const bool is_new = std::find(texts.begin(), texts.end(), job.text) == texts.end();
    if (parts.empty() || (is_new && texts.size() == kTextsInAProgram)) {
      parts.emplace_back();
      texts.clear();
    }
    if (texts.empty() || texts.back() != job.text) texts.push_back(job.text);
    parts.back().push_back(std::move(job));
  }
  return parts;
}

std::vector<Part> all_parts() {
  std::vector<Part> all;
  for (const char* file : kFiles) {
    const size_t count = parts_of(file).size();
    for (size_t number = 0; number < count; ++number) {
      for (Side side : {Side::cpp, Side::cuda}) all.push_back({file, number, side});
    }
  }
  return all;
}

std::string shown(const Part& part) {
  return part.file.substr(0, part.file.find('.')) + "_" + std::to_string(part.number) + "_" + name(part.side);
}

void PrintTo(const Part& part, std::ostream* out) { *out << shown(part); }

class Conformance : public testing::TestWithParam<Part> {};

TEST_P(Conformance, holds_in_generated_code) {
  const Part& part = GetParam();
  const std::vector<Job> jobs = parts_of(part.file).at(part.number);
  Many many;
  for (const Job& job : jobs) {
    auto text = std::find(many.texts.begin(), many.texts.end(), job.text);
    many.cases.push_back({static_cast<size_t>(text - many.texts.begin()), job.given, job.samples});
    if (text == many.texts.end()) many.texts.push_back(job.text);
  }
  const std::vector<ir::Values> results = run_many(many, part.side, std::string(NNC_MANY_FOLDER) + "/" + shown(part));
  std::set<std::string> names;
  for (size_t j = 0; j < jobs.size(); ++j) {
    for (const Check& check : jobs[j].checks) {
      names.insert(check.name);
      auto found = results[j].find(check.result);
      ASSERT_NE(found, results[j].end()) << check.name << ": no " << check.result << "\n" << jobs[j].text;
      ir::Array actual = found->second;
      if (!check.moved.empty()) {
        const auto& before = jobs[j].given.at(check.moved).elements;
        for (size_t i = 0; i < before.size(); ++i) actual.elements[i] = before[i] - actual.elements[i];
      }
      EXPECT_EQ(difference(actual, check.expected, check.tolerance), "") << check.name << ": " << check.result << "\n"
                                                                         << jobs[j].text;
    }
  }
  std::cout << names.size() << " cases, " << many.texts.size() << " models\n";
}

INSTANTIATE_TEST_SUITE_P(Files, Conformance, testing::ValuesIn(all_parts()),
                         [](const testing::TestParamInfo<Part>& part) { return shown(part.param); });

}  // namespace
}  // namespace nnc::test
