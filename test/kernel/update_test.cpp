// Optimizers: what goes element by element, and what depends on the step alone.
#include "compiler/kernel/update.h"

#include "kernel/kernel_text.h"

namespace nnc::test {
namespace {

kernel::Update scheduled_update(const std::string& text) {
  ir::Module module = read_ir(text);
  expect_well_formed(module);
  return kernel::schedule_update(std::move(module), "w");
}

TEST(Update, of_each_element_by_itself) {
  kernel::Update update = scheduled_update(R"(
param w[4, 3]
input gradient[4, 3]
state w.m[4, 3]
input step
next[i, j]   = 0.9 * w.m[i, j] + gradient[i, j]               over i: 4, j: 3
moved[i, j]  = w[i, j] - 0.1 * next[i, j] / (1 - 0.9^step[])  over i: 4, j: 3
w.m := next
w := moved
)");
  EXPECT_TRUE(update.is_elementwise);
  ASSERT_EQ(update.arrays.size(), 3u);
  EXPECT_EQ(update.arrays[0].name, "weight");
  EXPECT_EQ(update.arrays[1].name, "gradient");
  EXPECT_EQ(update.arrays[2].name, "m");
  EXPECT_EQ(update.arrays[2].elements, 12);
  EXPECT_EQ(update.rates.size(), 1u);
  EXPECT_EQ(update.results.size(), 2u);
}

TEST(Update, with_a_number_for_the_tensor_goes_by_shape) {
  kernel::Update update = scheduled_update(R"(
param w[4, 3]
input gradient[4, 3]
state w.v
input step
size[]      += gradient[i, j]^2                              over i: 4, j: 3
next[]       = 0.9 * w.v[] + size[]
moved[i, j]  = w[i, j] - 0.1 * gradient[i, j] / sqrt(next[]) over i: 4, j: 3
w.v := next
w := moved
)");
  EXPECT_FALSE(update.is_elementwise);
  ASSERT_EQ(update.arrays.size(), 3u);
  EXPECT_EQ(update.arrays[2].name, "v");
  EXPECT_EQ(update.arrays[2].elements, 1);
}

TEST(Update, equal_rates_are_computed_once) {
  kernel::Update update = scheduled_update(R"(
param w[4]
input gradient[4]
input step
a[i]     = gradient[i] * (1 - 0.9^step[])   over i: 4
moved[i] = w[i] - a[i] * (1 - 0.9^step[])   over i: 4
w := moved
)");
  EXPECT_EQ(update.rates.size(), 1u);
}

}  // namespace
}  // namespace nnc::test
