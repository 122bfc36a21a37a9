// Each row stands under its formula; the tests compare it with central differences and with forward mode.
#include "compiler/autodiff/table.h"

#include <algorithm>
#include <numbers>

namespace nnc::autodiff {
namespace {

using ir::apply;
using ir::Expr;
using ir::Node;
using scalar::Op;
using Adjoints = std::vector<Adjoint>;
using Operands = std::span<const Expr>;

bool is_constant(Expr expr, double number) {
  return expr.node->kind == Node::Kind::constant && expr.node->number == number;
}

/// x^n, without the function where n is 1.
Expr power(Expr x, double n) { return n == 1 ? x : apply(Op::power, {x, like(x, n)}); }

/// d(a^b) = b a^(b−1) da + a^b ln a db. The first is 0 where b is, also at a = 0; the second is asked for where a > 0.
Adjoints power_row(Expr g, Expr r, Operands x) {
  Adjoint by_exponent{g * (r * apply(Op::log, {x[0]})), (x[0] > 0.0).node};
  if (x[1].node->kind != Node::Kind::constant) {
    return {{g * (x[1] * apply(Op::power, {x[0], x[1] - 1.0})), (x[1] == 0.0).node, false}, by_exponent};
  }
  if (is_constant(x[1], 0)) return {{}, by_exponent};
  return {{g * (x[1] * power(x[0], x[1].node->number - 1))}, by_exponent};
}

/// The result tells which operand it is, so that relu's gradient needs its output alone; computed anew it would not.
Expr kept(Expr r, Expr operand) { return r.node->kind == Node::Kind::read ? r : operand; }

struct Entry {
  Op op;
  Row row;
};

constexpr double kPi = std::numbers::pi;

// clang-format off
const Entry kRows[] = {
    // d(a + b) = da + db
    {Op::add, [](Expr g, Expr, Operands) -> Adjoints { return {{g}, {g}}; }},
    // d(a − b) = da − db
    {Op::subtract, [](Expr g, Expr, Operands) -> Adjoints { return {{g}, {-g}}; }},
    // d(ab) = b da + a db
    {Op::multiply, [](Expr g, Expr, Operands x) -> Adjoints { return {{x[1] * g}, {x[0] * g}}; }},
    // d(a/b) = da/b − (a/b) db/b
    {Op::divide, [](Expr g, Expr r, Operands x) -> Adjoints { return {{g / x[1]}, {-((g / x[1]) * r)}}; }},
    // a mod b = a − b ⌊a/b⌋
    {Op::mod, [](Expr g, Expr, Operands x) -> Adjoints {
      return {{g}, {-(g * apply(Op::floor, {x[0] / x[1]}))}};
    }},
    {Op::power, power_row},
    {Op::negate, [](Expr g, Expr, Operands) -> Adjoints { return {{-g}}; }},
    // d|a| = sign(a) da, 0 at 0
    {Op::abs, [](Expr g, Expr, Operands x) -> Adjoints { return {{g * apply(Op::sign, {x[0]})}}; }},
    // the larger one's; b's at a tie
    {Op::max, [](Expr g, Expr r, Operands x) -> Adjoints {
      const Node* is_first = (kept(r, x[0]) > x[1]).node;
      return {{g, is_first}, {g, is_first, false}};
    }},
    // the smaller one's; b's at a tie
    {Op::min, [](Expr g, Expr r, Operands x) -> Adjoints {
      const Node* is_first = (kept(r, x[0]) < x[1]).node;
      return {{g, is_first}, {g, is_first, false}};
    }},
    // a − ⌊a⌋
    {Op::fract, [](Expr g, Expr, Operands) -> Adjoints { return {{g}}; }},
    // exp' = exp
    {Op::exp, [](Expr g, Expr r, Operands) -> Adjoints { return {{g * r}}; }},
    // (2^a)' = ln 2 · 2^a
    {Op::exp2, [](Expr g, Expr r, Operands) -> Adjoints { return {{g * (std::numbers::ln2 * r)}}; }},
    // (e^a − 1)' = e^a; from the result, r + 1, it would lose its digits where it is small
    {Op::expm1, [](Expr g, Expr, Operands x) -> Adjoints { return {{g * apply(Op::exp, {x[0]})}}; }},
    // log' = 1/a
    {Op::log, [](Expr g, Expr, Operands x) -> Adjoints { return {{g / x[0]}}; }},
    // log(1 + a)' = 1/(1 + a)
    {Op::log1p, [](Expr g, Expr, Operands x) -> Adjoints { return {{g / (1.0 + x[0])}}; }},
    // tanh' = 1 − tanh²
    {Op::tanh, [](Expr g, Expr r, Operands) -> Adjoints { return {{g * (1.0 - r * r)}}; }},
    // sin' = cos
    {Op::sin, [](Expr g, Expr, Operands x) -> Adjoints { return {{g * apply(Op::cos, {x[0]})}}; }},
    // cos' = −sin
    {Op::cos, [](Expr g, Expr, Operands x) -> Adjoints { return {{-(g * apply(Op::sin, {x[0]}))}}; }},
    // sin(πa)' = π cos(πa)
    {Op::sinpi, [](Expr g, Expr, Operands x) -> Adjoints { return {{g * (kPi * apply(Op::cospi, {x[0]}))}}; }},
    // cos(πa)' = −π sin(πa)
    {Op::cospi, [](Expr g, Expr, Operands x) -> Adjoints { return {{-(g * (kPi * apply(Op::sinpi, {x[0]})))}}; }},
    // erf' = 2/√π · exp(−a²)
    {Op::erf, [](Expr g, Expr, Operands x) -> Adjoints {
      return {{g * (2 * std::numbers::inv_sqrtpi * apply(Op::exp, {-(x[0] * x[0])}))}};
    }},
    // erfc' = −2/√π · exp(−a²)
    {Op::erfc, [](Expr g, Expr, Operands x) -> Adjoints {
      return {{g * (-2 * std::numbers::inv_sqrtpi * apply(Op::exp, {-(x[0] * x[0])}))}};
    }},
    // √a' = 1/(2√a), 0 at 0, so that the norm of nothing has no gradient
    {Op::sqrt, [](Expr g, Expr r, Operands) -> Adjoints { return {{g / (2.0 * r), (r > 0.0).node}}; }},
    // the arm taken
    {Op::select, [](Expr g, Expr, Operands x) -> Adjoints { return {{}, {g, x[0].node}, {g, x[0].node, false}}; }},
    // a cast's gradient passes through
    {Op::round_f16, [](Expr g, Expr, Operands) -> Adjoints { return {{g}}; }},
    {Op::round_bf16, [](Expr g, Expr, Operands) -> Adjoints { return {{g}}; }},
    {Op::round_f32, [](Expr g, Expr, Operands) -> Adjoints { return {{g}}; }},
    // what passes between layers: its gradient comes back in the same format
    {Op::pass_f16, [](Expr g, Expr, Operands) -> Adjoints { return {{apply(Op::round_f16, {g})}}; }},
    {Op::pass_bf16, [](Expr g, Expr, Operands) -> Adjoints { return {{apply(Op::round_bf16, {g})}}; }},
    {Op::pass_f32, [](Expr g, Expr, Operands) -> Adjoints { return {{apply(Op::round_f32, {g})}}; }},
};
// clang-format on

}  // namespace

Row row(Op op) {
  const auto* entry = std::find_if(std::begin(kRows), std::end(kRows), [&](const Entry& e) { return e.op == op; });
  return entry == std::end(kRows) ? nullptr : entry->row;
}

}  // namespace nnc::autodiff
