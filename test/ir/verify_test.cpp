// Each rule of a well-formed module, broken once.
#include "compiler/ir/verify.h"

#include <gtest/gtest.h>

#include "compiler/ir/build.h"
#include "ir/ir_text.h"

namespace nnc::ir {
namespace {

std::string only_complaint(const Module& module) {
  std::vector<std::string> complaints = verify(module);
  EXPECT_EQ(complaints.size(), 1u);
  return complaints.empty() ? "" : complaints[0];
}

std::string complaint(const std::string& text) { return only_complaint(test::read_ir(text)); }

TEST(Verify, accepts_the_texts_of_a_layer_and_a_recurrence) {
  EXPECT_TRUE(verify(test::read_ir("input x[N, 3]\nparam w[2, 3]\n"
                                   "y[b, o] += w[o, i] * x[b, i]   over b: N, o: 2, i: 3\noutput y\n"))
                  .empty());
  EXPECT_TRUE(verify(test::read_ir("value h[N, 6]\ninput x[N, 6]\n"
                                   "h[b, t] = x[b, t] + select(t > 0, h[b, t - 1], 0)   over b: N, ordered t: 6\n"))
                  .empty());
}

TEST(Verify, complains_about_places) {
  EXPECT_EQ(complaint("param w[2]\ny[i] = w[i]   over i: 3\n"), "place 0 is outside `w`: y[i] = w[i]   over i: 3");
  EXPECT_EQ(complaint("param w[2]\ny = w[2]\n"), "place 0 is outside `w`: y = w[2]");
  EXPECT_EQ(complaint("param w[2]\ny[b] = w[b]   over b: N\n"), "place 0 is outside `w`: y[b] = w[b]   over b: N");
  EXPECT_EQ(complaint("value y[3, N]\ny[i, b] = 1   over b: N, i: 3\n"), "`N` is not the first dimension of `y`");
}

TEST(Verify, complains_about_ranks_and_types) {
  Module module = test::read_ir("param w[2, 2]\nparam k\nvalue y\nvalue z: i32\n");
  Builder m(module);
  Tensor *w = module.find("w"), *y = module.find("y"), *z = module.find("z");
  const Node* zero = module.constant(0, Type::i32);
  module.equations = {{y, {}, Combine::set, module.read(w, {zero}), {}, {}}};
  EXPECT_EQ(only_complaint(module), "`w` is not of rank 1: y = w[0]");
  module.equations = {{y, {}, Combine::set, module.read(w, {zero, module.read(module.find("k"), {})}), {}, {}}};
  EXPECT_EQ(only_complaint(module), "a place of `w` is not an i32: y = w[0, k]");
  module.equations = {{z, {}, Combine::set, module.constant(1, Type::real), {}, {}}};
  EXPECT_EQ(only_complaint(module), "the body is not of the type of `z`: z = 1");
}

TEST(Verify, complains_about_domains) {
  Module module = test::read_ir("value y\n");
  const Index *i = module.index("i", {3}), *other = module.index("i", {4});
  module.equations = {{module.find("y"), {}, Combine::sum, module.apply(Op::to_real, {module.value_of(i)}), {}, {}}};
  EXPECT_EQ(only_complaint(module), "`i` is not in the domain: y += real(i)");
  module.equations[0].over = {i, other};
  EXPECT_EQ(only_complaint(module), "two indices are called `i`: y += real(i)   over i: 3, i: 4");
  EXPECT_EQ(complaint("y = real(i)   over i: 3\n"),
            "`i` is in the domain of a set and not in its places: y = real(i)   over i: 3");
}

TEST(Verify, complains_about_what_is_written) {
  EXPECT_EQ(complaint("input x[N]\nx[b] = 1   over b: N\n"), "`x` is not a value: x[b] = 1   over b: N");
  EXPECT_EQ(complaint("y = 1\ny += 1\n"), "`y` has contributions of two kinds: y += 1");
  EXPECT_EQ(complaint("y *= 2\ny *= 3\n"), "`y` is a prod or a max of two equations: y *= 3");
  EXPECT_EQ(complaint("y += true\n"), "booleans cannot be combined: y += true");
  EXPECT_EQ(complaint("value y[3]\ny[2 * i] *= 2.0   over i: 2\n"),
            "a prod or a max is written at a computed place: y[2 * i] *= 2   over i: 2");
}

TEST(Verify, complains_about_the_order) {
  EXPECT_EQ(complaint("y += 1\nz = y\ny += 2\n"), "`y` is read before its last contribution: z = y");
  EXPECT_EQ(complaint("value y[3]\ny[i] = y[i]   over i: 3\n"),
            "`y` is read before its last contribution: y[i] = y[i]   over i: 3");
  EXPECT_EQ(complaint("value x\ny = x\n"), "`x` is never written: y = x");
  EXPECT_EQ(complaint("value x\noutput x\n"), "`x` is never written");
}

TEST(Verify, complains_about_constants_and_updates) {
  EXPECT_EQ(complaint("constant c[3] = 1, 2\n"), "`c` does not hold as many numbers as its shape says");
  EXPECT_EQ(complaint("input x\ny = 1\nx := y\n"), "`x` is updated and neither a param nor a state");
  EXPECT_EQ(complaint("param w[2]\ny = 1\nw := y\n"), "`w` is updated by a value of another shape or type");
}

}  // namespace
}  // namespace nnc::ir
