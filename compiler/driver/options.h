// What the command line asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nnc::driver {

/// What `--print` shows: the data between two stages.
enum class Printed : uint8_t { nothing, ast, program, ir, kernels };

struct Options {
  std::string model;   // a path, or `-` for standard input
  std::string output;  // ends in .cpp, .cu, or with `evaluate` in .safetensors
  Printed print = Printed::nothing;
  std::string print_after;  // a pass
  std::vector<std::string> defines;
  std::vector<std::string> import_folders;
  std::string only;        // the name of the model that is meant; empty: all of the file
  std::string name_space;  // empty: from the model's file name
  std::string depfile;
  std::string weights;   // a safetensors file that the source is to hold
  bool c_api = false;    // C is to have the functions, too
  std::string evaluate;  // a safetensors file of inputs
  int64_t steps = 0;     // of training, with `evaluate`
  uint64_t seed = 0;     // of parameters, with `evaluate`; of all numbers, with `verify`
  bool round_to_f32 = false;
  bool verify = false;  // `output` then only says for which target
  bool report = false;  // with `output`: for its target, and both are made
  std::string page;     // where the report goes as a page; empty: to standard output as text

  bool reads_stdin() const { return model == "-"; }
};

/// The options that these arguments mean. None: the program ends with `exit_status`, 0 after `--help` or `--version`, 2
/// after wrong use, which has been explained on standard error.
std::optional<Options> parse_options(int argc, const char* const* argv, int& exit_status);

}  // namespace nnc::driver
