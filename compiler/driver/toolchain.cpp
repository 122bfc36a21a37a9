#include "compiler/driver/toolchain.h"

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace nnc::driver {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

/// The folder of the running nnc.
fs::path program_folder() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

/// The first of the folders that has the file.
std::string folder_with(const std::vector<fs::path>& folders, const std::string& file) {
  std::error_code ignored;
  for (const fs::path& folder : folders) {
    if (fs::exists(folder / file, ignored)) return fs::weakly_canonical(folder, ignored).string();
  }
  return "";
}

/// True if the first word of a command is a program.
bool is_program(const std::string& command) {
  const std::string word = command.substr(0, command.find(' '));
  return run_command("command -v " + quoted(word) + " > /dev/null").status == 0;
}

}  // namespace

std::string runtime_folder() {
  return folder_with({program_folder() / ".." / "include", fs::path(NNC_SOURCE_FOLDER) / "runtime"}, "nn/view.h");
}

std::string cuda_shim_folder() {
  return folder_with({fs::path(NNC_SOURCE_FOLDER) / "test" / "cuda_shim"}, "cuda_runtime.h");
}

std::string cxx_command() {
  std::string command = environment("CXX");
  if (command.empty()) command = "c++";
  if (!is_program(command)) return "";
  const std::string flags = environment("CXXFLAGS");
  return command + " -std=c++17 " + (flags.empty() ? "-O2 -march=native" : flags);
}

std::string nvcc_command() {
  for (const std::string& command :
       {environment("NVCC"), std::string("nvcc"), std::string("/usr/local/cuda/bin/nvcc")}) {
    if (!command.empty() && is_program(command)) return command + " -std=c++17 -O2 -arch=native";
  }
  return "";
}

bool has_cuda_device() {
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (driver == nullptr) return false;
  const auto start = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
  const auto count_devices = reinterpret_cast<int (*)(int*)>(dlsym(driver, "cuDeviceGetCount"));
  int count = 0;
  return start != nullptr && count_devices != nullptr && start(0) == 0 && count_devices(&count) == 0 && count > 0;
}

Ran run_command(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "no shell could be started"};
  Ran ran{-1, ""};
  std::array<char, 4096> block;
  for (size_t size; (size = std::fread(block.data(), 1, block.size(), pipe)) > 0;) ran.said.append(block.data(), size);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ran.status = WEXITSTATUS(status);
  return ran;
}

std::string quoted(const std::string& argument) {
  std::string text = "'";
  for (char c : argument) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

namespace {

constexpr int kSignals[] = {SIGHUP, SIGINT, SIGTERM};
char removed_on_signal[PATH_MAX];

/// What ends nnc ends it, and a program removes the folder: here only what signal handlers may call.
void remove_and_end(int signal) {
  if (vfork() == 0) {
    execl("/bin/rm", "rm", "-rf", static_cast<const char*>(removed_on_signal), static_cast<char*>(nullptr));
    _exit(1);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// A signal that is ignored stays so: nohup.
void on_signals(void (*from)(int), void (*to)(int)) {
  for (int signal : kSignals) {
    auto before = std::signal(signal, to);
    if (before != from) std::signal(signal, before);
  }
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) return;
  std::string path = (parent / "nnc-XXXXXX").string();
  if (path.size() >= sizeof removed_on_signal || mkdtemp(path.data()) == nullptr) return;
  path_ = path;
  path_.copy(removed_on_signal, path_.size());
  removed_on_signal[path_.size()] = '\0';
  on_signals(SIG_DFL, remove_and_end);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (path_.empty()) return;
  fs::remove_all(path_, ignored);
  on_signals(remove_and_end, SIG_DFL);
}

}  // namespace nnc::driver
