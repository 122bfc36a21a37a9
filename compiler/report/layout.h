// Where the boxes of a directed graph stand, and the ways between them: in layers from top to bottom, an edge always
// downwards, with few crossings and mostly straight. After Sugiyama, Tagawa and Toda, "Methods for Visual Understanding
// of Hierarchical System Structures", 1981; the coordinates of a layer are a weighted isotonic regression.
#pragma once

#include <cstdint>
#include <vector>

namespace nnc::report {

struct LayoutNode {
  enum class Pin : uint8_t { none, first, last };  // a layer that it must stand in
  double width;
  double height;
  Pin pin = Pin::none;
};
struct LayoutEdge {
  int from;
  int to;
  int port = 0;        // edges of one port leave their node at one place
  double from_x = -1;  // from the node's left side; negative: wherever it looks best
  double to_x = -1;
};

struct Point {
  double x = 0;
  double y = 0;
};
/// Where two neighbours have the same x, a straight line; else a curve that begins and ends upright.
using Route = std::vector<Point>;

struct Layout {
  double width = 0;
  double height = 0;
  std::vector<Point> nodes;  // their upper left corners
  std::vector<Route> edges;
};

/// The edges have no cycle.
Layout layout(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges);

}  // namespace nnc::report
