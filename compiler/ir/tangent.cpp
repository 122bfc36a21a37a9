// One formula a function, in the order of the table.
#include "compiler/ir/tangent.h"

#include <cmath>
#include <numbers>

namespace nnc::ir {
namespace {

using scalar::Op;

/// slope · speed, where no speed is no change even on an infinite slope.
double along(double slope, double speed) { return speed == 0 ? 0 : slope * speed; }

double meaning(Op op, double x) {
  constexpr scalar::Type kReal = scalar::Type::real;
  return scalar::function(op).meaning({&kReal, 1}, {&x, 1});
}

/// d(aᵇ) = b aᵇ⁻¹ da + aᵇ ln a db; the second only for a > 0, where the power is smooth in b.
double power(double a, double b, double result, double da, double db) {
  double by_base = b == 0 ? 0 : along(b * std::pow(a, b - 1), da);
  double by_exponent = a > 0 ? along(result * std::log(a), db) : 0;
  return by_base + by_exponent;
}

}  // namespace

double tangent(Op op, std::span<const double> x, double r, std::span<const double> dx) {
  constexpr double kPi = std::numbers::pi;
  switch (op) {
    case Op::add:
      return dx[0] + dx[1];
    case Op::subtract:
      return dx[0] - dx[1];
    case Op::multiply:
      return along(x[1], dx[0]) + along(x[0], dx[1]);
    case Op::divide:
      return along(1 / x[1], dx[0]) - along(r / x[1], dx[1]);
    case Op::mod:
      return dx[0] - along(std::floor(x[0] / x[1]), dx[1]);
    case Op::power:
      return power(x[0], x[1], r, dx[0], dx[1]);
    case Op::negate:
      return -dx[0];
    case Op::abs:
      return x[0] > 0 ? dx[0] : x[0] < 0 ? -dx[0] : 0;
    case Op::max:
      return x[0] > x[1] ? dx[0] : dx[1];
    case Op::min:
      return x[0] < x[1] ? dx[0] : dx[1];
    case Op::exp:
      return along(std::exp(x[0]), dx[0]);
    case Op::exp2:
      return along(std::exp2(x[0]) * std::numbers::ln2, dx[0]);
    case Op::expm1:
      return along(std::exp(x[0]), dx[0]);
    case Op::log:
      return along(1 / x[0], dx[0]);
    case Op::log1p:
      return along(1 / (1 + x[0]), dx[0]);
    case Op::tanh:
      return along(1 / (std::cosh(x[0]) * std::cosh(x[0])), dx[0]);
    case Op::sin:
      return along(std::cos(x[0]), dx[0]);
    case Op::cos:
      return along(-std::sin(x[0]), dx[0]);
    case Op::sinpi:
      return along(kPi * meaning(Op::cospi, x[0]), dx[0]);
    case Op::cospi:
      return along(-kPi * meaning(Op::sinpi, x[0]), dx[0]);
    case Op::erf:
      return along(2 * std::numbers::inv_sqrtpi * std::exp(-x[0] * x[0]), dx[0]);
    case Op::erfc:
      return along(-2 * std::numbers::inv_sqrtpi * std::exp(-x[0] * x[0]), dx[0]);
    case Op::sqrt:
      return r == 0 ? 0 : along(0.5 / r, dx[0]);
    case Op::select:
      return x[0] != 0 ? dx[1] : dx[2];
    case Op::fract:
    case Op::round_f16:
    case Op::round_bf16:
    case Op::round_f32:
    case Op::pass_f16:
    case Op::pass_bf16:
    case Op::pass_f32:
      return dx[0];
    default:
      return 0;
  }
}

}  // namespace nnc::ir
