// The functions that C has of a model, one by one.
#pragma once

#include <string>
#include <vector>

#include "compiler/emit/c_api.h"
#include "compiler/emit/c_types.h"

namespace nnc::emit {

/// A function of C: its declaration, and the C++ between its braces. Names lack the prefix; texts have the holes
/// `$p$`, the prefix, and `$ns$`, the namespace.
struct CFunction {
  std::string about;   // the sentences above the declaration; or none
  std::string result;  // empty: a status, and the body may throw
  std::string name;    // "weights_create"
  std::string params;
  std::string body;
};

std::vector<CFunction> c_functions(const Model& model, const CStructs& structs, RowsOn side);

}  // namespace nnc::emit
