#include "compiler/driver/backend.h"

#include <filesystem>

#include "compiler/emit/cpp/emit.h"
#include "compiler/emit/cuda/emit.h"
#include "compiler/emit/text.h"

namespace nnc::driver {
namespace {

namespace fs = std::filesystem;

constexpr Backend kBackends[] = {
    {".cpp", kernel::cpu, emit::cpp::emit},
    {".cu", kernel::cuda, emit::cuda::emit},
};

/// `image` for image.nn; for standard input, what the output is called.
std::string name_space(const Options& options) {
  if (!options.name_space.empty()) return options.name_space;
  return emit::identifier(fs::path(options.reads_stdin() ? options.output : options.model).stem().string());
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

}  // namespace

const Backend& backend_of(const Options& options) {
  const std::string suffix = fs::path(options.output).extension().string();
  for (const Backend& backend : kBackends) {
    if (backend.suffix == suffix) return backend;
  }
  return kBackends[0];
}

std::vector<OutputFile> output_files(emit::Model model, const Options& options,
                                     const std::vector<std::string>& inputs) {
  model.name_space = name_space(options);
  model.source_name = options.reads_stdin() ? "stdin" : fs::path(options.model).filename().string();
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
