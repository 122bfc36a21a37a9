#include "compiler/driver/files.h"

#include <cerrno>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

namespace nnc::driver {
namespace {

namespace fs = std::filesystem;

std::string system_message() { return std::generic_category().message(errno); }

/// A model is text that someone wrote; /dev/zero is not.
constexpr size_t kMaxText = size_t{64} << 20;

ReadResult read_stream(std::istream& stream) {
  std::string text;
  char block[1 << 16];
  while (stream.read(block, sizeof block) || stream.gcount() > 0) {
    text.append(block, static_cast<size_t>(stream.gcount()));
    if (text.size() > kMaxText) return {false, "", "it is longer than 64 MiB"};
  }
  if (stream.bad()) return {false, "", system_message()};
  return {true, std::move(text), ""};
}

/// A file under a name of its own beside the place where it is to be, until it is whole.
class Pending {
 public:
  explicit Pending(const OutputFile& file) : path_(file.path), beside_(file.path + ".part"), old_(file.path + ".old") {
    std::error_code ignored;
    if (fs::is_directory(path_, ignored)) {
      error_ = std::generic_category().message(EISDIR);
      return;
    }
    std::ofstream stream(beside_, std::ios::binary);
    stream << file.text;
    stream.close();
    if (!stream) error_ = system_message();
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    std::error_code ignored;
    fs::remove(beside_, ignored);
    fs::remove(old_, ignored);
  }

  /// Puts the file in its place; what was there is kept until the end.
  void commit() {
    std::error_code error;
    had_old_ = fs::exists(path_, error);
    if (had_old_) fs::rename(path_, old_, error);
    if (!error) fs::rename(beside_, path_, error);
    is_committed_ = !error;
    if (error) error_ = error.message();
  }
  void roll_back() {
    std::error_code ignored;
    if (is_committed_) fs::remove(path_, ignored);
    if (had_old_ && fs::exists(old_, ignored)) fs::rename(old_, path_, ignored);
  }
  const std::string& error() const { return error_; }

 private:
  std::string path_, beside_, old_, error_;
  bool had_old_ = false;
  bool is_committed_ = false;
};

}  // namespace

ReadResult read_file(const std::string& path) {
  if (path == "-") return read_stream(std::cin);
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return {false, "", std::generic_category().message(EISDIR)};
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return {false, "", system_message()};
  return read_stream(stream);
}

std::string write_files(const std::vector<OutputFile>& files) {
  std::deque<Pending> pending;
  for (const OutputFile& file : files) {
    if (!pending.emplace_back(file).error().empty()) return file.path + ": " + pending.back().error();
  }
  for (size_t i = 0; i < files.size(); ++i) {
    pending[i].commit();
    if (pending[i].error().empty()) continue;
    for (Pending& file : pending) file.roll_back();
    return files[i].path + ": " + pending[i].error();
  }
  return "";
}

}  // namespace nnc::driver
