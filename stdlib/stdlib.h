// The library's texts, embedded at build time, and where each name is declared.
#pragma once

#include <span>
#include <string_view>

namespace nnc::stdlib {

/// A text to parse: one declaration of a file, behind as many line breaks as stand before it there, so that its lines
/// are the file's. Several have the same name.
struct LibraryFile {
  const char* name;  // "activation.nn"
  std::string_view text;
};

/// The texts of all declarations, in the order of the files.
std::span<const LibraryFile> files();

/// What they declare, in the same order. Declarations of two kinds may have one name: the first is meant then, unless
/// the place of its use says which kind it must be.
std::span<const std::string_view> names();

/// The optimizer that models of a precision have without being told, `optimizer name(…) for f16`; empty where there is
/// none.
std::string_view implied_by(std::string_view precision);

/// The text that declares `name`, as one of a kind where that is given (`init`); null if the library has no such name.
const LibraryFile* file_of(std::string_view name, std::string_view kind = {});

}  // namespace nnc::stdlib
