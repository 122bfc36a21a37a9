#include "compiler/report/stacks.h"

#include <algorithm>

namespace nnc::report {
namespace {

bool is_box(const NetworkNode& node) {
  return node.kind == NetworkNode::Kind::layer || node.kind == NetworkNode::Kind::expression;
}

/// The second is made where the first is: by the same step, or by none of its own, in place.
bool is_one_step(const NetworkNode& first, const NetworkNode& second) {
  return std::all_of(second.steps.begin(), second.steps.end(), [&](int step) {
    return std::find(first.steps.begin(), first.steps.end(), step) != first.steps.end();
  });
}

}  // namespace

std::vector<std::vector<int>> stacks_of(const Network& network) {
  const auto count = network.nodes.size();
  std::vector<int> in(count, 0), out(count, 0), next(count, -1), previous(count, -1);
  for (const NetworkEdge& edge : network.edges) {
    ++in[static_cast<size_t>(edge.to)];
    ++out[static_cast<size_t>(edge.from)];
  }
  for (const NetworkEdge& edge : network.edges) {
    const auto from = static_cast<size_t>(edge.from), to = static_cast<size_t>(edge.to);
    const NetworkNode &first = network.nodes[from], &second = network.nodes[to];
    const bool is_chain = out[from] == 1 && in[to] == 1 && first.block == second.block;
    if (!is_chain || !is_box(first) || !is_box(second) || !is_one_step(first, second)) continue;
    next[from] = edge.to;
    previous[to] = edge.from;
  }
  std::vector<std::vector<int>> stacks;
  for (size_t n = 0; n < count; ++n) {
    if (previous[n] >= 0) continue;
    std::vector<int>& stack = stacks.emplace_back();
    for (int each = static_cast<int>(n); each >= 0; each = next[static_cast<size_t>(each)]) stack.push_back(each);
  }
  return stacks;
}

}  // namespace nnc::report
