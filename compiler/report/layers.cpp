#include "compiler/report/layers.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace nnc::report {
namespace {

constexpr double kPassingWidth = 10;

/// The longest way from a node without edges into it; what nothing flows into stands right above what it flows to.
std::vector<int> ranks(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges) {
  std::vector<int> rank(nodes.size(), 0), open_edges(nodes.size(), 0);
  for (const LayoutEdge& edge : edges) ++open_edges[static_cast<size_t>(edge.to)];
  const std::vector<int> in_edges = open_edges;
  std::vector<size_t> ready;
  for (size_t n = 0; n < nodes.size(); ++n) {
    if (open_edges[n] == 0) ready.push_back(n);
  }
  for (size_t k = 0; k < ready.size(); ++k) {
    for (const LayoutEdge& edge : edges) {
      if (static_cast<size_t>(edge.from) != ready[k]) continue;
      const auto to = static_cast<size_t>(edge.to);
      rank[to] = std::max(rank[to], rank[ready[k]] + 1);
      if (--open_edges[to] == 0) ready.push_back(to);
    }
  }
  for (size_t n = 0; n < nodes.size(); ++n) {
    if (in_edges[n] > 0 || nodes[n].pin != LayoutNode::Pin::none) continue;
    int first_below = INT32_MAX;
    for (const LayoutEdge& edge : edges) {
      if (static_cast<size_t>(edge.from) == n) first_below = std::min(first_below, rank[static_cast<size_t>(edge.to)]);
    }
    if (first_below != INT32_MAX) rank[n] = first_below - 1;
  }
  const int last = rank.empty() ? 0 : *std::max_element(rank.begin(), rank.end());
  for (size_t n = 0; n < nodes.size(); ++n) {
    if (nodes[n].pin == LayoutNode::Pin::last) rank[n] = last;
  }
  return rank;
}

/// Counts, for numbers that come one after the other, how many before them were larger.
class Inversions {
 public:
  explicit Inversions(size_t size) : sums_(size + 1, 0) {}
  int add(size_t value) {
    int not_larger = 0;
    for (size_t k = value + 1; k > 0; k &= k - 1) not_larger += sums_[k];
    for (size_t k = value + 1; k < sums_.size(); k += k & (~k + 1)) ++sums_[k];
    return seen_++ - not_larger;
  }

 private:
  std::vector<int> sums_;
  int seen_ = 0;
};

class LayerBuilder {
 public:
  LayerBuilder(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges)
      : nodes_(nodes), edges_(edges) {}

  Layers run() {
    make_vertices();
    make_paths();
    first_order();
    improve();
    return std::move(layers_);
  }

 private:
  Vertex& at(int vertex) { return layers_.vertices[static_cast<size_t>(vertex)]; }

  void make_vertices() {
    const std::vector<int> rank = ranks(nodes_, edges_);
    for (size_t n = 0; n < nodes_.size(); ++n)
      layers_.vertices.push_back({static_cast<int>(n), rank[n], nodes_[n].width, nodes_[n].height});
    if (!rank.empty()) layers_.order.resize(static_cast<size_t>(*std::max_element(rank.begin(), rank.end())) + 1);
  }

  void connect(int above, int below) {
    std::vector<int>& down = at(above).down;
    if (std::find(down.begin(), down.end(), below) != down.end()) return;
    down.push_back(below);
    at(below).up.push_back(above);
  }

  /// Edges of one port share the vertices that they pass.
  void make_paths() {
    std::map<std::tuple<int, int, int>, int> passing;  // by node, port, layer
    for (const LayoutEdge& edge : edges_) {
      std::vector<int> path = {edge.from};
      for (int layer = at(edge.from).layer + 1; layer < at(edge.to).layer; ++layer) {
        auto [known, is_new] = passing.try_emplace({edge.from, edge.port, layer}, 0);
        if (is_new) {
          known->second = static_cast<int>(layers_.vertices.size());
          layers_.vertices.push_back({-1, layer, kPassingWidth, 0});
        }
        path.push_back(known->second);
      }
      path.push_back(edge.to);
      for (size_t k = 1; k < path.size(); ++k) connect(path[k - 1], path[k]);
      layers_.paths.push_back(std::move(path));
    }
  }

  void place_below(int vertex, std::vector<bool>& is_placed) {
    if (is_placed[static_cast<size_t>(vertex)]) return;
    is_placed[static_cast<size_t>(vertex)] = true;
    layers_.order[static_cast<size_t>(at(vertex).layer)].push_back(vertex);
    for (int below : at(vertex).down) place_below(below, is_placed);
  }

  void first_order() {
    std::vector<bool> is_placed(layers_.vertices.size(), false);
    for (size_t v = 0; v < layers_.vertices.size(); ++v) {
      if (layers_.vertices[v].up.empty()) place_below(static_cast<int>(v), is_placed);
    }
  }

  /// Each vertex goes to the mean place of its neighbours, downwards and upwards in turn; the best order stays.
  void improve() {
    constexpr int kSweeps = 24;
    std::vector<std::vector<int>> best = layers_.order;
    int fewest = crossings(layers_);
    for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
      const bool is_down = sweep % 2 == 0;
      const size_t count = layers_.order.size();
      for (size_t k = 1; k < count; ++k) sort_layer(is_down ? k : count - 1 - k, is_down);
      const int now = crossings(layers_);
      if (now < fewest) {
        fewest = now;
        best = layers_.order;
      }
    }
    layers_.order = std::move(best);
  }

  void sort_layer(size_t layer, bool is_down) {
    std::vector<int>& order = layers_.order[layer];
    std::vector<double> place(layers_.vertices.size(), 0);
    const std::vector<int>& fixed = layers_.order[is_down ? layer - 1 : layer + 1];
    for (size_t k = 0; k < fixed.size(); ++k) place[static_cast<size_t>(fixed[k])] = static_cast<double>(k);
    std::vector<std::pair<double, int>> wanted;
    for (size_t k = 0; k < order.size(); ++k) {
      const std::vector<int>& near = is_down ? at(order[k]).up : at(order[k]).down;
      double sum = 0;
      for (int other : near) sum += place[static_cast<size_t>(other)];
      const double stays =
          static_cast<double>(k) * static_cast<double>(fixed.size()) / static_cast<double>(order.size());
      wanted.emplace_back(near.empty() ? stays : sum / static_cast<double>(near.size()), order[k]);
    }
    std::stable_sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (size_t k = 0; k < order.size(); ++k) order[k] = wanted[k].second;
  }

  const std::vector<LayoutNode>& nodes_;
  const std::vector<LayoutEdge>& edges_;
  Layers layers_;
};

}  // namespace

int crossings(const Layers& layers) {
  int total = 0;
  std::vector<size_t> place(layers.vertices.size(), 0);
  for (const std::vector<int>& order : layers.order) {
    for (size_t k = 0; k < order.size(); ++k) place[static_cast<size_t>(order[k])] = k;
  }
  for (size_t layer = 0; layer + 1 < layers.order.size(); ++layer) {
    Inversions inversions(layers.order[layer + 1].size());
    for (int vertex : layers.order[layer]) {
      std::vector<size_t> ends;
      for (int below : layers.vertices[static_cast<size_t>(vertex)].down)
        ends.push_back(place[static_cast<size_t>(below)]);
      std::sort(ends.begin(), ends.end());
      for (size_t end : ends) total += inversions.add(end);
    }
  }
  return total;
}

Layers layers_of(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges) {
  return LayerBuilder(nodes, edges).run();
}

}  // namespace nnc::report
