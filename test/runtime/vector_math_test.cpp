// Accuracy of the transcendental functions over their whole range, for one sample and for vectors, against long double.
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "accuracy.h"
#include "nn/cpu/math.h"

namespace {

using nn::kLanes;
using nn::Vec;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr double kLimit = 2.5;         // units in the last place
constexpr double kLimitOfTails = 4.5;  // the same, of what falls off like e^-x²

struct Function {
  const char* name;
  float (*of_one)(float);
  Vec (*of_many)(Vec);
  long double (*exact)(long double);
  float low, high;  // the sweep; outside, the special values below
  double limit = kLimit;
};

#define NN_FUNCTION(name, exact, low, high)                                                         \
  Function {                                                                                        \
    #name, [](float x) { return nn::name(x); }, [](Vec x) { return nn::name(x); }, exact, low, high \
  }

Function with_limit(Function function, double limit) {
  function.limit = limit;
  return function;
}

using Exact = long double (*)(long double);
const Function kFunctions[] = {
    NN_FUNCTION(exp, Exact(std::exp), -110, 100),
    NN_FUNCTION(exp2, Exact(std::exp2), -155, 135),
    NN_FUNCTION(expm1, Exact(std::expm1), -30, 100),
    NN_FUNCTION(log, Exact(std::log), 0, kInf),
    NN_FUNCTION(log1p, Exact(std::log1p), -1, kInf),
    NN_FUNCTION(tanh, Exact(std::tanh), -kInf, kInf),
    NN_FUNCTION(sin, Exact(std::sin), -kInf, kInf),
    NN_FUNCTION(cos, Exact(std::cos), -kInf, kInf),
    NN_FUNCTION(sinpi, runtime_test::exact_sinpi, -kInf, kInf),
    NN_FUNCTION(cospi, runtime_test::exact_cospi, -kInf, kInf),
    NN_FUNCTION(erf, Exact(std::erf), -kInf, kInf),
    with_limit(NN_FUNCTION(erfc, Exact(std::erfc), -kInf, kInf), kLimitOfTails),
    NN_FUNCTION(sqrt, Exact(std::sqrt), 0, kInf),
};

class VectorMath : public testing::TestWithParam<Function> {};

TEST_P(VectorMath, is_accurate_over_the_whole_range) {
  const Function& f = GetParam();
  double worst = 0, worst_of_one = 0;
  float at = 0;
  constexpr std::uint64_t kStep = 9'973;  // through all bit patterns of a float: every exponent, subnormals too
  Vec x{}, y{};
  int filled = 0;
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += kStep) {
    const float value = nn::float_from_bits(static_cast<std::uint32_t>(bits));
    if (!(value >= f.low && value <= f.high)) continue;
    x[filled++] = value;
    if (filled < kLanes) continue;
    filled = 0;
    y = f.of_many(x);
    for (int i = 0; i < kLanes; ++i) {
      const long double exact = f.exact(x[i]);
      const double error = runtime_test::ulp_error(y[i], exact);
      if (!(error <= worst)) worst = error, at = x[i];
      worst_of_one = std::fmax(worst_of_one, runtime_test::ulp_error(f.of_one(x[i]), exact));
    }
  }
  std::printf("%-6s %.3f ulp at %a; one sample %.3f ulp\n", f.name, worst, static_cast<double>(at), worst_of_one);
  EXPECT_LE(worst, f.limit);
  EXPECT_LE(worst_of_one, f.limit);
}

TEST_P(VectorMath, is_right_at_special_values) {
  const Function& f = GetParam();
  const float special[] = {0.0f,
                           -0.0f,
                           1.0f,
                           -1.0f,
                           kInf,
                           -kInf,
                           std::numeric_limits<float>::quiet_NaN(),
                           1e-45f,
                           -1e-45f,
                           1.17549435e-38f,
                           3.4028235e38f,
                           -3.4028235e38f,
                           0.5f,
                           -0.5f,
                           88.72284f,
                           -103.97208f,
                           128.0f,
                           -150.0f};
  for (const float value : special) {
    const Vec y = f.of_many(nn::splat(value));
    const bool is_trigonometric = f.exact == Exact(std::sin) || f.exact == Exact(std::cos);
    const long double exact = is_trigonometric && std::isinf(value) ? std::nanl("") : f.exact(value);
    EXPECT_LE(runtime_test::ulp_error(y[0], exact), f.limit) << f.name << "(" << value << ") = " << y[0];
    EXPECT_LE(runtime_test::ulp_error(f.of_one(value), exact), f.limit) << f.name << "(" << value << ") of one sample";
    for (int i = 1; i < kLanes; ++i) EXPECT_EQ(nn::float_bits(y[i]), nn::float_bits(y[0]));
  }
}

INSTANTIATE_TEST_SUITE_P(All, VectorMath, testing::ValuesIn(kFunctions),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(VectorMathOfTwo, pow_is_accurate) {
  double worst = 0;
  for (int i = -600; i <= 600; ++i) {
    for (int j = -80; j <= 80; ++j) {
      const float x = std::exp2(static_cast<float>(i) * 0.2117f), y = static_cast<float>(j) * 0.731f;
      worst =
          std::fmax(worst, runtime_test::ulp_error(nn::pow(nn::splat(x), y)[0],
                                                   std::pow(static_cast<long double>(x), static_cast<long double>(y))));
    }
  }
  std::printf("pow    %.3f ulp\n", worst);
  EXPECT_LE(worst, kLimit);
}

TEST(VectorMathOfTwo, pow_has_the_special_cases_of_c) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {0.0f, -0.0f, 1.0f, -1.0f, 2.0f,  -2.0f, 0.5f,   -0.5f,
                          3.0f, -3.0f, 2.5f, kInf,  -kInf, nan,   1e-45f, 3e38f};
  for (const float x : values) {
    for (const float y : values) {
      const float expected = std::pow(x, y), one = nn::pow(x, y),
                  many = nn::pow(nn::splat(x), nn::splat(y))[kLanes - 1];
      EXPECT_TRUE(one == expected || (std::isnan(one) && std::isnan(expected))) << x << " to the " << y << ": " << one;
      EXPECT_TRUE(many == expected || (std::isnan(many) && std::isnan(expected)))
          << x << " to the " << y << ": " << many;
    }
  }
}

TEST(VectorMath, large_angles_in_some_lanes_leave_the_others_alone) {
  Vec x = nn::splat(0.25f);
  x[kLanes - 1] = 1e30f;
  const Vec y = nn::sin(x);
  EXPECT_EQ(y[0], nn::sin(0.25f));
  EXPECT_LE(runtime_test::ulp_error(y[kLanes - 1], std::sin(static_cast<long double>(1e30f))), kLimit);
}

}  // namespace
