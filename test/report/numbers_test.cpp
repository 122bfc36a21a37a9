// Numbers as a reader sees them.
#include "compiler/report/numbers.h"

#include <gtest/gtest.h>

namespace nnc::report {
namespace {

TEST(Numbers, thousands_are_parted) {
  EXPECT_EQ(exact(0), "0");
  EXPECT_EQ(exact(999), "999");
  EXPECT_EQ(exact(1000), "1,000");
  EXPECT_EQ(exact(1234567), "1,234,567");
  EXPECT_EQ(counted(1, "byte"), "1 byte");
  EXPECT_EQ(counted(7312, "number"), "7,312 numbers");
}

TEST(Numbers, bytes_have_the_unit_that_leaves_three_digits) {
  EXPECT_EQ(bytes(0), "0 B");
  EXPECT_EQ(bytes(1023), "1,023 B");
  EXPECT_EQ(bytes(1024), "1 KiB");
  EXPECT_EQ(bytes(29248), "28.6 KiB");
  EXPECT_EQ(bytes(1048575), "1 MiB");
  EXPECT_EQ(bytes(int64_t{5} << 40), "5 TiB");
  EXPECT_EQ(bytes_exactly(29248), "28.6 KiB (29,248 bytes)");
  EXPECT_EQ(bytes_exactly(80), "80 bytes");
}

TEST(Numbers, texts_are_cut_between_code_points) {
  EXPECT_EQ(width("a × b"), 5u);
  EXPECT_EQ(cut("a × b", 5), "a × b");
  EXPECT_EQ(cut("a × bc", 4), "a ×…");
  EXPECT_EQ(one_line("  a\n\t-> b  // why\n   -> c "), "a -> b -> c");
}

TEST(Numbers, shapes_and_quotients) {
  EXPECT_EQ(shape({}), "number");
  EXPECT_EQ(shape({64, 32}), "64 × 32");
  EXPECT_EQ(rounded(0.17677), "0.177");
  EXPECT_EQ(rounded(29.14), "29.1");
  EXPECT_EQ(rounded(12345.6), "12,346");
}

}  // namespace
}  // namespace nnc::report
