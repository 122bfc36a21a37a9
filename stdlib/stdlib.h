// The library's texts, embedded at build time, and where each name is declared.
#pragma once

#include <span>
#include <string_view>

namespace nnc::stdlib {

struct LibraryFile {
  const char* name;  // "activation.nn"
  std::string_view text;
};

std::span<const LibraryFile> files();

/// All names that the library declares, sorted.
std::span<const std::string_view> names();

/// The file that declares `name`; null if the library has no such name.
const LibraryFile* file_of(std::string_view name);

}  // namespace nnc::stdlib
