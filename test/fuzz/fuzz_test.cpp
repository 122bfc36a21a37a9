// Drawn programs against all oracles: the evaluator three ways, then generated C++ and CUDA against the evaluator.
//
// A test draws fifty programs; NNC_FUZZ_SEED=7 NNC_FUZZ_COUNT=1 draws program 7 again (draw.h).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

#include "compiler/driver/expected.h"
#include "compiler/emit/batch.h"
#include "compiler/lower/lower.h"
#include "fuzz/draw.h"
#include "fuzz/program_text.h"
#include "fuzz/three_ways.h"
#include "many/many.h"
#include "sema/checked_text.h"

namespace nnc::test {
namespace {

using lower::Surface;

constexpr int64_t kSamples = 5;
constexpr double kBase = 2e-5;      // of the largest number of a tensor
constexpr double kOfRounding = 30;  // times what rounding each result to f32 makes
constexpr double kTooLarge = 1e4;   // numbers beyond, and their gradients, are not compared

/// What the evaluator says, under the names of run_many; in f64, and rounded to f32.
struct Expected {
  ir::Values exact, rounded;
};

/// What is drawn from the seed; without its loss and optimizer where no parameter changes that.
std::string learnable_text(uint64_t seed) {
  std::string text = program_text(seed);
  const Checked checked(text);
  const auto& messages = checked.messages();
  const bool has_steps_alone = !messages.empty() && std::all_of(messages.begin(), messages.end(), [](const auto& each) {
    return each.kind == DiagnosticKind::NoDerivative;
  });
  return has_steps_alone ? text.substr(0, text.find("  loss ")) + "}\n" : text;
}

class Program {
 public:
  explicit Program(uint64_t seed) : text(learnable_text(seed)), checked_(text) {
    if (checked_.programs().size() != 1) {
      complaint = "it is refused:\n" + checked_.rendered();
      return;
    }
    given = driver::draw(program(), kSamples, 2024);
    const bool is_stopped =
        text.find("stop_gradient(") != std::string::npos || text.find("relative_l2") != std::string::npos;
    for (const char* way : {"outputs", "step"}) {
      if (std::string(way) == "step" && !program().loss) continue;
      ir::Module module = lower::lower(program(), std::string(way) == "step" ? Surface::step : Surface::outputs);
      std::vector<ir::Tensor*> of;
      if (std::string(way) == "step") {
        of = {module.outputs.at(program().outputs.size())};
      } else {
        for (ir::Tensor* output : module.outputs) {
          if (output->type == ir::Type::real) of.push_back(output);
        }
      }
      std::string wrong = three_ways_disagree(module, of, given, kSamples, is_stopped);
      if (!wrong.empty()) complaint = std::string(way) + ": " + wrong;
    }
  }
  const sema::Program& program() const { return checked_.program(); }

  Expected expected() const { return {values(ir::Rounding::f64), values(ir::Rounding::f32)}; }

  std::string text;
  std::string complaint;
  ir::Values given;

 private:
  ir::Values values(ir::Rounding rounding) const {
    ir::Values named;
    ir::Module backward = lower::lower(program(), Surface::backward);
    ir::Values all = ir::evaluate(backward, given, kSamples, {rounding});
    size_t next = 0;
    for (const sema::Output& output : program().outputs) {
      named["infer." + output.name] = named["evaluate." + output.name] = all.at(backward.outputs.at(next++)->name);
    }
    for (const sema::Tensor* param : program().params)
      named["backward." + param->name] = all.at(backward.outputs.at(next++)->name);
    for (const sema::Tensor* input : program().inputs) {
      if (input->type != sema::Type::real) continue;
      named["backward." + input->name] = all.at(backward.outputs.at(next++)->name);
      if (emit::has_derivative(program())) named["differentiate." + input->name] = named["backward." + input->name];
    }
    if (!program().loss) return named;
    ir::Module step = lower::lower(program(), Surface::step);
    all = ir::evaluate(step, given, kSamples, {rounding});
    next = program().outputs.size();
    named["loss"] = all.at(step.outputs.at(next++)->name);
    named["loss"].shape = {1};
    if (!program().updates.empty()) return named;  // what updates make of tiny gradients is tested elsewhere
    for (const sema::Tensor* param : program().params)
      named["step." + param->name] = all.at(step.outputs.at(next++)->name);
    return named;
  }

  Checked checked_;
};

/// What differs, or nothing.
std::string difference(const ir::Values& actual, const Expected& expected) {
  for (const auto& [name, exact] : expected.exact) {
    auto found = actual.find(name);
    if (found == actual.end()) return "there is no " + name;
    const ir::Array& rounded = expected.rounded.at(name);
    if (found->second.elements.size() != exact.elements.size()) return name + " has another size";
    double largest = 1e-3, spread = 0;
    bool is_finite = true;
    for (size_t i = 0; i < exact.elements.size(); ++i) {
      largest = std::max(largest, std::fabs(exact.elements[i]));
      spread = std::max(spread, std::fabs(exact.elements[i] - rounded.elements[i]));
      is_finite = is_finite && std::isfinite(exact.elements[i]) && std::isfinite(rounded.elements[i]);
    }
    if (!is_finite || largest > kTooLarge) continue;
    const double bound = kBase * largest + kOfRounding * spread;
    for (size_t i = 0; i < exact.elements.size(); ++i) {
      const double a = found->second.elements[i];
      if (std::fabs(a - exact.elements[i]) <= bound || std::fabs(a - rounded.elements[i]) <= bound) continue;
      return name + "[" + std::to_string(i) + "] is " + std::to_string(a) + ", not " +
             std::to_string(exact.elements[i]) + " (bound " + std::to_string(bound) + ")";
    }
  }
  return "";
}

void run_programs(int test) {
  const std::string folder = std::string(NNC_FUZZ_FOLDER) + "/" + std::to_string(test);
  const int count = draw_count(50);
  const uint64_t first = first_seed(806'983'540'736) + static_cast<uint64_t>(test * count);
  std::cout << "NNC_FUZZ_SEED=" << first << " NNC_FUZZ_COUNT=" << count << "\n";
  std::vector<uint64_t> seeds;
  std::vector<Expected> expected;
  Many many;
  for (int i = 0; i < count; ++i) {
    const uint64_t seed = first + static_cast<uint64_t>(i);
    Program program(seed);
    EXPECT_EQ(program.complaint, "") << "NNC_FUZZ_SEED=" << seed << " NNC_FUZZ_COUNT=1\n" << program.text;
    if (!program.complaint.empty()) continue;
    seeds.push_back(seed);
    expected.push_back(program.expected());
    many.cases.push_back({many.texts.size(), program.given, kSamples});
    many.texts.push_back(program.text);
  }
  for (Side side : {Side::cpp, Side::cuda}) {
    const std::vector<ir::Values> results = run_many(many, side, folder + "/" + name(side));
    for (size_t p = 0; p < seeds.size(); ++p) {
      EXPECT_EQ(difference(results[p], expected[p]), "")
          << name(side) << ", NNC_FUZZ_SEED=" << seeds[p] << " NNC_FUZZ_COUNT=1\n"
          << many.texts[p];
    }
  }
  std::cout << seeds.size() << " programs agree in all ways\n";
}

TEST(Fuzz, drawn_programs_agree_in_all_ways) { run_programs(0); }
TEST(Fuzz, other_drawn_programs_agree_in_all_ways) { run_programs(1); }

}  // namespace
}  // namespace nnc::test
