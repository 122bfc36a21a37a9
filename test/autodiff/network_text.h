// Networks as IR text, layer by layer: what the front end will make of a model, written by hand for tests of the IR.
#pragma once

#include <string>

namespace nnc::test {

/// A value of shape [N, features].
struct Feature {
  std::string name;
  int features;
};

/// Adds the text of layers; a layer's parameters are named as in a model, `linear_0.weight`.
class NetworkText {
 public:
  std::string text;

  /// weight · x + offset
  Feature linear(Feature x, int features, bool has_offset = true);
  /// The formula of each element, which it calls `{x}`.
  Feature map(Feature x, const std::string& formula);
  /// sin 2πt, cos 2πt; t = 2ᵏx
  Feature sin_encode(Feature x, int octaves);
  /// Levels of growth 2 over two dimensions, `features` each; the weight along an axis is a formula of `{t}` in [0, 1).
  Feature hash_grid(Feature x, int levels, int features, int log2_size, int base, const std::string& weight);

 private:
  std::string next(const std::string& layer);

  int linears_ = 0, values_ = 0;
};

/// log(1 + e^{βx})/β, a formula of `{x}`.
std::string softplus(const std::string& beta);

}  // namespace nnc::test
