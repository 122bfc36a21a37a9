#include "many/many.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "compiler/driver/tensors.h"
#include "run/generated.h"

namespace nnc::test {
namespace {

namespace fs = std::filesystem;

/// The model's sources, one behind the other, and its traits; its header is a file.
std::string model_text(const std::string& text, const std::string& name, Side side, const std::string& folder) {
  const Generated generated = generate_text(text, name, folder, side == Side::cpp ? ".cpp" : ".cu");
  if (!generated.complaints.empty()) throw std::runtime_error(generated.complaints + text);
  std::string all;
  for (const driver::OutputFile& file : generated.trial->files) {
    if (file.path.ends_with(".h")) {
      if (std::string wrong = driver::write_files({file}); !wrong.empty()) throw std::runtime_error(wrong);
    } else {
      all += file.text;
    }
  }
  return all + traits_of(generated, "Model_" + name);
}

}  // namespace

const char* name(Side side) { return side == Side::cpp ? "cpp" : "cuda"; }

std::vector<ir::Values> run_many(const Many& many, Side side, const std::string& folder) {
  fs::create_directories(folder);
  std::string source = "#include \"many/run_case.h\"\n", calls;
  for (size_t t = 0; t < many.texts.size(); ++t) {
    source += model_text(many.texts[t], "m" + std::to_string(t), side, folder);
  }
  ir::Values given;
  for (size_t c = 0; c < many.cases.size(); ++c) {
    const std::string number = std::to_string(c) + ".";
    for (const auto& [name, array] : many.cases[c].given) given[number + name] = array;
    given[number + "count of samples"] = {{}, {static_cast<double>(many.cases[c].samples)}};
    calls += "  run::Case<Model_m" + std::to_string(many.cases[c].text) + ">(file, \"" + number + "\", out).run();\n";
  }
  source +=
      "int main(int, char** argv) {\n  const nn::WeightsFile file = nn::WeightsFile::read(argv[1]);\n"
      "  nn::WeightsWriter out;\n" +
      calls + "  out.write(argv[2]);\n}\n";
  std::ofstream(folder + "/main.cpp") << source;
  if (std::string wrong = driver::write_files({{folder + "/in.safetensors", driver::tensors_file(given)}});
      !wrong.empty()) {
    throw std::runtime_error(wrong);
  }
  const std::string program = folder + "/program", out = folder + "/out.safetensors";
  const std::string compiler = side == Side::cpp ? NNC_MANY_CPP : NNC_MANY_CUDA;
  const std::string library = side == Side::cpp ? "" : NNC_CUDA_SHIM;
  std::string said;
  if (run(compiler + " -I" + folder + " " + folder + "/main.cpp " + library + " -o " + program + " -pthread", folder,
          said) != 0) {
    throw std::runtime_error(folder + "/main.cpp does not compile:\n" + said.substr(0, 4000));
  }
  if (int status = run(program + " " + folder + "/in.safetensors " + out, folder, said); status != 0) {
    throw std::runtime_error(folder + "/program ends with " + std::to_string(status) + ":\n" + said.substr(0, 4000));
  }
  std::vector<ir::Values> results(many.cases.size());
  for (auto& [name, array] : driver::read_tensors(out)) {
    const size_t dot = name.find('.');
    results[std::stoul(name.substr(0, dot))][name.substr(dot + 1)] = std::move(array);
  }
  return results;
}

}  // namespace nnc::test
