#include "compiler/report/layout.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "compiler/report/layers.h"

namespace nnc::report {
namespace {

constexpr double kBetweenBoxes = 26, kBetweenPassing = 8, kBetweenLayers = 46;

/// The nearest numbers, by squared distance times weight, that do not decrease: pools of neighbours that would have to
/// cross take their mean.
std::vector<double> not_decreasing(const std::vector<double>& wanted, const std::vector<double>& weights) {
  struct Pool {
    double sum, weight;
    size_t size;
  };
  std::vector<Pool> pools;
  for (size_t k = 0; k < wanted.size(); ++k) {
    pools.push_back({wanted[k] * weights[k], weights[k], 1});
    while (pools.size() > 1) {
      Pool& last = pools.back();
      Pool& before = pools[pools.size() - 2];
      if (before.sum / before.weight <= last.sum / last.weight) break;
      before = {before.sum + last.sum, before.weight + last.weight, before.size + last.size};
      pools.pop_back();
    }
  }
  std::vector<double> result;
  for (const Pool& pool : pools) result.insert(result.end(), pool.size, pool.sum / pool.weight);
  return result;
}

class Placement {
 public:
  Placement(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges)
      : nodes_(nodes), edges_(edges), layers_(layers_of(nodes, edges)), center_(layers_.vertices.size(), 0) {}

  Layout run() {
    place_side_by_side();
    constexpr int kSweeps = 40;
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      const bool is_last = sweep + 4 > kSweeps;
      const size_t count = layers_.order.size();
      for (size_t k = 0; k < count; ++k)
        pull(sweep % 2 ? count - 1 - k : k, is_last || sweep % 2 == 0, is_last || sweep % 2 == 1);
    }
    constexpr int kPasses = 4;
    for (int pass = 0; pass < kPasses; ++pass) straighten(pass % 2 == 1);
    start_at_zero();
    stack_layers();
    Layout layout;
    layout.width = width_;
    layout.height = layers_.order.empty() ? 0 : top_.back() + height_.back();
    for (size_t n = 0; n < nodes_.size(); ++n)
      layout.nodes.push_back({center_[n] - nodes_[n].width / 2, top_of(static_cast<int>(n))});
    for (size_t e = 0; e < edges_.size(); ++e) layout.edges.push_back(route(e));
    return layout;
  }

 private:
  const Vertex& at(int vertex) const { return layers_.vertices[static_cast<size_t>(vertex)]; }
  double& center(int vertex) { return center_[static_cast<size_t>(vertex)]; }
  double top_of(int vertex) const { return top_[static_cast<size_t>(at(vertex).layer)]; }

  double distance(int left, int right) const {
    const bool is_passing = at(left).node < 0 && at(right).node < 0;
    return (at(left).width + at(right).width) / 2 + (is_passing ? kBetweenPassing : kBetweenBoxes);
  }

  void place_side_by_side() {
    for (const std::vector<int>& order : layers_.order) {
      for (size_t k = 1; k < order.size(); ++k)
        center(order[k]) = center(order[k - 1]) + distance(order[k - 1], order[k]);
      const double middle = order.empty() ? 0 : (center(order.front()) + center(order.back())) / 2;
      for (int vertex : order) center(vertex) -= middle;
    }
  }

  /// Long edges are to be straight, more than short ones.
  double pull_between(int a, int b) const {
    const int passing = (at(a).node < 0 ? 1 : 0) + (at(b).node < 0 ? 1 : 0);
    return passing == 2 ? 8 : passing == 1 ? 2 : 1;
  }

  /// Moves the vertices of a layer to the mean of their neighbours, as far as their order and sizes let them.
  void pull(size_t layer, bool from_above, bool from_below) {
    const std::vector<int>& order = layers_.order[layer];
    std::vector<double> wanted, weights, offsets;
    for (size_t k = 0; k < order.size(); ++k) {
      offsets.push_back(k == 0 ? 0 : offsets.back() + distance(order[k - 1], order[k]));
      double sum = 0, weight = 0;
      auto add = [&](const std::vector<int>& near) {
        for (int other : near) {
          const double strength = pull_between(order[k], other);
          sum += strength * center(other);
          weight += strength;
        }
      };
      if (from_above) add(at(order[k]).up);
      if (from_below) add(at(order[k]).down);
      constexpr double kStays = 1e-3;
      wanted.push_back((sum + kStays * center(order[k])) / (weight + kStays) - offsets.back());
      weights.push_back(weight + kStays);
    }
    const std::vector<double> found = not_decreasing(wanted, weights);
    for (size_t k = 0; k < order.size(); ++k) center(order[k]) = found[k] + offsets[k];
  }

  /// Puts each vertex right under the middle one of those above it (or over that of those below), where there is room:
  /// chains become straight lines.
  void straighten(bool from_above) {
    const size_t count = layers_.order.size();
    for (size_t k = 0; k < count; ++k) {
      const std::vector<int>& order = layers_.order[from_above ? k : count - 1 - k];
      std::vector<size_t> places(order.size());
      for (size_t place = 0; place < places.size(); ++place) places[place] = place;
      auto is_passing = [&](size_t place) { return at(order[place]).node < 0; };
      std::stable_partition(places.begin(), places.end(), is_passing);
      for (size_t place : places) move_beside(order, place, from_above);
    }
  }

