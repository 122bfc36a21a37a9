// Each layer is a template of equations.
#include "autodiff/network_text.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace nnc::test {
namespace {

/// The text with `{name}` replaced, each by its value.
std::string filled(std::string text, std::initializer_list<std::pair<const char*, std::string>> holes) {
  for (const auto& [name, value] : holes) {
    std::string hole = "{" + std::string(name) + "}";
    for (size_t at = text.find(hole); at != std::string::npos; at = text.find(hole, at + value.size())) {
      text.replace(at, hole.size(), value);
    }
  }
  return text;
}

std::string number(int value) { return std::to_string(value); }

}  // namespace

std::string NetworkText::next(const std::string& layer) { return layer + "_value_" + number(values_++); }

Feature NetworkText::linear(Feature x, int features, bool has_offset) {
  std::string layer = "linear_" + number(linears_++), y = next("linear");
  text += filled(R"(param {layer}.weight[{o}, {i}]
{y}[b, o] += {layer}.weight[o, i] * {x}[b, i]   over b: N, o: {o}, i: {i}
)",
                 {{"layer", layer}, {"y", y}, {"x", x.name}, {"o", number(features)}, {"i", number(x.features)}});
  if (!has_offset) return {y, features};
  std::string z = next("linear");
  text += filled(R"(param {layer}.offset[{o}]
{z}[b, o] = {y}[b, o] + {layer}.offset[o]   over b: N, o: {o}
)",
                 {{"layer", layer}, {"z", z}, {"y", y}, {"o", number(features)}});
  return {z, features};
}

Feature NetworkText::map(Feature x, const std::string& formula) {
  std::string y = next("map");
  std::string body = filled(formula, {{"x", x.name + "[b, i]"}});
  text += filled("{y}[b, i] = {body}   over b: N, i: {n}\n", {{"y", y}, {"body", body}, {"n", number(x.features)}});
  return {y, x.features};
}

Feature NetworkText::sin_encode(Feature x, int octaves) {
  std::string y = next("encode");
  text += filled(R"(value {y}[N, {size}]
{y}_turn[b, i, k] = fract(exp2(real(k)) * {x}[b, i])   over b: N, i: {n}, k: {octaves}
{y}[b, {row} * i + 2 * k] = sinpi(2 * {y}_turn[b, i, k])   over b: N, i: {n}, k: {octaves}
{y}[b, {row} * i + 2 * k + 1] = cospi(2 * {y}_turn[b, i, k])   over b: N, i: {n}, k: {octaves}
)",
                 {{"y", y},
                  {"x", x.name},
                  {"n", number(x.features)},
                  {"octaves", number(octaves)},
                  {"row", number(2 * octaves)},
                  {"size", number(2 * octaves * x.features)}});
  return {y, 2 * octaves * x.features};
}

Feature NetworkText::hash_grid(Feature x, int levels, int features, int log2_size, int base,
                               const std::string& weight) {
  std::string scale, start, size, res, dense;
  int rows = 0;
  for (int l = 0; l < levels; ++l) {
    std::string comma = l == 0 ? "" : ", ";
    int level_scale = base * (1 << l) - 1, level_res = level_scale + 1, cells = level_res * level_res;
    int level_rows = std::min(8 * ((cells + 7) / 8), 1 << log2_size);
    scale += comma + number(level_scale);
    start += comma + number(rows);
    size += comma + number(level_rows);
    res += comma + number(level_res);
    dense += comma + (cells <= level_rows ? "1" : "0");
    rows += level_rows;
  }
  std::string y = next("grid"), along = filled(weight, {{"t", "part[b, l, i]"}});
  text += filled(R"(param hash_grid_0.table[{rows}, {f}]
constant scale[{l}] = {scale}
constant start[{l}]: i32 = {start}
constant size[{l}]: i32 = {size}
constant res[{l}]: i32 = {res}
constant dense[{l}]: bool = {dense}
value {y}[N, {n}]
at[b, l, i] = {x}[b, i] * scale[l] + 0.5   over b: N, l: {l}, i: 2
part[b, l, i] = at[b, l, i] - floor(at[b, l, i])   over b: N, l: {l}, i: 2
along[b, l, i] = {along}   over b: N, l: {l}, i: 2
corner[b, l, c, i] = u32(int(floor(at[b, l, i]))) + select(bit(c, i), 1u, 0u)   over b: N, l: {l}, c: 4, i: 2
slot[b, l, c] = start[l] + int(select(dense[l], corner[b, l, c, 0] + corner[b, l, c, 1] * u32(res[l]),
    corner[b, l, c, 0] xor 2654435761u * corner[b, l, c, 1]) mod u32(size[l]))   over b: N, l: {l}, c: 4
w[b, l, c] *= select(bit(c, i), along[b, l, i], 1 - along[b, l, i])   over b: N, l: {l}, c: 4, i: 2
{y}[b, {f} * l + f] += w[b, l, c] * hash_grid_0.table[slot[b, l, c], f]   over b: N, l: {l}, f: {f}, c: 4
)",
                 {{"rows", number(rows)},
                  {"f", number(features)},
                  {"l", number(levels)},
                  {"n", number(levels * features)},
                  {"scale", scale},
                  {"start", start},
                  {"size", size},
                  {"res", res},
                  {"dense", dense},
                  {"along", along},
                  {"x", x.name},
                  {"y", y}});
  return {y, levels * features};
}

std::string softplus(const std::string& beta) {
  return filled(
      "select({beta} * {x} > 0, {x} + log1p(exp(-({beta} * {x}))) / {beta}, log1p(exp({beta} * {x})) / {beta})",
      {{"beta", beta}});
}

}  // namespace nnc::test
