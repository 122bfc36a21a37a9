// What a name was probably meant to be.
#pragma once

#include <string>
#include <vector>

namespace nnc {

/// The candidate that `name` is most likely a slip of, or is another spelling of (`LayerNorm` of `layer_norm`), or
/// whose words it has among others (`learning_rate`: `rate`); an empty text if there is none.
std::string closest_name(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace nnc
