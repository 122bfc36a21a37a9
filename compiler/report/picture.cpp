#include "compiler/report/picture.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "compiler/report/html.h"
#include "compiler/report/layout.h"
#include "compiler/report/numbers.h"
#include "compiler/report/stacks.h"

namespace nnc::report {

using Kind = NetworkNode::Kind;

namespace {

constexpr double kBoxWidth = 236, kRowHeight = 42, kPillWidth = 124, kPillHeight = 40, kFrameHead = 24, kFrameSide = 14,
                 kFrameFoot = 14;

std::string text_at(double x, double y, const std::string& style, const std::string& text) {
  return element("text", attribute("x", coordinate(x)) + attribute("y", coordinate(y)) + attribute("class", style),
                 escaped(text));
}

std::string rectangle(double x, double y, double width, double height, double round, const std::string& style) {
  return "<rect" + attribute("x", coordinate(x)) + attribute("y", coordinate(y)) +
         attribute("width", coordinate(width)) + attribute("height", coordinate(height)) +
         attribute("rx", coordinate(round)) + attribute("class", style) + "/>";
}

/// A value that flows: the node that makes it, and its name.
using Value = std::pair<int, std::string>;

/// What has been drawn of the model, or of one use of a block: its upper left corner is 0, 0.
struct Drawing {
  std::string svg;
  double width = 0;
  double height = 0;
  std::map<Value, double> in, out;  // where values come through the frame
};

class Painter {
 public:
  Painter(const Network& network, std::string id) : network_(network), id_(std::move(id)), stacks_(stacks_of(network)) {
    for (size_t s = 0; s < stacks_.size(); ++s) {
      for (int node : stacks_[s]) stack_of_[node] = static_cast<int>(s);
    }
    for (const NetworkNode& node : network.nodes) {
      for (const std::string& param : node.params) ++uses_of_[param];
    }
  }

  Drawing run() { return group(-1); }

 private:
  const NetworkNode& node(int number) const { return network_.nodes[static_cast<size_t>(number)]; }

  /// One thing that the layout places.
  struct Item {
    enum class Is : uint8_t { stack, block, in_port, out_port } is;
    int number;  // of the stack or the block
    Drawing drawing;
  };

  /// The block use right inside `group` that holds the node; -1: it stands in the group itself; -2: outside of it.
  int child_holding(int number, int group) const {
    int child = -1;
    for (int block = node(number).block; block != group; block = network_.blocks[static_cast<size_t>(block)].around) {
      if (block < 0) return -2;
      child = block;
    }
    return child;
  }

  Drawing group(int block) {
    std::vector<Item> items;
    std::map<int, int> item_of_stack, item_of_block;
    std::map<Value, int> in_port, out_port;
    for (size_t s = 0; s < stacks_.size(); ++s) {
      if (node(stacks_[s][0]).block != block) continue;
      item_of_stack[static_cast<int>(s)] = static_cast<int>(items.size());
      items.push_back({Item::Is::stack, static_cast<int>(s), stack(stacks_[s])});
    }
    for (size_t b = 0; b < network_.blocks.size(); ++b) {
      if (network_.blocks[b].around != block) continue;
      item_of_block[static_cast<int>(b)] = static_cast<int>(items.size());
      items.push_back({Item::Is::block, static_cast<int>(b), frame(static_cast<int>(b))});
    }
    auto port = [&](std::map<Value, int>& ports, Item::Is is, const Value& value) {
      auto [known, is_new] = ports.try_emplace(value, static_cast<int>(items.size()));
      if (is_new) items.push_back({is, 0, {}});
      return known->second;
    };
    auto item_of = [&](int number, const Value& value, bool is_source) {
      const int child = child_holding(number, block);
      if (child == -2)
        return is_source ? port(in_port, Item::Is::in_port, value) : port(out_port, Item::Is::out_port, value);
      return child >= 0 ? item_of_block.at(child) : item_of_stack.at(stack_of_.at(number));
    };

    std::vector<LayoutEdge> edges;
    std::vector<const NetworkEdge*> drawn;
    std::set<std::pair<int, std::pair<int, Value>>> seen;
    for (const NetworkEdge& edge : network_.edges) {
      const bool is_outside = child_holding(edge.from, block) == -2 && child_holding(edge.to, block) == -2;
      if (is_outside) continue;
      const Value value{edge.from, edge.value};
      const int from = item_of(edge.from, value, true), to = item_of(edge.to, value, false);
      if (from == to || !seen.insert({from, {to, value}}).second) continue;
      const Drawing &source = items[static_cast<size_t>(from)].drawing,
                    &target = items[static_cast<size_t>(to)].drawing;
      auto leaves = source.out.find(value), comes = target.in.find(value);
      edges.push_back({from, to, port_of(value), leaves == source.out.end() ? -1 : leaves->second,
                       comes == target.in.end() ? -1 : comes->second});
      drawn.push_back(&edge);
    }
    return placed(items, edges, drawn, in_port, out_port);
  }

