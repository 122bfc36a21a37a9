// The first half of a layout: layers, and an order in each with few crossings.
#pragma once

#include <vector>

#include "compiler/report/layout.h"

namespace nnc::report {

/// A node, or a place where an edge passes a layer.
struct Vertex {
  int node;  // -1: an edge passes
  int layer;
  double width;
  double height;
  std::vector<int> up = {};  // neighbours in the layers before and behind
  std::vector<int> down = {};
};

struct Layers {
  std::vector<Vertex> vertices;         // the nodes first
  std::vector<std::vector<int>> order;  // of vertices, layer after layer, from left to right
  std::vector<std::vector<int>> paths;  // of each edge: the vertices from its node to its other node
};

Layers layers_of(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges);

/// Pairs of edges between two neighbouring layers that cross.
int crossings(const Layers& layers);

}  // namespace nnc::report
