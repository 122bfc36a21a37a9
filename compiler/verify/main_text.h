// The program that a model is verified with: a main that calls everything of its interface.
#pragma once

#include <string>
#include <string_view>

#include "compiler/verify/plan.h"

namespace nnc::verify {

/// What `main` does that is not the model's own; `main` includes it as "verify-drive.h".
std::string_view drive_text();

/// What main calls: a namespace.
struct Interface {
  std::string name_space;
  std::string memory;  // the namespace of `Memory` and `place`, for rows
};

/// A struct with the types and visitors of the interface, as drive.h wants them.
std::string traits_text(const Plan& plan, const Interface& interface, const std::string& type);

/// A main that calls everything of the interface, which `declarations` behind drive.h bring.
std::string main_text(const Plan& plan, const Interface& interface, const std::string& declarations);

}  // namespace nnc::verify