  /// The number of a value among those that its node makes.
  int port_of(const Value& value) const {
    const std::vector<std::string>& values = node(value.first).values;
    return static_cast<int>(std::find(values.begin(), values.end(), value.second) - values.begin());
  }

  Drawing placed(const std::vector<Item>& items, const std::vector<LayoutEdge>& edges,
                 const std::vector<const NetworkEdge*>& drawn, const std::map<Value, int>& in_port,
                 const std::map<Value, int>& out_port) const {
    std::vector<LayoutNode> nodes;
    for (const Item& item : items) {
      const bool is_port = item.is == Item::Is::in_port || item.is == Item::Is::out_port;
      const auto pin = !is_port                       ? LayoutNode::Pin::none
                       : item.is == Item::Is::in_port ? LayoutNode::Pin::first
                                                      : LayoutNode::Pin::last;
      nodes.push_back({is_port ? 10 : item.drawing.width, item.drawing.height, pin});
    }
    const Layout places = layout(nodes, edges);
    Drawing drawing;
    drawing.width = places.width;
    drawing.height = places.height;
    std::set<std::pair<int, int>> labelled;  // places where edges leave
    std::string labels;
    for (size_t e = 0; e < edges.size(); ++e) {
      const Item::Is from = items[static_cast<size_t>(edges[e].from)].is,
                     to = items[static_cast<size_t>(edges[e].to)].is;
      const bool has_head = to == Item::Is::stack;
      drawing.svg += edge_path(places.edges[e], *drawn[e], has_head);
      if (from == Item::Is::in_port || to == Item::Is::out_port) continue;  // it stands outside of the frame
      if (labelled.insert({edges[e].from, edges[e].port}).second) labels += label(places.edges[e][0], drawn[e]->shape);
    }
    for (size_t k = 0; k < items.size(); ++k) {
      if (items[k].drawing.svg.empty()) continue;
      drawing.svg += element("g",
                             attribute("transform", "translate(" + coordinate(places.nodes[k].x) + " " +
                                                        coordinate(places.nodes[k].y) + ")"),
                             items[k].drawing.svg) +
                     "\n";
    }
    drawing.svg += labels;
    auto middle = [&](int item) {
      return places.nodes[static_cast<size_t>(item)].x + nodes[static_cast<size_t>(item)].width / 2;
    };
    for (const auto& [value, item] : in_port) drawing.in[value] = middle(item);
    for (const auto& [value, item] : out_port) drawing.out[value] = middle(item);
    return drawing;
  }

  /// What flows, on its line.
  static std::string label(const Point& start, const std::string& shape) {
    const double wide = 6.3 * static_cast<double>(width(shape)) + 5;
    return rectangle(start.x - wide / 2, start.y + 8, wide, 13, 2, "shape-ground") +
           text_at(start.x, start.y + 18, "shape middle", shape);
  }

