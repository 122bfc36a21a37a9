// Boxes of small graphs, placed.
#include "compiler/report/layout.h"

#include <gtest/gtest.h>

#include <random>

#include "compiler/report/layers.h"

namespace nnc::report {
namespace {

std::vector<LayoutNode> boxes(size_t count) { return std::vector<LayoutNode>(count, {100, 40}); }

double middle(const Layout& layout, size_t node) { return layout.nodes[node].x + 50; }

void expect_apart(const std::vector<LayoutNode>& nodes, const Layout& layout) {
  for (size_t a = 0; a < nodes.size(); ++a) {
    const Point& p = layout.nodes[a];
    EXPECT_GE(p.x, 0);
    EXPECT_LE(p.x + nodes[a].width, layout.width);
    EXPECT_LE(p.y + nodes[a].height, layout.height);
    for (size_t b = 0; b < a; ++b) {
      const Point& q = layout.nodes[b];
      const bool is_apart = p.x + nodes[a].width <= q.x || q.x + nodes[b].width <= p.x ||
                            p.y + nodes[a].height <= q.y || q.y + nodes[b].height <= p.y;
      EXPECT_TRUE(is_apart) << a << " and " << b;
    }
  }
}

void expect_downwards(const std::vector<LayoutEdge>& edges, const Layout& layout) {
  for (size_t e = 0; e < edges.size(); ++e) {
    const Route& route = layout.edges[e];
    const Point &from = layout.nodes[static_cast<size_t>(edges[e].from)],
                &to = layout.nodes[static_cast<size_t>(edges[e].to)];
    EXPECT_EQ(route.front().y, from.y + 40);
    EXPECT_EQ(route.back().y, to.y);
    EXPECT_TRUE(from.x <= route.front().x && route.front().x <= from.x + 100);
    EXPECT_TRUE(to.x <= route.back().x && route.back().x <= to.x + 100);
    for (size_t k = 1; k < route.size(); ++k) EXPECT_LE(route[k - 1].y, route[k].y);
  }
}

TEST(Layout, nothing_takes_no_room) {
  const Layout none = layout({}, {});
  EXPECT_EQ(none.width, 0);
  EXPECT_EQ(none.height, 0);
}

TEST(Layout, a_chain_is_a_straight_line) {
  const std::vector<LayoutEdge> edges = {{0, 1}, {1, 2}, {2, 3}};
  const Layout chain = layout(boxes(4), edges);
  for (size_t n = 1; n < 4; ++n) {
    EXPECT_EQ(chain.nodes[n].x, chain.nodes[0].x);
    EXPECT_GT(chain.nodes[n].y, chain.nodes[n - 1].y + 40);
  }
  for (const Route& route : chain.edges) EXPECT_EQ(route.front().x, route.back().x);
}

TEST(Layout, a_skip_goes_around_what_it_skips) {
  const std::vector<LayoutEdge> edges = {{0, 1}, {1, 2}, {0, 2}};
  const Layout skip = layout(boxes(3), edges);
  expect_downwards(edges, skip);
  for (const Point& point : skip.edges[2]) {
    const bool is_beside = point.y <= skip.nodes[1].y - 1 || point.y >= skip.nodes[1].y + 41 ||
                           point.x < skip.nodes[1].x || point.x > skip.nodes[1].x + 100;
    EXPECT_TRUE(is_beside) << point.x << ", " << point.y;
  }
  EXPECT_EQ(skip.nodes[1].x, skip.nodes[2].x);  // what goes straight on stays straight
}

TEST(Layout, what_nothing_flows_into_stands_over_what_it_flows_into) {
  const std::vector<LayoutEdge> edges = {{0, 1}, {1, 2}, {3, 2}};
  const Layout late = layout(boxes(4), edges);
  EXPECT_EQ(late.nodes[3].y, late.nodes[1].y);
}

TEST(Layout, crossings_are_taken_out) {
  // 0 goes to 3, 1 to 2: side by side if the second row is turned around.
  const std::vector<LayoutEdge> edges = {{0, 3}, {1, 2}};
  EXPECT_EQ(crossings(layers_of(boxes(4), edges)), 0);
  const Layout turned = layout(boxes(4), edges);
  EXPECT_EQ(middle(turned, 0) < middle(turned, 1), middle(turned, 3) < middle(turned, 2));
}

TEST(Layout, crossings_are_counted) {
  Layers layers = layers_of(boxes(4), {{0, 3}, {1, 2}, {0, 2}, {1, 3}});
  EXPECT_EQ(crossings(layers), 1);  // two to two: one is left in any order
}

TEST(Layout, values_leave_a_box_side_by_side) {
  const std::vector<LayoutEdge> edges = {{0, 1, 0}, {0, 2, 1}, {0, 1, 1}};
  const Layout two = layout(boxes(3), edges);
  EXPECT_EQ(two.edges[1].front().x, two.edges[2].front().x);  // of one port
  EXPECT_NE(two.edges[0].front().x, two.edges[1].front().x);
  EXPECT_NE(two.edges[0].back().x, two.edges[2].back().x);
}

TEST(Layout, pins_and_given_places_hold) {
  std::vector<LayoutNode> nodes = boxes(4);
  nodes[0] = {10, 0, LayoutNode::Pin::first};
  nodes[3] = {10, 0, LayoutNode::Pin::last};
  const std::vector<LayoutEdge> edges = {{0, 1}, {1, 2}, {1, 3}, {0, 2, 0, -1, 7}};
  const Layout pinned = layout(nodes, edges);
  EXPECT_EQ(pinned.nodes[0].y, 0);
  EXPECT_EQ(pinned.nodes[3].y, pinned.nodes[2].y);
  EXPECT_EQ(pinned.edges[3].back().x, pinned.nodes[2].x + 7);
}

TEST(Layout, boxes_of_drawn_graphs_stay_apart) {
  std::mt19937 random(7);
  for (int graph = 0; graph < 60; ++graph) {
    const size_t count = 2 + random() % 30;
    std::vector<LayoutEdge> edges;
    for (size_t to = 1; to < count; ++to) {
      for (size_t k = 0; k < 1 + random() % 2; ++k)
        edges.push_back({static_cast<int>(random() % to), static_cast<int>(to)});
    }
    const Layout drawn = layout(boxes(count), edges);
    expect_apart(boxes(count), drawn);
    expect_downwards(edges, drawn);
  }
}

}  // namespace
}  // namespace nnc::report
