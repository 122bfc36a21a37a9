#include "compiler/driver/loader.h"

#include <filesystem>
#include <system_error>

#include "compiler/driver/files.h"
#include "compiler/parse/parse.h"
#include "stdlib/stdlib.h"

namespace nnc::driver {
namespace {

namespace fs = std::filesystem;

/// One text for all names of a file.
std::string canonical(const std::string& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(path, error);
  return error ? path : found.string();
}

}  // namespace

const ast::File* Loader::add(const std::string& key, std::string name, std::string text) {
  auto [place, is_new] = files_.try_emplace(key);
  if (is_new) place->second = parse::parse(sources_.add(std::move(name), std::move(text)), diagnostics_);
  return place->second ? &*place->second : nullptr;
}

const ast::File* Loader::add_from_disk(const std::string& path) {
  const std::string key = canonical(path);
  if (files_.contains(key)) return add(key, "", "");
  ReadResult read = read_file(path);
  if (!read.ok) return nullptr;
  paths_.push_back(path);
  return add(key, path, std::move(read.text));
}

const ast::File* Loader::open(const std::string& path) {
  ReadResult read = read_file(path);
  if (!read.ok) {
    diagnostics_.error(DiagnosticKind::UnreadableFile, {}, "cannot read `" + path + "`: " + read.error);
    return nullptr;
  }
  if (path == "-") return add(path, "stdin", std::move(read.text));
  paths_.push_back(path);
  return add(canonical(path), path, std::move(read.text));
}

const ast::File* Loader::import(const std::string& path, const ast::File& from) {
  std::vector<fs::path> folders = {fs::path(from.source->name).parent_path()};
  folders.insert(folders.end(), folders_.begin(), folders_.end());
  for (const fs::path& folder : folders) {
    const std::string candidate = (folder / path).lexically_normal().string();
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored)) return add_from_disk(candidate);
  }
  return nullptr;
}

const ast::File* Loader::library(std::string_view name, std::optional<ast::DeclKind> kind) {
  const stdlib::LibraryFile* file = stdlib::file_of(name, kind ? ast::keyword(*kind) : "");
  if (!file) return nullptr;
  const std::string path = std::string("stdlib/") + file->name;
  return add("library:" + std::to_string(file - stdlib::files().data()), path, std::string(file->text));
}

std::string Loader::library_implied_by(std::string_view precision) {
  return std::string(stdlib::implied_by(precision));
}

std::vector<std::string> Loader::library_names() {
  const auto names = stdlib::names();
  return {names.begin(), names.end()};
}

}  // namespace nnc::driver
