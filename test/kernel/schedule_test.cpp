// What fuses, what is recognised, and what needs no memory.
#include "compiler/kernel/schedule.h"

#include "kernel/kernel_text.h"

namespace nnc::test {
namespace {

TEST(Fuse, a_chain_of_elements_is_one_nest_without_temporaries) {
  EXPECT_EQ(counts(scheduled(R"(
input x[N, 8]
a[b, i] = exp(x[b, i])     over b: N, i: 8
c[b, j] = a[b, j] + 1      over b: N, j: 8
y[b, k] = c[b, k] * x[b, k]   over b: N, k: 8
output y
)")),
            "1 nest, 0 temporaries");
}

TEST(Fuse, a_reduction_is_one_nest_with_what_it_needs) {
  EXPECT_EQ(counts(scheduled(R"(
input x[N, 8]
e[b, i]    = exp(x[b, i])      over b: N, i: 8
total[b]  += e[b, i]           over b: N, i: 8
y[b, i]    = e[b, i] / total[b]   over b: N, i: 8
output y
)")),
            "1 nest, 0 temporaries");
}

TEST(Fuse, a_reduction_over_what_a_loop_is_called_gets_another_name) {
  kernel::Program program = scheduled(R"(
input x[N, 5]
input s[N, 5, 5]
a[b, i]  = x[b, i] * 2               over b: N, i: 5
c[b, j] += s[b, i, j] * x[b, i]      over b: N, j: 5, i: 5
output a
output c
)");
  EXPECT_EQ(counts(program), "1 nest, 0 temporaries");
  EXPECT_NE(kernel::print(program).find("c[b, i] += s[b, i_2, i] * x[b, i_2]"), std::string::npos)
      << kernel::print(program);
}

TEST(Fuse, what_follows_a_product_is_its_epilogue) {
  EXPECT_EQ(counts(scheduled(kDenseLayer)), "1 product, 0 temporaries");
}

TEST(Fuse, two_layers_keep_what_is_between_them) {
  EXPECT_EQ(counts(scheduled(R"(
input x[N, 8]
param weight[16, 8]
param last[4, 16]
s[b, o] += weight[o, i] * x[b, i]   over b: N, o: 16, i: 8
h[b, o]  = max(s[b, o], 0)          over b: N, o: 16
y[b, o] += last[o, i] * h[b, i]     over b: N, o: 4, i: 16
output y
)")),
            "2 products, 1 temporary");
}

TEST(Fuse, an_epilogue_takes_no_reductions) {
  EXPECT_EQ(counts(scheduled(R"(
input x[N, 8]
param weight[16, 8]
s[b, o] += weight[o, i] * x[b, i]   over b: N, o: 16, i: 8
y[b]    += s[b, o]^2                over b: N, o: 16
output y
)")),
            "1 nest, 1 product, 1 temporary");
}

TEST(Recognise, gradients_of_a_layer_are_outers_and_lane_sums) {
  EXPECT_EQ(counts(scheduled(R"(
input x[N, 8]
input d_y[N, 16]
param weight[16, 8]
param offset[16]
d_offset[o]    += d_y[b, o]               over b: N, o: 16
d_weight[o, i] += x[b, i] * d_y[b, o]     over b: N, o: 16, i: 8
d_x[b, i]      += weight[o, i] * d_y[b, o]   over b: N, o: 16, i: 8
output d_offset
output d_weight
output d_x
)")),
            "1 product, 1 outer, 1 lane sum, 0 temporaries");
}

TEST(Recognise, a_transposed_matrix_is_read_in_place) {
  kernel::Program program = scheduled(R"(
input d_y[N, 16]
param weight[16, 8]
d_x[b, i] += weight[o, i] * d_y[b, o]   over b: N, o: 16, i: 8
output d_x
)");
  const auto& product = std::get<kernel::Product>(program.tile.at(0));
  EXPECT_EQ(product.matrix.row_step, 1);
  EXPECT_EQ(product.matrix.term_step, 8);
}

TEST(Recognise, a_number_a_row_that_is_added_is_the_products_start) {
  kernel::Program program = scheduled(kDenseLayer);
  const auto& product = std::get<kernel::Product>(program.tile.at(0));
  ASSERT_TRUE(product.start);
  EXPECT_EQ(product.start->tensor->name, "offset");
  EXPECT_EQ(product.start->offset, 128);
}

TEST(Recognise, a_product_whose_own_value_is_used_too_starts_from_zero) {
  kernel::Program program = scheduled(R"(
input x[N, 8]
param weight[16, 8]
param offset[16]
s[b, o] += weight[o, i] * x[b, i]   over b: N, o: 16, i: 8
h[b, o]  = (s[b, o] + offset[o]) * s[b, o]   over b: N, o: 16
output h
)");
  EXPECT_FALSE(std::get<kernel::Product>(program.tile.at(0)).start);
}

TEST(Recognise, what_depends_on_the_sample_is_no_start) {
  kernel::Program program = scheduled(R"(
input x[N, 8]
input skip[N, 16]
param weight[16, 8]
s[b, o] += weight[o, i] * x[b, i]   over b: N, o: 16, i: 8
h[b, o]  = s[b, o] + skip[b, o]     over b: N, o: 16
output h
)");
  EXPECT_FALSE(std::get<kernel::Product>(program.tile.at(0)).start);
}

TEST(Recognise, products_with_computed_places_and_tiny_ones_are_nests) {
  EXPECT_EQ(counts(scheduled(R"(
input x[N, 8]
input k[N]: i32
param table[32, 8]
param small[2, 4]
y[b]    += table[k[b], i] * x[b, i]    over b: N, i: 8
z[b, o] += small[o, i] * x[b, i]       over b: N, o: 2, i: 4
output y
output z
)")),
            "1 nest, 0 temporaries");
}

TEST(Places, parts_of_a_concatenation_are_made_in_it) {
  kernel::Program program = scheduled(R"(
input x[N, 4]
a[b, i]   = exp(x[b, i])       over b: N, i: 4
c[b, i]   = x[b, i] * 2        over b: N, i: 4
value y[N, 8]
y[b, i]     = a[b, i]          over b: N, i: 4
y[b, i + 4] = c[b, i]          over b: N, i: 4
output y
)");
  EXPECT_EQ(counts(program), "1 nest, 0 temporaries");
  EXPECT_EQ(program.storage.at(program.module.find("c")).offset, 4);
}

TEST(Places, a_value_of_one_nest_is_a_variable_or_an_array) {
  kernel::Program program = scheduled(R"(
input x[N, 8]
e[b, i]    = exp(x[b, i])      over b: N, i: 8
total[b]  += e[b, i]           over b: N, i: 8
y[b, i]    = e[b, i] / total[b]   over b: N, i: 8
output y
)");
  EXPECT_EQ(program.storage.at(program.module.find("e")).place, kernel::Place::array);
  EXPECT_EQ(program.storage.at(program.module.find("total")).place, kernel::Place::variable);
}

TEST(Zones, uniform_values_stand_before_and_after_the_tiles) {
  kernel::Program program = scheduled(R"(
input x[N, 2]
param g[4, 3]
length[o] += g[o, i]^2                over o: 4, i: 3
y[b, i]    = x[b, i] * length[i]      over b: N, i: 2
d_length[o] += x[b, o]                over b: N, o: 2
d_g[o, i]  = g[o, i] * d_length[o]    over o: 2, i: 3
output y
output d_g
)");
  EXPECT_EQ(program.before.groups.size(), 1u);
  EXPECT_EQ(program.after.groups.size(), 1u);
}

TEST(Zones, a_sample_must_not_depend_on_all) {
  ir::Module module = read_ir(R"(
input x[N, 2]
mean[i] += x[b, i] / N       over b: N, i: 2
y[b, i]  = x[b, i] - mean[i] over b: N, i: 2
output y
)");
  Diagnostics diagnostics;
  EXPECT_FALSE(kernel::schedule(std::move(module), {}, kernel::cpu(), diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 1u);
  EXPECT_EQ(diagnostics.all()[0].kind, DiagnosticKind::MixesSamples);
}

constexpr const char* kScatter = R"(
input slot_of[N]: i32
input d_y[N, 4]
constant start[4]: i32 = 0, 8, 16, 24
param table[32, 2]
slot[b, l]  = start[l] + slot_of[b] mod 8   over b: N, l: 4
weight[b, l] = d_y[b, l] * 0.5              over b: N, l: 4
value d_table[32, 2]
d_table[slot[b, l], 0] += weight[b, l]      over b: N, l: 4
d_table[slot[b, l], 1] += d_y[b, l]         over b: N, l: 4
output d_table
)";

TEST(Scatter, has_an_axis_whose_rows_never_meet) {
  kernel::Program program = scheduled(kScatter);
  ASSERT_EQ(program.scatters.size(), 1u);
  ASSERT_NE(program.scatters[0].axis, nullptr);
  EXPECT_EQ(program.scatters[0].axis->extent.size, 4);
}

TEST(Scatter, computes_again_what_is_cheap) {
  kernel::Program program = scheduled(kScatter);
  for (const kernel::Buffer& buffer : program.buffers) {
    const bool is_input = program.module.find(buffer.name)->role == ir::Role::input;
    EXPECT_TRUE(is_input || !buffer.kept) << buffer.name;
  }
}

TEST(Scatter, sums_its_own_indices_before) {
  kernel::Program program = scheduled(R"(
input slot_of[N]: i32
input d_y[N, 4]
param table[8]
value d_table[8]
d_table[slot_of[b] mod 8] += d_y[b, l]^2   over b: N, l: 4
output d_table
)");
  ASSERT_EQ(program.scatters.size(), 1u);
  EXPECT_EQ(counts(program), "1 nest, 1 scatter, 1 temporary");
}

TEST(Scatter, of_one_tensor_has_one_owner_where_rows_may_meet) {
  const std::string text = R"(
input slot_of[N]: i32
input d_y[N, 4]
input d_z[N, 3]
constant start[4]: i32 = 0, 8, 16, 24
param table[56]
value d_table[56]
d_table[start[l] + slot_of[b] mod 8]   += d_y[b, l]   over b: N, l: 4
d_table[AT + slot_of[b] mod 8 + l * 8] += d_z[b, l]   over b: N, l: 3
output d_table
)";
  auto at = [&](const std::string& row) {
    std::string own = text;
    return scheduled(own.replace(own.find("AT"), 2, row));
  };
  kernel::Program apart = at("32"), meeting = at("31");
  ASSERT_EQ(apart.scatters.size(), 2u);
  EXPECT_NE(apart.scatters[1].axis, nullptr);
  ASSERT_EQ(meeting.scatters.size(), 1u);
  EXPECT_EQ(meeting.scatters[0].axis, nullptr);
}

TEST(Scatter, stands_in_the_tile_where_a_target_adds_atomically) {
  kernel::Program program = scheduled(kScatter, kernel::cuda());
  EXPECT_TRUE(program.scatters.empty());
  EXPECT_EQ(counts(program), "1 nest, 0 temporaries");
}

}  // namespace
}  // namespace nnc::test
