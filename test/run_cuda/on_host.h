// A model as CUDA, with the interface that the same model has as C++, so that one main drives both.
#pragma once

#include <string>

#include "run/generated.h"

namespace nnc::test {

/// run/models/<name>.nn through the compiler for CUDA: its files, and a main. Under the stand-in for a device, rows of
/// the host are rows of the device.
Generated generate_cuda(const std::string& name, const std::string& folder);

/// The text as CUDA, in the namespace `name`, and the namespace <name>_on_host, without a main.
Generated generate_cuda_text(const std::string& text, const std::string& name, const std::string& folder);

}  // namespace nnc::test