  std::string edge_path(const Route& route, const NetworkEdge& edge, bool has_head) const {
    std::string path = "M" + coordinate(route[0].x) + " " + coordinate(route[0].y);
    for (size_t k = 1; k < route.size(); ++k) {
      const Point &from = route[k - 1], &to = route[k];
      const std::string middle = coordinate((from.y + to.y) / 2);
      path += from.x == to.x ? "V" + coordinate(to.y)
                             : "C" + coordinate(from.x) + " " + middle + " " + coordinate(to.x) + " " + middle + " " +
                                   coordinate(to.x) + " " + coordinate(to.y);
    }
    const Point& end = route.back();
    const std::string head = "M" + coordinate(end.x - 4) + " " + coordinate(end.y - 7) + "L" + coordinate(end.x) + " " +
                             coordinate(end.y) + "L" + coordinate(end.x + 4) + " " + coordinate(end.y - 7);
    const std::string arrow = has_head ? "<path" + attribute("class", "head") + attribute("d", head) + "/>" : "";
    return element("g", attribute("class", edge.is_for_loss ? "edge training" : "edge"),
                   element("title", "", escaped(edge.value + ": " + edge.shape)) + "<path" + attribute("d", path) +
                       "/>" + arrow) +
           "\n";
  }

  /// A use of a block, with its name.
  Drawing frame(int block) {
    const NetworkBlock& use = network_.blocks[static_cast<size_t>(block)];
    const Drawing inside = group(block);
    const std::string title =
        "block " + use.name + (use.uses > 1 ? ", used " + std::to_string(use.uses) + " times" : "");
    Drawing drawing;
    drawing.width = std::max(inside.width + 2 * kFrameSide, 7.0 * static_cast<double>(width(title)) + 20);
    drawing.height = inside.height + kFrameHead + kFrameFoot;
    const double left = std::round((drawing.width - inside.width) / 2);
    drawing.svg = rectangle(0, 0, drawing.width, drawing.height, 10, "frame");
    for (const auto& [value, x] : inside.in) drawing.svg += pipe(left + x, 0, kFrameHead);
    for (const auto& [value, x] : inside.out)
      drawing.svg += pipe(left + x, drawing.height - kFrameFoot, drawing.height);
    drawing.svg += rectangle(8, 5, 6.0 * static_cast<double>(width(title)) + 6, 15, 2, "frame-ground") +
                   text_at(10, 16, "frame-title", title);
    drawing.svg += element("g",
                           attribute("class", "framed") + attribute("transform", "translate(" + coordinate(left) + " " +
                                                                                     coordinate(kFrameHead) + ")"),
                           inside.svg);
    for (const auto& [value, x] : inside.in) drawing.in[value] = left + x;
    for (const auto& [value, x] : inside.out) drawing.out[value] = left + x;
    return drawing;
  }

  static std::string pipe(double x, double from, double to) {
    return "<path" + attribute("class", "pipe") +
           attribute("d", "M" + coordinate(x) + " " + coordinate(from) + "V" + coordinate(to)) + "/>";
  }

  Drawing stack(const std::vector<int>& rows) const {
    const Kind kind = node(rows[0]).kind;
    if (node(rows[0]).is_end()) return pill(rows[0]);
    Drawing drawing;
    drawing.width = kBoxWidth;
    drawing.height = kRowHeight * static_cast<double>(rows.size());
    const char* style = kind == Kind::loss ? "box loss" : "box";
    drawing.svg = rectangle(0, 0, drawing.width, drawing.height, 8, style);
    for (size_t r = 0; r < rows.size(); ++r) {
      const double y = kRowHeight * static_cast<double>(r);
      if (r > 0) {
        drawing.svg += "<path" + attribute("class", "rule") +
                       attribute("d", "M1 " + coordinate(y) + "H" + coordinate(kBoxWidth - 1)) + "/>";
      }
      drawing.svg += row(rows[r], y);
    }
    return drawing;
  }

