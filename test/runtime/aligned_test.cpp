// The buffer: where it begins, what is in it at first, and that it moves.
#include "nn/aligned.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <utility>

namespace {

TEST(AlignedBuffer, begins_at_a_cache_line_and_is_zero) {
  for (std::size_t size = 1; size < 70; ++size) {
    const nn::AlignedBuffer<float> buffer(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0u);
    EXPECT_EQ(buffer.size(), size);
    for (const float x : buffer) EXPECT_EQ(x, 0.0f);
  }
}

TEST(AlignedBuffer, moves_with_its_numbers) {
  nn::AlignedBuffer<int> a(3);
  a[2] = 5;
  const int* where = a.data();
  nn::AlignedBuffer<int> b = std::move(a);
  EXPECT_EQ(b.data(), where);
  EXPECT_EQ(b[2], 5);
  b = nn::AlignedBuffer<int>(1);
  EXPECT_EQ(b.size(), 1u);
  b[0] = 4;
  b.clear_to_zero();
  EXPECT_EQ(b[0], 0);
}

TEST(AlignedBuffer, of_nothing_has_no_memory) {
  EXPECT_TRUE(nn::AlignedBuffer<float>().empty());
  EXPECT_EQ(nn::AlignedBuffer<float>(0).data(), nullptr);
}

TEST(AlignedBuffer, of_too_much_is_refused) {
  EXPECT_THROW(nn::AlignedBuffer<double>(static_cast<std::size_t>(-1) / 4), std::bad_alloc);
}

}  // namespace
