// The user's compilers, and what generated code includes, as they are found on this machine.
#pragma once

#include <string>
#include <vector>

namespace nnc::driver {

/// The headers of generated code: in the installation that nnc belongs to, or in its source tree. Empty where neither
/// is.
std::string runtime_folder();

/// The sources of the stand-in for a device, which only the source tree has. Empty where it is not.
std::string cuda_shim_folder();

/// $CXX, or c++; then $CXXFLAGS, or -O2 -march=native. A command's beginning. Empty where there is no such program.
std::string cxx_command();

/// $NVCC, or nvcc of $PATH or of /usr/local/cuda. Empty where there is none.
std::string nvcc_command();

/// True if CUDA's driver finds a device here.
bool has_cuda_device();

/// Runs a command of the shell: its exit status (-1 if it was ended by a signal), and all that it said.
struct Ran {
  int status;
  std::string said;
};
Ran run_command(const std::string& command);

/// An argument as the shell reads it.
std::string quoted(const std::string& argument);

/// A folder that goes away with the object. `path()` is empty where none could be made.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace nnc::driver