  /// A layer or an expression: what it is and where it is computed, what comes out, how many parameters it has.
  std::string row(int number, double y) const {
    const NetworkNode& of = node(number);
    const std::string steps = of.steps.empty() ? "" : (of.steps.size() > 1 ? "steps " : "step ") + numbers_of(of.steps);
    const size_t room = 25 - width(steps);
    std::string result = of.values.empty() ? "" : inside(of), params;
    if (of.kind == Kind::expression || of.kind == Kind::loss) result = of.text;
    if (of.param_count) params = counted(of.param_count, is_shared(of) ? "shared parameter" : "parameter");
    const std::string about = of.text.empty() ? of.title : of.text;
    std::string text = element("title", "", escaped(about + (of.place.empty() ? "" : "  " + of.place))) +
                       rectangle(0, y, kBoxWidth, kRowHeight, 8, "hit") +
                       text_at(11, y + 18, "name", cut(of.title, room)) +
                       text_at(11, y + 34, "value", cut(result, 33 - width(params)));
    if (!params.empty()) text += text_at(kBoxWidth - 11, y + 34, "value right", params);
    std::string svg = link(id_ + "-layer-" + std::to_string(number), text, id_ + "-box-" + std::to_string(number));
    if (!steps.empty()) {
      const std::string surface = of.is_of_loss ? "-step-" : "-infer-";
      svg +=
          link(id_ + surface + std::to_string(of.steps[0]), text_at(kBoxWidth - 11, y + 18, "badge right", steps), "");
    }
    return svg;
  }

  /// The names of its values, without that of the frame around it.
  std::string inside(const NetworkNode& of) const {
    const std::string frame = of.block < 0 ? "" : network_.blocks[static_cast<size_t>(of.block)].name + ".";
    std::vector<std::string> names;
    for (const std::string& value : of.values)
      names.push_back(value.starts_with(frame) ? value.substr(frame.size()) : value);
    return joined(names);
  }

  static std::string link(const std::string& to, const std::string& content, const std::string& id) {
    return element("a", attribute("href", "#" + to) + (id.empty() ? "" : attribute("id", id)), content);
  }

  static std::string numbers_of(const std::vector<int>& steps) {
    std::string text;
    for (int step : steps) text += (text.empty() ? "" : ", ") + std::to_string(step);
    return cut(text, 9);
  }

  bool is_shared(const NetworkNode& of) const {
    return std::any_of(of.params.begin(), of.params.end(),
                       [&](const std::string& param) { return uses_of_.at(param) > 1; });
  }

  Drawing pill(int number) const {
    static const std::map<Kind, const char*> kWords = {
        {Kind::input, "input"}, {Kind::target, "target"}, {Kind::output, "output"}};
    const NetworkNode& of = node(number);
    Drawing drawing;
    drawing.width = std::max(kPillWidth, std::min(kBoxWidth, 8.0 * static_cast<double>(width(of.title)) + 36));
    drawing.height = kPillHeight;
    const std::string kind = kWords.at(of.kind);
    drawing.svg = element("g", attribute("id", id_ + "-box-" + std::to_string(number)),
                          element("title", "", escaped(kind + " " + of.title + ": " + joined(of.shapes))) +
                              rectangle(0, 0, drawing.width, drawing.height, kPillHeight / 2, "pill " + kind) +
                              text_at(drawing.width / 2, 17, "name middle", cut(of.title, 24)) +
                              text_at(drawing.width / 2, 32, "value middle",
                                      kind + (of.kind == Kind::output ? " " + joined(of.shapes) : "")));
    return drawing;
  }

  const Network& network_;
  std::string id_;
  std::vector<std::vector<int>> stacks_;
  std::map<int, int> stack_of_;
  std::map<std::string, int> uses_of_;  // of params
};

}  // namespace

std::string picture(const Network& network, const std::string& id) {
  constexpr double kMargin = 12, kLeastScale = 0.7;  // below that, it is moved sideways
  const Drawing drawing = Painter(network, id).run();
  const double width = drawing.width + 2 * kMargin, height = drawing.height + 2 * kMargin;
  return element("svg",
                 attribute("viewBox", coordinate(-kMargin) + " " + coordinate(-kMargin) + " " + coordinate(width) +
                                          " " + coordinate(height)) +
                     attribute("width", coordinate(width)) + attribute("height", coordinate(height)) +
                     attribute("style", "min-width:" + coordinate(kLeastScale * width) + "px") +
                     attribute("role", "img") + attribute("aria-label", "the network, from its inputs to its outputs"),
                 "\n" + drawing.svg + "\n");
}

}  // namespace nnc::report
