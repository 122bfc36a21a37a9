// The functions that are exact: the same answers for one sample and in every lane, for reals, integers and truth
// values.
#include "nn/cpu/math.h"

#include <gtest/gtest.h>

#include <climits>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

using nn::kLanes;
using nn::Vec;
using nn::VecInt;
using nn::VecUnsigned;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const std::vector<float> kReals = {0.0f,     -0.0f,         0.3f,           -0.3f,         0.5f,          -0.5f,
                                   1.0f,     -1.0f,         1.5f,           -1.5f,         2.5f,          -2.5f,
                                   7.75f,    -7.75f,        8388607.5f,     -8388607.5f,   1e10f,         -1e10f,
                                   3e38f,    1e-40f,        kInf,           -kInf,         kNan,          5.0f,
                                   -5.0f,    2147483520.0f, -2147483648.0f, 2147483648.0f, 4294967040.0f, 4294967296.0f,
                                   65504.0f, 65520.0f,      5.9604645e-8f,  2.9802322e-8f};
const std::vector<std::int32_t> kInts = {0,  1,  -1,      2,        -2,      7,       -7,         10,
                                         31, 32, 1000003, -1000003, INT_MAX, INT_MIN, INT_MIN + 1};
const std::vector<std::uint32_t> kUnsigneds = {0u,  1u,          2u,          7u,          10u,        31u,
                                               32u, 2654435761u, 0x7fffffffu, 0x80000000u, 0xffffffffu};

float lane(Vec v) { return v[kLanes - 1]; }
std::int32_t lane(VecInt v) { return v[kLanes - 1]; }
std::uint32_t lane(VecUnsigned v) { return v[kLanes - 1]; }

/// Equal as values: NaN equals NaN, and a mask equals the truth value that it stands for.
void expect_same(float many, float one) {
  EXPECT_TRUE(many == one || (std::isnan(many) && std::isnan(one))) << many << ", not " << one;
}
void expect_same(std::int32_t many, std::int32_t one) { EXPECT_EQ(many, one); }
void expect_same(std::uint32_t many, std::uint32_t one) { EXPECT_EQ(many, one); }
void expect_same(std::int32_t many, bool one) { EXPECT_EQ(many, one ? -1 : 0); }

/// f of each value alone and of a vector of it.
template <class T, class F>
void for_each_of(const std::vector<T>& values, F f) {
  for (const T a : values) {
    SCOPED_TRACE(a);
    expect_same(lane(f(nn::splat(a))), f(a));
  }
}
/// f of each pair: both vectors, and a vector with a scalar on either side.
template <class T, class U, class F>
void for_each_pair(const std::vector<T>& left, const std::vector<U>& right, F f) {
  for (const T a : left) {
    for (const U b : right) {
      SCOPED_TRACE(testing::Message() << a << ", " << b);
      expect_same(lane(f(nn::splat(a), nn::splat(b))), f(a, b));
      expect_same(lane(f(nn::splat(a), b)), f(a, b));
      expect_same(lane(f(a, nn::splat(b))), f(a, b));
    }
  }
}

TEST(Math, max_and_min_let_nan_through_on_either_side) {
  const auto max = [](auto a, auto b) { return nn::max(a, b); };
  const auto min = [](auto a, auto b) { return nn::min(a, b); };
  for_each_pair(kReals, kReals, max);
  for_each_pair(kReals, kReals, min);
  for_each_pair(kInts, kInts, max);
  for_each_pair(kInts, kInts, min);
  for_each_pair(kUnsigneds, kUnsigneds, max);
  for_each_pair(kUnsigneds, kUnsigneds, min);
  EXPECT_TRUE(std::isnan(nn::max(kNan, 0.0f)) && std::isnan(nn::max(0.0f, kNan)));
  EXPECT_TRUE(std::isnan(nn::min(kNan, 0.0f)) && std::isnan(nn::min(0.0f, kNan)));
  for_each_of(kReals, [](auto x) { return nn::max(x, 0.0f); });  // with a constant: another way
  for_each_of(kReals, [](auto x) { return nn::min(6.0f, x); });
}

