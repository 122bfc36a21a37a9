// The insides of generated functions.
#include "compiler/emit/body.h"

#include "kernel/kernel_text.h"

namespace nnc::test {
namespace {

using emit::Body;
using emit::Lanes;

/// The text of the only step, a nest.
std::string nest_of(const std::string& text, Lanes lanes) {
  kernel::Program program = scheduled(text);
  EXPECT_EQ(program.tile.size(), 1u) << kernel::print(program);
  return Body(program, lanes).nest(std::get<kernel::Nest>(program.tile.at(0)));
}

constexpr const char* kElements = R"(
input x[N, 8]
param scale[8]
y[b, i] = exp(x[b, i]) * scale[i]   over b: N, i: 8
output y
)";

TEST(Body, a_lane_of_a_vector_is_a_sample) {
  EXPECT_EQ(nest_of(kElements, Lanes::vectors),
            "for (int s = 0; s < T; s += nn::kLanes) {\n"
            "  for (int i = 0; i < 8; ++i) {\n"
            "    nn::store(t.y + i * T + s, nn::exp(nn::load(t.x + i * T + s)) * w[i]);\n"
            "  }\n"
            "}\n");
}

TEST(Body, of_one_sample_has_no_lanes) {
  EXPECT_EQ(nest_of(kElements, Lanes::one),
            "for (int i = 0; i < 8; ++i) {\n"
            "  t.y[i] = nn::exp(t.x[i]) * w[i];\n"
            "}\n");
}

TEST(Body, of_a_thread_has_its_lane) {
  EXPECT_EQ(nest_of(kElements, Lanes::thread),
            "for (int i = 0; i < 8; ++i) {\n"
            "  t.y[i * T + lane] = nn::exp(t.x[i * T + lane]) * w[i];\n"
            "}\n");
}

TEST(Body, a_value_that_is_the_same_for_all_fills_lanes) {
  EXPECT_EQ(nest_of("input x[N]\nparam w[2]\ny[b, i] = w[i]   over b: N, i: 2\noutput y\n", Lanes::vectors),
            "for (int s = 0; s < T; s += nn::kLanes) {\n"
            "  for (int i = 0; i < 2; ++i) {\n"
            "    nn::store(t.y + i * T + s, nn::splat(w[i]));\n"
            "  }\n"
            "}\n");
}

TEST(Body, work_that_is_used_twice_has_a_name) {
  EXPECT_EQ(nest_of("input x[N]\ny[b] = exp(x[b]) * (exp(x[b]) + 1)   over b: N\noutput y\n", Lanes::one),
            "const auto e = nn::exp(t.x[0]);\n"
            "t.y[0] = e * (e + 1.0f);\n");
}

TEST(Body, work_outside_of_a_loop_stands_outside) {
  EXPECT_EQ(
      nest_of("input x[N, 4]\ninput z[N]\ny[b, i] = x[b, i] * exp(z[b])   over b: N, i: 4\noutput y\n", Lanes::one),
      "const auto e = nn::exp(t.z[0]);\n"
      "for (int i = 0; i < 4; ++i) {\n"
      "  t.y[i] = t.x[i] * e;\n"
      "}\n");
}

TEST(Body, a_stored_value_is_computed_once) {
  std::string text = nest_of(
      "input x[N]\ny[b] = exp(x[b])   over b: N\nz[b] = y[b] * y[b]   over b: N\noutput y\noutput z\n", Lanes::one);
  EXPECT_EQ(text,
            "const auto y = nn::exp(t.x[0]);\n"
            "t.y[0] = y;\n"
            "t.z[0] = y * y;\n");
}

TEST(Body, a_place_that_is_not_proved_is_clamped) {
  std::string inside = nest_of("input k[N]: i32\nparam p[8]\ny[b] = p[k[b] mod 8]   over b: N\noutput y\n", Lanes::one);
  std::string outside =
      nest_of("input k[N]: i32\nparam p[8]\ny[b] = p[k[b] mod 9]   over b: N\noutput y\n", Lanes::one);
  EXPECT_EQ(inside.find("clamp_index"), std::string::npos) << inside;
  EXPECT_NE(outside.find("clamp_index"), std::string::npos) << outside;
}

TEST(Body, features_of_a_row_are_one_gather) {
  std::string text = nest_of(R"(
input k[N]: i32
param p[8, 2]
y[b] = p[k[b] mod 8, 0] + p[k[b] mod 8, 1]   over b: N
output y
)",
                             Lanes::vectors);
  EXPECT_NE(text.find("nn::gather<2>("), std::string::npos) << text;
  EXPECT_EQ(text.find("nn::gather<"), text.rfind("nn::gather<")) << text;
}

TEST(Body, an_epilogue_works_on_the_products_value) {
  kernel::Program program = scheduled(kDenseLayer);
  Body body(program, Lanes::vectors);
  EXPECT_EQ(body.epilogue(std::get<kernel::Product>(program.tile.at(0)), "value"),
            "nn::store(t.h + o * T + s, nn::max(value, 0.0f));\n");
}

}  // namespace
}  // namespace nnc::test
