// Models as graphs: what stands in one box, what is drawn around it.
#include "compiler/report/network.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/report/stacks.h"
#include "report/reported.h"

namespace nnc::test {
namespace {

using report::Network;
using report::NetworkNode;

const NetworkNode& find(const Network& network, const std::string& title, size_t which = 0) {
  for (const NetworkNode& node : network.nodes) {
    if (node.title == title && which-- == 0) return node;
  }
  throw std::runtime_error("there is no " + title);
}

int edges_between(const Network& network, const std::string& from, const std::string& to) {
  return static_cast<int>(
      std::count_if(network.edges.begin(), network.edges.end(), [&](const report::NetworkEdge& edge) {
        return network.nodes[static_cast<size_t>(edge.from)].title == from &&
               network.nodes[static_cast<size_t>(edge.to)].title == to;
      }));
}

TEST(Network, layers_have_parameters_shapes_and_steps) {
  const Reported model = reported(R"(
model M {
  input x: f32[8]
  let a = x -> linear(16) -> relu
  output y = a -> linear(4)
  output both = concat(a, x)
  loss l2(y)
})");
  const Network& network = model.report->network;
  const NetworkNode& linear = find(network, "linear(16)");
  EXPECT_EQ(linear.kind, NetworkNode::Kind::layer);
  EXPECT_EQ(linear.param_count, 16 * 8 + 16);
  EXPECT_EQ(linear.shapes, (std::vector<std::string>{"16"}));
  EXPECT_EQ(linear.steps.size(), 1u);
  EXPECT_EQ(find(network, "relu").values, (std::vector<std::string>{"a"}));
  EXPECT_EQ(find(network, "relu").steps, linear.steps);
  EXPECT_EQ(edges_between(network, "x", "both"), 1);
  EXPECT_EQ(edges_between(network, "target.y", "loss"), 1);
  EXPECT_TRUE(find(network, "loss").is_of_loss);
}

TEST(Network, a_layer_of_layers_is_one_box) {
  const Reported model = reported(R"(
layer residual(x: [n]) -> y: [n] { y = x + (x -> linear(n) -> relu -> linear(n)) }
model M {
  input x: f32[8]
  output y = x -> residual
})");
  const Network& network = model.report->network;
  ASSERT_EQ(network.nodes.size(), 3u);  // x, residual, the output
  EXPECT_EQ(find(network, "residual").param_count, 2 * (8 * 8 + 8));
  EXPECT_EQ(find(network, "residual").steps.size(), 2u);
}

TEST(Network, uses_of_a_block_stand_in_frames_and_share_parameters) {
  const Reported model = reported(R"(
model M {
  input left: f32[4]
  input right: f32[4]
  block encode = linear(8) -> relu
  output d = norm((left -> encode) - (right -> encode))
})");
  const Network& network = model.report->network;
  ASSERT_EQ(network.blocks.size(), 2u);
  EXPECT_EQ(network.blocks[0].name, "encode");
  EXPECT_EQ(network.blocks[0].uses, 2);
  const NetworkNode &first = find(network, "linear(8)", 0), &second = find(network, "linear(8)", 1);
  EXPECT_NE(first.block, second.block);
  EXPECT_EQ(first.params, second.params);
}

TEST(Network, another_name_is_no_box) {
  const Reported model = reported(R"(
model M {
  input x: f32[4]
  let h = x -> linear(4)
  output first = h
  output second = h + 1
})");
  const Network& network = model.report->network;
  EXPECT_EQ(edges_between(network, "linear(4)", "first"), 1);
  EXPECT_EQ(edges_between(network, "linear(4)", "second"), 1);
  EXPECT_EQ(find(network, "first").kind, NetworkNode::Kind::output);
}

TEST(Network, gradients_read_what_they_are_of_and_by) {
  const Reported model = reported(R"(
model M {
  input p: f32[3]
  output d = p -> linear(8) -> tanh -> linear(1)
  output slope = grad(d, p)
})");
  const Network& network = model.report->network;
  EXPECT_EQ(edges_between(network, "p", "slope") + edges_between(network, "linear(1)", "slope"), 2);
}

TEST(Network, what_one_step_computes_in_a_chain_is_one_stack) {
  const Reported model = reported(R"(
model M {
  input x: f32[32]
  let a = x -> linear(32) -> relu
  output y = a -> linear(32) -> sigmoid
  output z = a * 2
})");
  const Network& network = model.report->network;
  std::vector<size_t> sizes;
  for (const std::vector<int>& stack : report::stacks_of(network)) sizes.push_back(stack.size());
  std::sort(sizes.begin(), sizes.end());
  EXPECT_EQ(sizes, (std::vector<size_t>{1, 1, 1, 1, 2, 2}));  // x, z and two outputs; linear with relu, with sigmoid
}

}  // namespace
}  // namespace nnc::test