TEST(Math, steps_round_and_keep_their_parts) {
  for_each_of(kReals, [](auto x) { return nn::floor(x); });
  for_each_of(kReals, [](auto x) { return nn::ceil(x); });
  for_each_of(kReals, [](auto x) { return nn::round(x); });
  for_each_of(kReals, [](auto x) { return nn::fract(x); });
  EXPECT_EQ(nn::round(2.5f), 2.0f);
  EXPECT_EQ(nn::round(-1.5f), -2.0f);
  EXPECT_EQ(nn::floor(-0.3f), -1.0f);
  EXPECT_EQ(nn::ceil(-0.3f), 0.0f);
  EXPECT_EQ(nn::ceil(7.75f), 8.0f);
  EXPECT_EQ(nn::floor(8388607.5f), 8388607.0f);
  EXPECT_EQ(nn::fract(-0.3f), -0.3f + 1.0f);
}

TEST(Math, sign_is_minus_one_zero_or_one_and_nan_of_nan) {
  const auto sign = [](auto x) { return nn::sign(x); };
  for_each_of(kReals, sign);
  for_each_of(kInts, sign);
  for_each_of(kUnsigneds, sign);
  EXPECT_EQ(nn::sign(-1e-40f), -1.0f);
  EXPECT_EQ(nn::sign(0.0f), 0.0f);
  EXPECT_TRUE(std::isnan(nn::sign(kNan)));
}

TEST(Math, abs_wraps_at_the_least_integer) {
  const auto abs = [](auto x) { return nn::abs(x); };
  for_each_of(kReals, abs);
  for_each_of(kInts, abs);
  EXPECT_EQ(nn::abs(INT_MIN), INT_MIN);
}

TEST(Math, a_real_as_an_integer_is_cut_and_saturates) {
  for_each_of(kReals, [](auto x) { return nn::to_int(x); });
  for_each_of(kReals, [](auto x) { return nn::to_unsigned(x); });
  EXPECT_EQ(nn::to_int(-7.75f), -7);
  EXPECT_EQ(nn::to_int(kNan), 0);
  EXPECT_EQ(nn::to_int(1e10f), INT_MAX);
  EXPECT_EQ(nn::to_int(-kInf), INT_MIN);
  EXPECT_EQ(nn::to_unsigned(-1.0f), 0u);
  EXPECT_EQ(nn::to_unsigned(kInf), UINT_MAX);
  EXPECT_EQ(nn::to_unsigned(4294967040.0f), 4294967040u);
}

TEST(Math, integers_keep_their_bits_and_become_the_nearest_real) {
  for_each_of(kInts, [](auto x) { return nn::to_unsigned(x); });
  for_each_of(kUnsigneds, [](auto x) { return nn::to_int(x); });
  for_each_of(kInts, [](auto x) { return nn::to_real(x); });
  for_each_of(kUnsigneds, [](auto x) { return nn::to_real(x); });
  EXPECT_EQ(nn::to_unsigned(-1), 0xffffffffu);
  EXPECT_EQ(nn::to_real(0xffffffffu), 4294967296.0f);
}

TEST(Math, quotients_are_floored_and_zero_where_the_divisor_is) {
  const auto divide = [](auto a, auto b) { return nn::divide(a, b); };
  const auto mod = [](auto a, auto b) { return nn::mod(a, b); };
  for_each_pair(kInts, kInts, divide);
  for_each_pair(kInts, kInts, mod);
  for_each_pair(kUnsigneds, kUnsigneds, divide);
  for_each_pair(kUnsigneds, kUnsigneds, mod);
  EXPECT_EQ(nn::divide(-7, 2), -4);
  EXPECT_EQ(nn::mod(-7, 10), 3);
  EXPECT_EQ(nn::mod(7, -10), -3);
  EXPECT_EQ(nn::mod(7, 0), 0);
  EXPECT_EQ(nn::divide(INT_MIN, -1), INT_MIN);
  for_each_of(kUnsigneds, [](auto a) { return nn::mod(a, 32768u); });  // by a constant: another way
  for_each_of(kUnsigneds, [](auto a) { return nn::mod(a, 1000003u); });
}

TEST(Math, the_rest_of_reals_has_the_sign_of_the_divisor) {
  const std::vector<float> divisors = {1.0f, -1.0f, 0.75f, -3.0f, 1e10f, 0.0f};
  for_each_pair(kReals, divisors, [](auto a, auto b) { return nn::mod(a, b); });
  EXPECT_EQ(nn::mod(-0.25f, 1.0f), 0.75f);
  EXPECT_EQ(nn::mod(5.0f, -3.0f), -1.0f);
  EXPECT_TRUE(std::isnan(nn::mod(1.0f, 0.0f)));
}

