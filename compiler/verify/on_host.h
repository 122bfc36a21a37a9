// A model as CUDA, with the interface that the same model has as C++, so that one main drives both.
#pragma once

#include <string>

#include "compiler/verify/plan.h"

namespace nnc::verify {

/// The namespace <name>_on_host, over the generated <name>.h. Rows lie in memory that host and device share: the host's
/// own under the stand-in for a device, else managed memory; `Memory` says so.
std::string on_host_text(const Plan& plan);

}  // namespace nnc::verify
