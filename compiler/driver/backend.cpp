#include "compiler/driver/backend.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "compiler/emit/cpp/emit.h"
#include "compiler/emit/cuda/emit.h"
#include "compiler/emit/text.h"

namespace nnc::driver {
namespace {

namespace fs = std::filesystem;

constexpr Backend kBackends[] = {
    {".cpp", "C++", kernel::cpu, emit::cpp::tile_samples, emit::cpp::emit},
    {".cu", "CUDA", kernel::cuda, [](const emit::Model&) { return emit::cuda::kTileSamples; }, emit::cuda::emit},
};

/// `image` for image.nn; for standard input, what the output is called.
std::string name_space(const Options& options) {
  if (!options.name_space.empty()) return options.name_space;
  return emit::namespace_name(fs::path(options.reads_stdin() ? options.output : options.model).stem().string());
}

/// A path as make and ninja read it.
std::string escaped(const std::string& path) {
  std::string text;
  for (char c : path) {
    if (c == ' ' || c == '#' || c == '\\') text += '\\';
    if (c == '$') text += '$';
    text += c;
  }
  return text;
}

std::string depfile(const std::string& output, const std::vector<std::string>& inputs) {
  std::string text = escaped(output) + ":";
  for (const std::string& input : inputs) text += " \\\n  " + escaped(input);
  return text + "\n";
}

/// Where the file's head ends: the comments, includes and empty lines that it begins with.
size_t end_of_head(const std::string& text) {
  const auto is_head = [](std::string_view line) {
    return line.empty() || line.starts_with("//") || line.starts_with("#include") || line.starts_with("#pragma");
  };
  size_t begin = 0;
  while (begin < text.size() && is_head(std::string_view(text).substr(begin, text.find('\n', begin) - begin))) {
    begin = text.find('\n', begin) + 1;
  }
  return begin;
}

/// The second behind the first, whose head gets the lines that it lacks.
std::string behind(const std::string& first, const std::string& second) {
  std::string head = first.substr(0, end_of_head(first)), missing;
  std::istringstream lines(second.substr(0, end_of_head(second)));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#include") && head.find(line + "\n") == std::string::npos) missing += line + "\n";
  }
  if (!missing.empty()) missing += "\n";
  return head + missing + first.substr(end_of_head(first)) + "\n" + second.substr(end_of_head(second));
}

}  // namespace

std::vector<OutputFile> joined(const std::vector<std::vector<OutputFile>>& models) {
  std::vector<OutputFile> all;
  for (const std::vector<OutputFile>& files : models) {
    for (const OutputFile& file : files) {
      auto known = std::find_if(all.begin(), all.end(), [&](const OutputFile& each) { return each.path == file.path; });
      if (known == all.end()) {
        all.push_back(file);
      } else if (known->text != file.text) {
        known->text = behind(known->text, file.text);
      }
    }
  }
  return all;
}

const Backend& backend_of(const Options& options) {
  const std::string suffix = fs::path(options.output).extension().string();
  for (const Backend& backend : kBackends) {
    if (backend.suffix == suffix) return backend;
  }
  return kBackends[0];
}

std::vector<OutputFile> output_files(emit::Model model, const Options& options, const std::string& inner_namespace,
                                     const std::vector<std::string>& inputs) {
  model.name_space = name_space(options) + (inner_namespace.empty() ? "" : "::" + emit::identifier(inner_namespace));
  model.source_name = options.reads_stdin() ? "stdin" : fs::path(options.model).filename().string();
  model.has_c_api = options.c_api;
  emit::name_apart(model);
  emit::name_params(model);
  const fs::path output = options.output;
  std::vector<OutputFile> files;
  for (emit::File& file : backend_of(options).emit(model, output.stem().string())) {
    files.push_back({(output.parent_path() / file.name).string(), std::move(file.text)});
  }
  if (!options.depfile.empty()) files.push_back({options.depfile, depfile(options.output, inputs)});
  return files;
}

}  // namespace nnc::driver
