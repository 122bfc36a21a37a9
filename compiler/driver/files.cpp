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

/// A name beside the file that nothing has.
std::string free_name(const std::string& path, const std::string& suffix) {
  std::string name = path + suffix;
  std::error_code ignored;
  for (int k = 2; fs::exists(fs::symlink_status(name, ignored)); ++k) name = path + suffix + std::to_string(k);
  return name;
}

/// Where a link to a file leads, one to come as well; else the path as it is.
std::string behind_links(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) return path;  // /dev/stdout is a link to a pipe
  if (!fs::is_symlink(fs::symlink_status(path, error))) return path;
  fs::path target = path;
  for (int links = 0; links < 40 && fs::is_symlink(fs::symlink_status(target, error)); ++links) {
    const fs::path to = fs::read_symlink(target, error);
    if (error) return path;
    target = to.is_absolute() ? to : target.parent_path() / to;
  }
  return target.string();
}

/// A file under a name of its own beside the place where it is to be, until it is whole. A device or a pipe is written
/// when all files are.
class Pending {
 public:
  explicit Pending(const OutputFile& file) : path_(behind_links(file.path)) {
    std::error_code ignored;
    const fs::file_status status = fs::status(path_, ignored);
    if (fs::is_directory(status)) {
      error_ = std::generic_category().message(EISDIR);
      return;
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
      text_ = file.text;
      return;
    }
    beside_ = free_name(path_, ".part");
    write(beside_, file.text);
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    std::error_code ignored;
    if (!beside_.empty()) fs::remove(beside_, ignored);
    if (!old_.empty()) fs::remove(old_, ignored);
  }

  /// Puts the file in its place; what was there is kept until the end.
  void commit() {
    if (beside_.empty()) return write(path_, text_);
    std::error_code error;
    if (fs::exists(path_, error)) {
      const std::string kept = free_name(path_, ".old");
      fs::create_hard_link(path_, kept, error);  // the path is never without a file
      if (error) fs::copy_file(path_, kept, error);
      if (!error) old_ = kept;
    }
    if (!error) fs::rename(beside_, path_, error);
    is_committed_ = !error;
    if (error) error_ = error.message();
  }
  void roll_back() {
    std::error_code ignored;
    if (!is_committed_) return;
    if (old_.empty()) {
      fs::remove(path_, ignored);
    } else {
      fs::rename(old_, path_, ignored);
    }
  }
  const std::string& error() const { return error_; }

 private:
  void write(const std::string& path, const std::string& text) {
    std::ofstream stream(path, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) error_ = system_message();
  }

  std::string path_, beside_, old_, text_, error_;
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
