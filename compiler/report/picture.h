// A network as an inline SVG picture: boxes for layers and expressions, frames around uses of blocks, shapes on the
// edges.
#pragma once

#include <string>

#include "compiler/report/network.h"

namespace nnc::report {

/// `id` begins the names of what the picture links: rows `<id>-layer-<node>` and `<id>-infer-<step>`,
/// `<id>-step-<step>`; its own boxes are `<id>-box-<node>`. The page's style has its classes.
std::string picture(const Network& network, const std::string& id);

}  // namespace nnc::report
