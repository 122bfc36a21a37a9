// Files: the only place in the compiler that touches them.
#pragma once

#include <string>
#include <vector>

namespace nnc::driver {

/// The text of a file, or of standard input for `-`. Without a text: what is wrong, as the system says it.
struct ReadResult {
  bool ok = false;
  std::string text;
  std::string error;
};
ReadResult read_file(const std::string& path);

struct OutputFile {
  std::string path;
  std::string text;
};

/// Writes all of the files or none: each beside its place, then renamed. The text says what is wrong; empty when done.
std::string write_files(const std::vector<OutputFile>& files);

}  // namespace nnc::driver
