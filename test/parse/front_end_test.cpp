// Broken texts through the whole compiler: parsing, checking, lowering, passes, schedules, the files of each target,
// the report. Whatever they are, each step ends, and a text that is refused has a message with a place in it.
//
// NNC_FUZZ_COUNT says how many texts of each file, NNC_FUZZ_SEED from where they are drawn (fuzz/draw.h). A text that
// does not end, or ends the process, is left in the file NNC_FUZZ_KEEP, if it is named.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "compiler/driver/backend.h"
#include "compiler/driver/modules.h"
#include "compiler/driver/report.h"
#include "compiler/passes/pipeline.h"
#include "compiler/report/page.h"
#include "compiler/report/text.h"
#include "fuzz/draw.h"
#include "parse/mutated.h"
#include "parse/text.h"
#include "sema/checked_text.h"

namespace nnc::test {
namespace {

namespace fs = std::filesystem;

constexpr double kLongest = 20;        // seconds for one text, on a busy machine, under a sanitizer
constexpr int64_t kLargest = 100'000;  // equations of a model that is lowered; the others only cost time

/// The file's models; a library text gets one that uses something of each kind.
std::string whole_text(const fs::path& path) {
  std::string text = file_text(path.string());
  if (text.find("\nmodel ") != std::string::npos || text.starts_with("model ")) return text;
  return text +
         "\nmodel M {\n  input x: f32[3]\n"
         "  let h = x -> hash_grid(levels = 2, log2_size = 4) -> linear(4, init = xavier_normal) -> layer_norm -> "
         "gelu\n"
         "  output y = concat(h, x -> sin_encode(2), norm(x)) -> linear(3, init = siren) -> softplus\n"
         "  loss huber(y) + 0.1 * cross_entropy(y)\n"
         "  optimizer clip_norm -> adam(rate = cosine(1e-2)) -> ema\n}\n";
}

std::vector<fs::path> files() {
  std::vector<fs::path> all;
  for (const char* folder : {"../stdlib", "parse/models", "run/models", "sema/messages", "optimizer", "precision"}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".nn") all.push_back(entry.path());
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

void keep(const std::string& text) {
  if (const char* path = std::getenv("NNC_FUZZ_KEEP")) std::ofstream(path) << text;
}

/// The files that a program which is well formed becomes.
void emit(const sema::Program& program, const std::string& output) {
  driver::Options options;
  options.model = "model.nn";
  options.output = output;
  options.c_api = true;
  driver::Modules modules = driver::lower_all(program);
  modules.for_each([](driver::NamedModule& named) { passes::run(named.module); });
  Diagnostics diagnostics;
  auto model = driver::schedule_all(std::move(modules), driver::backend_of(options).target(), diagnostics);
  ASSERT_EQ(model.has_value(), diagnostics.ok());
  for (const Diagnostic& message : diagnostics.all()) ASSERT_FALSE(render(message).empty());
  if (!model) return;
  const report::Report report = driver::report_of(*model, options);
  ASSERT_FALSE(report::text(report).empty());
  ASSERT_FALSE(report::page({report}, "model.nn").empty());
  for (const driver::OutputFile& file : driver::output_files(std::move(*model), options, "", {"model.nn"})) {
    ASSERT_EQ(file.text.find('$'), std::string::npos) << "a place of a template was left open\n" << file.text;
  }
}

void emit(const sema::Program& program) {
  if (static_cast<int64_t>(program.exprs.size()) > kLargest) return;
  for (const char* output : {"model.cpp", "model.cu"}) emit(program, output);
}

void expect_an_answer(const std::string& text) {
  keep(text);
  const auto begin = std::chrono::steady_clock::now();
  Checked checked(text);
  bool is_refused = false;
  for (const Diagnostic& message : checked.messages()) {
    is_refused = is_refused || message.severity == Severity::error;
    ASSERT_TRUE(message.span.source) << message.text << "\n" << text;
    ASSERT_LE(message.span.begin, message.span.end) << text;
    ASSERT_LE(message.span.end, message.span.source->text.size()) << text;
    ASSERT_EQ(message.span.source->name, "model.nn") << message.text << "\n" << text;
    ASSERT_FALSE(render(message).empty());
  }
  if (!is_refused) {
    ASSERT_FALSE(checked.programs().empty()) << text;
    for (const sema::Program& program : checked.programs()) emit(program);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ASSERT_LE(took.count(), kLongest) << text;
}

using Mutate = std::string (*)(const std::string&, std::mt19937&);

void break_all(Mutate mutate, int usual) {
  const auto seed = static_cast<uint32_t>(first_seed(1));
  const int count = draw_count(usual);
  std::cout << "NNC_FUZZ_SEED=" << seed << " NNC_FUZZ_COUNT=" << count << "\n";
  std::mt19937 random(seed);
  for (const fs::path& path : files()) {
    const std::string text = whole_text(path);
    for (int i = 0; i < count; ++i) { ASSERT_NO_FATAL_FAILURE(expect_an_answer(mutate(text, random))) << path; }
  }
}

TEST(FrontEnd, answers_texts_with_broken_bytes) {
  break_all([](const std::string& text, std::mt19937& random) { return mutated_bytes(text, random); }, 1);
}

TEST(FrontEnd, answers_texts_with_broken_words) { break_all(mutated_words, 1); }

}  // namespace
}  // namespace nnc::test
