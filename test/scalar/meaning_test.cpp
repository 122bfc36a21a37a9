// What each function means, row by row.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <string>
#include <vector>

#include "compiler/scalar/scalar.h"

namespace nnc::scalar {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr Type kBool = Type::boolean, kInt = Type::i32, kUnsigned = Type::u32, kReal = Type::real;
constexpr double kLargestInt = 2147483647, kLargestUnsigned = 4294967295;

struct Case {
  Op op;
  std::vector<Type> types;
  std::vector<double> operands;
  double expected;
};

const std::vector<Case> kCases = {
    {Op::add, {kReal, kReal}, {1.5, 2}, 3.5},
    {Op::add, {kUnsigned, kUnsigned}, {kLargestUnsigned, 2}, 1},
    {Op::add, {kInt, kInt}, {kLargestInt, 1}, -kLargestInt - 1},
    {Op::subtract, {kReal, kReal}, {1, 3}, -2},
    {Op::subtract, {kUnsigned, kUnsigned}, {0, 1}, kLargestUnsigned},
    {Op::multiply, {kReal, kReal}, {3, -0.5}, -1.5},
    {Op::multiply, {kUnsigned, kUnsigned}, {2654435761, 3}, 3668339987},
    {Op::multiply, {kUnsigned, kUnsigned}, {kLargestUnsigned, kLargestUnsigned}, 1},
    {Op::multiply, {kInt, kInt}, {65536, 65536}, 0},
    {Op::divide, {kReal, kReal}, {1, 4}, 0.25},
    {Op::divide, {kReal, kReal}, {1, 0}, kInfinity},
    {Op::divide, {kInt, kInt}, {-7, 2}, -4},
    {Op::divide, {kInt, kInt}, {7, 0}, 0},
    {Op::divide, {kInt, kInt}, {-kLargestInt - 1, -1}, -kLargestInt - 1},
    {Op::mod, {kReal, kReal}, {-0.25, 1}, 0.75},
    {Op::mod, {kReal, kReal}, {5.5, -2}, -0.5},
    {Op::mod, {kReal, kReal}, {1, 0}, kNan},
    {Op::mod, {kInt, kInt}, {-7, 3}, 2},
    {Op::mod, {kInt, kInt}, {7, 0}, 0},
    {Op::mod, {kUnsigned, kUnsigned}, {4294967290, 1000}, 290},
    {Op::power, {kReal, kReal}, {-2, 3}, -8},
    {Op::power, {kReal, kReal}, {0, 0}, 1},
    {Op::power, {kReal, kReal}, {2, -1}, 0.5},
    {Op::power, {kInt, kInt}, {-3, 3}, -27},
    {Op::power, {kInt, kInt}, {2, 32}, 0},
    {Op::power, {kInt, kInt}, {2, -1}, 0},
    {Op::power, {kInt, kInt}, {-1, -3}, -1},
    {Op::negate, {kReal}, {2}, -2},
    {Op::negate, {kUnsigned}, {1}, kLargestUnsigned},
    {Op::abs, {kReal}, {-2.5}, 2.5},
    {Op::abs, {kInt}, {-3}, 3},
    {Op::sign, {kReal}, {-2.5}, -1},
    {Op::sign, {kReal}, {0}, 0},
    {Op::sign, {kReal}, {kNan}, kNan},
    {Op::max, {kReal, kReal}, {1, 2}, 2},
    {Op::max, {kReal, kReal}, {kNan, 2}, kNan},
    {Op::max, {kReal, kReal}, {2, kNan}, kNan},
    {Op::min, {kReal, kReal}, {1, 2}, 1},
    {Op::min, {kReal, kReal}, {kNan, 2}, kNan},
    {Op::min, {kReal, kReal}, {2, kNan}, kNan},
    {Op::min, {kInt, kInt}, {-1, 2}, -1},
    {Op::floor, {kReal}, {-0.5}, -1},
    {Op::ceil, {kReal}, {0.25}, 1},
    {Op::round, {kReal}, {2.5}, 2},
    {Op::round, {kReal}, {3.5}, 4},
    {Op::round, {kReal}, {-0.75}, -1},
    {Op::round, {kReal}, {4503599627370497}, 4503599627370497},
    {Op::fract, {kReal}, {-0.25}, 0.75},
    {Op::exp, {kReal}, {1}, std::numbers::e},
    {Op::exp2, {kReal}, {10}, 1024},
    {Op::expm1, {kReal}, {1e-20}, 1e-20},
    {Op::log, {kReal}, {std::numbers::e}, 1},
    {Op::log1p, {kReal}, {1e-20}, 1e-20},
    {Op::tanh, {kReal}, {0.5}, 0.46211715726000975},
    {Op::sin, {kReal}, {1}, 0.8414709848078965},
    {Op::cos, {kReal}, {1}, 0.5403023058681398},
    {Op::sinpi, {kReal}, {0.5}, 1},
    {Op::sinpi, {kReal}, {7}, 0},
    {Op::sinpi, {kReal}, {-1.5}, 1},
    {Op::sinpi, {kReal}, {0.75}, std::numbers::sqrt2 / 2},
    {Op::sinpi, {kReal}, {1e15 + 0.5}, 1},
    {Op::sinpi, {kReal}, {kInfinity}, kNan},
    {Op::cospi, {kReal}, {0.5}, 0},
    {Op::cospi, {kReal}, {-2.5}, 0},
    {Op::cospi, {kReal}, {3}, -1},
    {Op::cospi, {kReal}, {0.25}, std::numbers::sqrt2 / 2},
    {Op::cospi, {kReal}, {kInfinity}, kNan},
    {Op::erf, {kReal}, {0.5}, 0.5204998778130465},
    {Op::erfc, {kReal}, {5}, 1.5374597944280349e-12},
    {Op::sqrt, {kReal}, {2}, std::numbers::sqrt2},
    {Op::sqrt, {kReal}, {-1}, kNan},
    {Op::select, {kBool, kReal, kReal}, {1, 2, kNan}, 2},
    {Op::select, {kBool, kInt, kInt}, {0, 2, 3}, 3},
    {Op::equal, {kReal, kReal}, {1, 1}, 1},
    {Op::equal, {kReal, kReal}, {kNan, kNan}, 0},
    {Op::not_equal, {kReal, kReal}, {kNan, kNan}, 1},
    {Op::less, {kInt, kInt}, {-1, 0}, 1},
    {Op::less, {kReal, kReal}, {0, kNan}, 0},
    {Op::less_equal, {kReal, kReal}, {1, 1}, 1},
    {Op::logical_and, {kBool, kBool}, {1, 0}, 0},
    {Op::logical_and, {kUnsigned, kUnsigned}, {4294967280, 255}, 240},
    {Op::logical_or, {kBool, kBool}, {1, 0}, 1},
    {Op::logical_or, {kInt, kInt}, {4, 1}, 5},
    {Op::exclusive_or, {kBool, kBool}, {1, 1}, 0},
    {Op::exclusive_or, {kUnsigned, kUnsigned}, {kLargestUnsigned, 1}, 4294967294},
    {Op::exclusive_or, {kInt, kInt}, {-1, 1}, -2},
    {Op::logical_not, {kBool}, {0}, 1},
    {Op::logical_not, {kUnsigned}, {0}, kLargestUnsigned},
    {Op::bit, {kInt, kInt}, {5, 2}, 1},
    {Op::bit, {kInt, kInt}, {5, 1}, 0},
    {Op::bit, {kInt, kInt}, {-1, 31}, 1},
    {Op::bit, {kInt, kInt}, {-1, 32}, 0},
    {Op::to_int, {kReal}, {-2.75}, -2},
    {Op::to_int, {kReal}, {1e30}, kLargestInt},
    {Op::to_int, {kReal}, {-kInfinity}, -kLargestInt - 1},
    {Op::to_int, {kReal}, {kNan}, 0},
    {Op::to_int, {kUnsigned}, {kLargestUnsigned}, -1},
    {Op::to_u32, {kReal}, {-1}, 0},
    {Op::to_u32, {kReal}, {1e30}, kLargestUnsigned},
    {Op::to_u32, {kInt}, {-1}, kLargestUnsigned},
    {Op::to_real, {kInt}, {-3}, -3},
    {Op::to_real, {kBool}, {1}, 1},
    {Op::round_f16, {kReal}, {1.0004}, 1},
    {Op::round_bf16, {kReal}, {1.003}, 1},
    {Op::round_f32, {kReal}, {0.1}, 0.10000000149011612},
    {Op::pass_f16, {kReal}, {1.0004}, 1},
    {Op::pass_bf16, {kReal}, {1.003}, 1},
    {Op::pass_f32, {kReal}, {0.1}, 0.10000000149011612},
    {Op::stop_gradient, {kReal}, {3}, 3},
};

TEST(Meaning, of_each_function_is_as_stated) {
  for (const Case& test : kCases) {
    double result = function(test.op).meaning(test.types, test.operands);
    std::string what = std::string(function(test.op).name) + " of " + std::to_string(test.operands[0]);
    if (std::isnan(test.expected)) {
      EXPECT_TRUE(std::isnan(result)) << what;
    } else {
      EXPECT_DOUBLE_EQ(result, test.expected) << what;
    }
  }
}

TEST(Meaning, is_tested_for_each_row) {
  std::set<Op> tested;
  for (const Case& test : kCases) tested.insert(test.op);
  for (const Function& row : all()) EXPECT_TRUE(tested.contains(row.op)) << row.name;
}

TEST(Meaning, of_sinpi_and_cospi_is_a_unit_circle) {
  const std::vector<Type> types = {kReal};
  for (int i = -40; i <= 40; ++i) {
    double x = i * 0.137;
    double sine = function(Op::sinpi).meaning(types, {{x}}), cosine = function(Op::cospi).meaning(types, {{x}});
    EXPECT_NEAR(sine, std::sin(std::numbers::pi * x), 1e-14);
    EXPECT_NEAR(cosine, std::cos(std::numbers::pi * x), 1e-14);
  }
}

}  // namespace
}  // namespace nnc::scalar
