#include "compiler/driver/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "compiler/emit/model.h"
#include "compiler/emit/text.h"
#include "compiler/passes/pipeline.h"

namespace nnc::driver {
namespace {

const std::map<std::string, Printed> kPrinted = {
    {"ast", Printed::ast}, {"program", Printed::program}, {"ir", Printed::ir}, {"kernels", Printed::kernels}};

bool is_identifier(const std::string& text) {
  auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

std::string check_namespace(const std::string& text) {
  const bool is_free = is_identifier(text) && emit::namespace_name(text) == text;
  return is_free ? "" : "`" + text + "` is not a name that C++ takes";
}

std::string check_define(const std::string& text) {
  const size_t equal = text.find('=');
  const bool ok = equal != std::string::npos && is_identifier(text.substr(0, equal)) && equal + 1 < text.size();
  return ok ? "" : "`" + text + "` is not of the form name=value";
}

/// Numbers of 64 bits without a sign; the parser would take others, cut.
std::string check_seed(const std::string& text) {
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  const bool is_seed = error == std::errc() && end == text.data() + text.size();
  return is_seed ? "" : "`" + text + "` is no integer from 0 to 2^64 - 1";
}

bool ends_in(const std::string& text, const std::string& end) {
  return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool is_pass(const std::string& name) {
  const auto passes = passes::pipeline();
  return std::any_of(passes.begin(), passes.end(), [&](const passes::Pass& pass) { return pass.name == name; });
}

std::string pass_names() {
  std::string text;
  for (const passes::Pass& pass : passes::pipeline()) {
    if (text.find(pass.name) == std::string::npos) text += (text.empty() ? "" : ", ") + std::string(pass.name);
  }
  return text;
}

std::string report_complaint(const Options& options, bool prints, bool is_source) {
  if (prints || !options.evaluate.empty() || options.verify)
    return "--report does not go together with --print, --evaluate or --verify";
  if (!options.page.empty() && !ends_in(options.page, ".html"))
    return "--report=" + options.page + ": the name of a page must end in .html";
  if (options.output.empty() && !options.weights.empty()) return "--weights goes with -o FILE.cpp or FILE.cu alone";
  if (options.output.empty() && options.c_api) return "--c-api goes with -o FILE.cpp or FILE.cu alone";
  if (options.output.empty() && !options.depfile.empty()) return "--depfile goes with -o FILE.cpp or FILE.cu";
  return options.output.empty() || is_source ? "" : "-o " + options.output + ": the name must end in .cpp or .cu";
}

/// A file that would be written over another one or over what is read, or an empty text.
std::string overwritten(const Options& options) {
  const bool has_header = ends_in(options.output, ".cpp") || ends_in(options.output, ".cu");
  const std::string stem = options.output.substr(0, options.output.rfind('.'));
  std::vector<std::string> written = {options.depfile, options.page}, all = {options.weights, options.evaluate};
  if (!options.verify) written.push_back(options.output);
  if (!options.verify && has_header) written.push_back(emit::header_name(stem));
  if (!options.verify && has_header && options.c_api) written.push_back(emit::c_header_name(stem));
  if (!options.reads_stdin()) all.push_back(options.model);
  std::set<std::filesystem::path> taken;
  std::error_code ignored;
  auto place = [&](const std::string& path) {
    const std::filesystem::path full = std::filesystem::absolute(path, ignored);
    const std::filesystem::path canonical = std::filesystem::weakly_canonical(full, ignored);
    return canonical.empty() ? full : canonical;
  };
  auto is_file = [&](const std::string& path) {  // or none yet: devices and pipes take several texts
    return !path.empty() &&
           (!std::filesystem::exists(path, ignored) || std::filesystem::is_regular_file(path, ignored));
  };
  for (const std::string& path : all) {
    if (is_file(path)) taken.insert(place(path));
  }
  for (const std::string& path : written) {
    if (is_file(path) && !taken.insert(place(path)).second) return path;
  }
  return "";
}

/// What is wrong with the options as a whole, or an empty text.
std::string complaint(const Options& options, bool has_seed) {
  if (!options.print_after.empty() && !is_pass(options.print_after)) {
    return "--print-after: " + options.print_after + " is no pass; there are " + pass_names();
  }
  if (const std::string path = overwritten(options); !path.empty())
    return path + " is written, and is another file of this command: it takes a name of its own";
  const bool prints = options.print != Printed::nothing || !options.print_after.empty();
  const bool is_source = ends_in(options.output, ".cpp") || ends_in(options.output, ".cu");
  if (is_source && std::filesystem::path(options.output).extension().empty())
    return "-o " + options.output + ": the name has nothing before its ending";
  const bool makes_no_source = prints || !options.evaluate.empty() || options.verify;
  if (!options.weights.empty() && makes_no_source) return "--weights goes with -o FILE.cpp or FILE.cu alone";
  if (!options.depfile.empty() && (prints || !options.evaluate.empty()))
    return "--depfile goes with -o FILE.cpp or FILE.cu alone";
  if (options.c_api && makes_no_source) return "--c-api goes with -o FILE.cpp or FILE.cu alone";
  if (has_seed && options.report) return "--seed requires --evaluate or --verify";
  if (options.report) return report_complaint(options, prints, is_source);
  if (options.verify) {
    if (prints || !options.evaluate.empty()) return "--verify does not go together with --print or --evaluate";
    if (!options.depfile.empty()) return "--verify writes no file: leave --depfile out";
    if (!options.output.empty() && !is_source)
      return "--verify -o " + options.output + ": the name must end in .cpp or .cu";
    return "";
  }
  if (has_seed && options.evaluate.empty()) return "--seed requires --evaluate or --verify";
  if (!options.evaluate.empty()) {
    if (prints) return "--evaluate and --print do not go together";
    if (!ends_in(options.output, ".safetensors")) return "--evaluate needs -o FILE.safetensors for its results";
    return "";
  }
  if (prints) return options.output.empty() ? "" : "--print writes to standard output: leave -o out";
  if (options.output.empty()) return "what is to be made? -o FILE.cpp, -o FILE.cu, --report or --print=ir";
  return is_source ? "" : "-o " + options.output + ": the name must end in .cpp or .cu";
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_status) {
  Options options;
  std::string page;
  CLI::App app("nnc compiles a neural network to C++ or CUDA: a source file, and its header beside it.", "nnc");
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("nnc: ") + error.what() + "\nnnc --help shows the options\n";
  });
  app.set_version_flag("--version", "nnc " NNC_VERSION);
  app.add_option("model", options.model, "the model's text (.nn); - is standard input")->required();
  app.add_option("-o", options.output, "FILE.cpp, FILE.cu; FILE.safetensors with --evaluate")->type_name("FILE");
  app.add_option("-D", options.defines, "name=value: sets a constant")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->check(CLI::Validator(check_define, ""));
  app.add_option("-I", options.import_folders, "where imports are looked for, after the importing file's folder")
      ->type_name("FOLDER")
      ->allow_extra_args(false);
  app.add_option("--model", options.only, "of several in the file, the one that is meant")->type_name("NAME");
  app.add_option("--namespace", options.name_space, "of the generated code; else the model's file name")
      ->type_name("NAME")
      ->check(CLI::Validator(check_namespace, ""));
  app.add_option("--depfile", options.depfile, "writes what the output depends on, for make and ninja")
      ->type_name("FILE");
  app.add_option("--weights", options.weights, "a safetensors file: the source holds its numbers, and `embedded()`")
      ->type_name("FILE");
  app.add_flag("--c-api", options.c_api, "writes FILE_c.h, too: the same functions for C; the source defines them");
  app.add_option_function<std::string>(
         "--print", [&](const std::string& stage) { options.print = kPrinted.at(stage); },
         "shows a stage's result: ast, program, ir, kernels")
      ->type_name("STAGE")
      ->check(CLI::IsMember({"ast", "program", "ir", "kernels"}).description(""));
  app.add_option("--print-after", options.print_after, "shows the IR after a pass")->type_name("PASS");
  auto* evaluate = app.add_option("--evaluate", options.evaluate,
                                  "computes outputs, loss and gradients of the tensors in a file, nothing built")
                       ->type_name("FILE");
  app.add_option("--steps", options.steps, "trains that many steps on them")
      ->needs(evaluate)
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 40).description(""));
  auto* seed = app.add_option("--seed", options.seed, "of parameters that are not given; of all numbers with --verify")
                   ->check(CLI::Validator(check_seed, ""));
  app.add_option_function<std::string>(
         "--precision", [&](const std::string& format) { options.round_to_f32 = format == "f32"; },
         "f64 or f32: how each result is rounded")
      ->needs(evaluate)
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"f64", "f32"}).description(""));
  app.add_flag("--verify", options.verify,
               "compiles the source, runs it on random numbers and compares with --evaluate's; -o chooses the target");
  app.add_flag(
         "--report", page,
         "shows work, memory, steps and buffers of the target that -o names; --report=FILE.html writes them as a page")
      ->type_name("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_status = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  options.report = !page.empty();
  if (page != "true") options.page = page;  // what the parser says of a flag without a value
  if (std::string wrong = complaint(options, seed->count() > 0); !wrong.empty()) {
    std::cerr << "nnc: " << wrong << "\nnnc --help shows the options\n";
    exit_status = 2;
    return std::nullopt;
  }
  return options;
}

}  // namespace nnc::driver
