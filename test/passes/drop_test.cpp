#include "compiler/passes/drop.h"

#include <gtest/gtest.h>

#include "compiler/ir/print.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

TEST(Drop, equations_that_no_result_needs_go) {
  EXPECT_EQ(equations_after(drop, R"(
input x[N, 2]
a[b, i] = exp(x[b, i])   over b: N, i: 2
c[b, i] = a[b, i] + 1   over b: N, i: 2
y[b, i] = x[b, i] + 1   over b: N, i: 2
output y
)"),
            "y[b, i] = x[b, i] + 1   over b: N, i: 2\n");
}

TEST(Drop, what_an_update_stores_is_needed) {
  EXPECT_EQ(equations_after(drop, R"(
param w[2]
next[i] = w[i] * 0.5   over i: 2
w := next
)"),
            "next[i] = w[i] * 0.5   over i: 2\n");
}

TEST(Drop, tables_that_nothing_reads_go) {
  ir::Module module = read(R"(
constant t[2] = 1, 2
input x[N]
y[b] = x[b]   over b: N
output y
)");
  drop(module);
  EXPECT_EQ(ir::print(module).find("constant"), std::string::npos);
}

}  // namespace
}  // namespace nnc::passes