  void move_beside(const std::vector<int>& order, size_t place, bool from_above) {
    const int vertex = order[place];
    const std::vector<int>& near = from_above ? at(vertex).up : at(vertex).down;
    if (near.empty()) return;
    const bool has_boxes = std::any_of(near.begin(), near.end(), [&](int other) { return at(other).node >= 0; });
    std::vector<double> centers;
    for (int other : near) {
      if (at(other).node >= 0 || !has_boxes) centers.push_back(center(other));  // what passes by goes around
    }
    std::sort(centers.begin(), centers.end());
    double wanted = centers[centers.size() / 2];
    if (centers.size() % 2 == 0) wanted = (wanted + centers[centers.size() / 2 - 1]) / 2;
    if (place > 0) wanted = std::max(wanted, center(order[place - 1]) + distance(order[place - 1], vertex));
    if (place + 1 < order.size())
      wanted = std::min(wanted, center(order[place + 1]) - distance(vertex, order[place + 1]));
    center(vertex) = wanted;
  }

  void start_at_zero() {
    double left = 0, right = 0;
    for (size_t v = 0; v < center_.size(); ++v) {
      const double half = layers_.vertices[v].width / 2;
      left = v ? std::min(left, center_[v] - half) : center_[v] - half;
      right = v ? std::max(right, center_[v] + half) : center_[v] + half;
    }
    for (double& x : center_) x = std::round(x - left);
    width_ = std::ceil(right - left);
  }

  void stack_layers() {
    double y = 0;
    for (const std::vector<int>& order : layers_.order) {
      double height = 0;
      for (int vertex : order) height = std::max(height, at(vertex).height);
      top_.push_back(y);
      height_.push_back(height);
      y += height + kBetweenLayers;
    }
    draw_ports_near();
  }

  /// A layer of nothing but places on a frame's edge needs no room for what stands on lines.
  void draw_ports_near() {
    constexpr double kSaved = kBetweenLayers - 18;
    const size_t count = height_.size();
    if (count > 1 && height_.back() == 0) top_.back() -= kSaved;
    if (count < 2 || height_.front() > 0) return;
    for (size_t layer = 1; layer < count; ++layer) top_[layer] -= kSaved;
  }

  /// Where an edge leaves its node: ports side by side, in the order of where their edges go.
  double leaves_at(const LayoutEdge& edge) {
    const LayoutNode& node = nodes_[static_cast<size_t>(edge.from)];
    const double left = center(edge.from) - node.width / 2;
    if (edge.from_x >= 0) return left + edge.from_x;
    std::map<int, std::pair<double, int>> ports;  // sums of where they go, and how many
    for (size_t e = 0; e < edges_.size(); ++e) {
      if (edges_[e].from != edge.from) continue;
      auto& [sum, count] = ports[edges_[e].port];
      sum += center(layers_.paths[e][1]);
      ++count;
    }
    auto mean = [&](int port) { return ports[port].first / ports[port].second; };
    int before = 0;
    for (const auto& [port, sum] : ports) {
      if (mean(port) < mean(edge.port) || (mean(port) == mean(edge.port) && port < edge.port)) ++before;
    }
    return left + node.width * (before + 1) / (static_cast<double>(ports.size()) + 1);
  }

  /// Where an edge comes to its node: beside the others, in the order of where they come from.
  double comes_at(size_t e) {
    const LayoutEdge& edge = edges_[e];
    const LayoutNode& node = nodes_[static_cast<size_t>(edge.to)];
    const double left = center(edge.to) - node.width / 2;
    if (edge.to_x >= 0) return left + edge.to_x;
    auto from = [&](size_t other) { return center(layers_.paths[other][layers_.paths[other].size() - 2]); };
    int before = 0, all = 0;
    for (size_t other = 0; other < edges_.size(); ++other) {
      if (edges_[other].to != edge.to) continue;
      ++all;
      if (from(other) < from(e) || (from(other) == from(e) && other < e)) ++before;
    }
    constexpr double kMostApart = 30;
    const double apart = std::min(kMostApart, node.width / (all + 1));
    return center(edge.to) + (before - (all - 1) / 2.0) * apart;
  }

  Route route(size_t e) {
    const LayoutEdge& edge = edges_[e];
    const std::vector<int>& path = layers_.paths[e];
    auto bottom = [&](int vertex) { return top_of(vertex) + height_[static_cast<size_t>(at(vertex).layer)]; };
    Route route;
    auto add = [&](double x, double y) {
      if (route.empty() || route.back().x != x || route.back().y != y) route.push_back({x, y});
    };
    const double from = std::round(leaves_at(edge)), to = std::round(comes_at(e));
    add(from, top_of(edge.from) + nodes_[static_cast<size_t>(edge.from)].height);
    add(from, bottom(edge.from));
    for (size_t k = 1; k + 1 < path.size(); ++k) {
      add(center(path[k]), top_of(path[k]));
      add(center(path[k]), bottom(path[k]));
    }
    add(to, top_of(edge.to));
    return route;
  }

  const std::vector<LayoutNode>& nodes_;
  const std::vector<LayoutEdge>& edges_;
  Layers layers_;
  std::vector<double> center_;
  std::vector<double> top_, height_;  // of each layer
  double width_ = 0;
};

}  // namespace

Layout layout(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges) {
  return Placement(nodes, edges).run();
}

}  // namespace nnc::report