TEST(Math, bits_outside_the_word_are_not_set) {
  const std::vector<std::int32_t> places = {-1, 0, 1, 5, 31, 32, 1000};
  const auto bit = [](auto i, auto k) { return nn::bit(i, k); };
  for_each_pair(kInts, places, bit);
  for_each_pair(kUnsigneds, places, bit);
  EXPECT_TRUE(nn::bit(-1, 31));
  EXPECT_FALSE(nn::bit(-1, 32));
}

TEST(Math, logic_works_on_masks_and_on_bits) {
  for_each_pair(kInts, kInts, [](auto a, auto b) { return nn::logical_and(a, b); });
  for_each_pair(kUnsigneds, kUnsigneds, [](auto a, auto b) { return nn::logical_or(a, b); });
  for_each_pair(kInts, kInts, [](auto a, auto b) { return nn::logical_xor(a, b); });
  for_each_of(kUnsigneds, [](auto a) { return nn::logical_not(a); });
  for_each_pair(kReals, kReals, [](auto a, auto b) { return nn::logical_and(a > 0.0f, nn::logical_not(b > a)); });
  expect_same(lane(nn::logical_and(nn::splat(1.0f) > 0.0f, true)), true);
  expect_same(lane(nn::logical_or(false, nn::splat(1.0f) < 0.0f)), false);
}

TEST(Math, select_takes_scalars_for_either_arm_and_for_the_condition) {
  for_each_pair(kReals, kReals, [](auto a, auto b) { return nn::select(a < b, a, b); });
  for_each_pair(kReals, kReals, [](auto a, auto b) { return nn::select(a < b, b, 1.0f); });
  for_each_pair(kInts, kInts, [](auto a, auto b) { return nn::select(a < b, -1, a); });
  for_each_pair(kUnsigneds, kUnsigneds, [](auto a, auto b) { return nn::select(a < b, 1u, 0u); });
  for_each_of(kReals, [](auto a) { return nn::select(true, a, 2.0f); });
  EXPECT_EQ(lane(nn::select(nn::splat(1.0f) > nn::splat(0.0f), 1.0f, 0.0f)), 1.0f);  // the number of a truth value
}

TEST(Math, is_finite_sees_nan_and_the_infinities) {
  for_each_of(kReals, [](auto x) { return nn::is_finite(x); });
  EXPECT_TRUE(nn::is_finite(3e38f));
  EXPECT_FALSE(nn::is_finite(kNan) || nn::is_finite(kInf) || nn::is_finite(-kInf));
}

TEST(Math, an_index_out_of_range_is_the_nearest_one_in_it) {
  for_each_of(kInts, [](auto i) { return nn::clamp_index(i, 10); });
  for_each_of(kUnsigneds, [](auto i) { return nn::clamp_index(i, 10); });
  EXPECT_EQ(nn::clamp_index(-3, 10), 0);
  EXPECT_EQ(nn::clamp_index(10, 10), 9);
  EXPECT_EQ(nn::clamp_index(0xffffffffu, 10), 9);
}

TEST(Math, powers_of_integers_wrap) {
  for_each_pair(kInts, kInts, [](auto a, auto b) { return nn::pow(a, b); });
  for_each_pair(kUnsigneds, kUnsigneds, [](auto a, auto b) { return nn::pow(a, b); });
  EXPECT_EQ(nn::pow(3, 4), 81);
  EXPECT_EQ(nn::pow(2u, 32u), 0u);
  EXPECT_EQ(nn::pow(-1, -3), -1);
  EXPECT_EQ(nn::pow(5, -1), 0);
  EXPECT_EQ(nn::pow(7, 0), 1);
}

TEST(Math, storage_rounds_to_nearest_even) {
  for_each_of(kReals, [](auto x) { return nn::round_f16(x); });
  for_each_of(kReals, [](auto x) { return nn::round_bf16(x); });
  EXPECT_EQ(nn::round_f16(2049.0f), 2048.0f);
  EXPECT_EQ(nn::round_f16(65520.0f), kInf);
  EXPECT_EQ(nn::round_bf16(257.0f), 256.0f);
}

}  // namespace
