// The report's counts beside those of a pencil.
#include <gtest/gtest.h>

#include "report/reported.h"

namespace nnc::test {
namespace {

constexpr const char* kNet = R"(
model Net {
  input  x: f32[32]
  output y = x -> linear(64) -> relu -> linear(64) -> relu -> linear(16)
  loss l2(y)
  optimizer adam(rate = 1e-3)
}
)";

// Of 32-64-64-16, in multiply-adds.
constexpr int64_t kForward = 32 * 64 + 64 * 64 + 64 * 16;
constexpr int64_t kWeightGradients = kForward;
constexpr int64_t kInputGradientsOfHidden = 64 * 64 + 64 * 16;  // a step wants none of the first layer's
constexpr int64_t kParams = 32 * 64 + 64 + 64 * 64 + 64 + 64 * 16 + 16;

TEST(Counts, parameters_and_what_the_optimizer_keeps) {
  const Reported net = reported(kNet);
  const report::Report& report = *net.report;
  EXPECT_EQ(report.param_count, kParams);
  EXPECT_EQ(report.param_bytes(), 4 * kParams);
  ASSERT_EQ(report.params.size(), 6u);
  EXPECT_EQ(report.params[0].name, "linear_0.weight");
  EXPECT_EQ(report.params[0].shape, (sema::Shape{64, 32}));
  ASSERT_EQ(report.optimizers.size(), 1u);
  EXPECT_EQ(report.optimizers[0].states, (std::vector<std::string>{"m", "v"}));
  EXPECT_EQ(report.state_bytes(), 2 * 4 * kParams);
  EXPECT_EQ(report.optimizers[0].read, 4 * 4 * kParams);     // weight, gradient, m, v
  EXPECT_EQ(report.optimizers[0].written, 3 * 4 * kParams);  // weight, m, v
  // m: 2 products, a sum; v: 3 and a sum; change: 2 products, a root, a sum, a quotient; weight: a product, a
  // difference.
  EXPECT_EQ(report.optimizers[0].flop, (3 + 4 + 5 + 2) * kParams);
}

TEST(Counts, inference_of_a_small_network) {
  const Reported net = reported(kNet);
  const report::Surface& infer = net.surface("infer");
  EXPECT_EQ(infer.work().multiply_adds, kForward);
  EXPECT_EQ(infer.work().other, 64 + 64);  // relu: a max each; an offset is what a sum starts from
  EXPECT_EQ(infer.work().flop(), 2 * kForward + 128);
  EXPECT_EQ(infer.work(), infer.forward);
  EXPECT_EQ(infer.read_bytes(), 4 * 32);
  EXPECT_EQ(infer.written_bytes(), 4 * 16);
  EXPECT_EQ(infer.params, 4 * kParams);  // each is read once a tile
  EXPECT_EQ(infer.gathered + infer.scattered, 0);
  EXPECT_DOUBLE_EQ(infer.intensity(), (2.0 * kForward + 128) / (4 * 32 + 4 * 16));
}

TEST(Counts, a_training_step_of_a_small_network) {
  const Reported net = reported(kNet);
  const report::Surface& step = net.surface("step");
  EXPECT_EQ(step.forward.multiply_adds, kForward);
  EXPECT_EQ(step.backward.multiply_adds, kWeightGradients + kInputGradientsOfHidden);
  EXPECT_EQ(2 * step.work().multiply_adds, 38912);  // the hand count of the design
  // The loss: 16 differences, squares and their sum but for the first, over 16, over N and onto the batch's sum.
  EXPECT_EQ(step.forward.other, 128 + 16 + 16 + 15 + 1 + 1 + 1);
  // Its gradient: differences that are made in another step, by 1 / N, by 2 / 16; gradients of three offsets.
  EXPECT_EQ(step.backward.other, 3 * 16 + 64 + 64 + 16);
  EXPECT_EQ(step.backward.selects, 64 + 64);
  EXPECT_EQ(step.read_bytes(), 4 * 32 + 4 * 16);
  EXPECT_EQ(step.written_bytes(), 0);
  EXPECT_EQ(step.sums, kParams + 1);  // the loss
}

TEST(Counts, backward_computes_forward_again_and_the_inputs_gradient) {
  const Reported net = reported(kNet);
  const report::Surface& backward = net.surface("backward");
  EXPECT_EQ(backward.forward, report::Work());
  EXPECT_EQ(backward.again.multiply_adds, kForward - 64 * 16);  // but for y, which no gradient reads
  EXPECT_EQ(backward.backward.multiply_adds, kWeightGradients + kInputGradientsOfHidden + 32 * 64);
  EXPECT_EQ(backward.written_bytes(), 4 * 32);
}

TEST(Counts, the_derivative_of_a_sample_shares_nothing) {
  const Reported net = reported(kNet);
  const report::Surface& derivative = net.surface("differentiate");
  EXPECT_EQ(derivative.samples, 1);
  EXPECT_EQ(derivative.work().multiply_adds, kForward - 64 * 16 + kInputGradientsOfHidden + 32 * 64);
  EXPECT_EQ(derivative.read_bytes(), 4 * 32 + 4 * 16);
  EXPECT_EQ(derivative.written_bytes(), 4 * 32);
  EXPECT_EQ(derivative.tile_bytes, 4 * (32 + 4 * 64 + 16 + 32));
  EXPECT_EQ(derivative.scattered, 0);
  for (const report::Step& step : derivative.steps) {
    for (const report::Access& access : step.reads) EXPECT_TRUE(access.is_per_sample) << access.name;
  }
}

TEST(Counts, buffers_of_a_tile) {
  const Reported net = reported(kNet);
  const report::Surface& infer = net.surface("infer");
  const int64_t tile = net.report->target.tile;
  EXPECT_EQ(infer.tile_bytes, 4 * tile * (32 + 64 + 64 + 16));
  ASSERT_EQ(infer.buffers.size(), 4u);
  EXPECT_EQ(infer.buffers[0].first, 0);  // the caller's rows
  EXPECT_EQ(infer.buffers[0].last, 1);
  EXPECT_EQ(infer.buffers[1].first, 1);
  EXPECT_EQ(infer.buffers[1].last, 2);
  EXPECT_EQ(infer.buffers[3].last, 4);  // behind three steps: into the caller's rows
}

TEST(Counts, every_part_of_the_work_is_in_some_step) {
  const Reported net = reported(kNet);
  for (const report::Surface& surface : net.report->surfaces) {
    report::Work all;
    for (const report::Step& step : surface.steps) all += step.work();
    EXPECT_EQ(all, surface.work()) << surface.name;
  }
}

constexpr const char* kTokens = R"(
model Tokens {
  input token: u8
  output y = token -> embedding(count = 100, features = 16) -> linear(4)
  loss l2(y)
}
)";

TEST(Counts, rows_that_a_sample_selects) {
  const Reported tokens = reported(kTokens);
  const report::Surface& step = tokens.surface("step");
  EXPECT_EQ(step.read_bytes(), 1 + 4 * 4);
  EXPECT_EQ(step.gathered, 4 * 16);
  EXPECT_EQ(step.scattered, 4 * 16);
  EXPECT_EQ(step.work().multiply_adds, 3 * 16 * 4);
  const report::Step& scatter = step.steps.back();
  EXPECT_EQ(scatter.kind, report::StepKind::scatter);
  EXPECT_EQ(step.kept_bytes > 0, true);
}

TEST(Counts, a_device_scatters_inside_its_tiles) {
  const Reported tokens = reported(kTokens, "a.cu");
  const report::Surface& step = tokens.surface("step");
  EXPECT_EQ(tokens.report->target.name, "CUDA");
  EXPECT_EQ(step.scattered, 4 * 16);
  EXPECT_EQ(step.kept_bytes, 0);
  for (const report::Step& each : step.steps) EXPECT_NE(each.kind, report::StepKind::scatter);
}

}  // namespace
}  // namespace nnc::test
