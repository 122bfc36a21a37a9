// Written for gradients that have been taken: slopes at kinks (sqrt at 0, max at a tie) are no longer of interest here.
#include "compiler/rewrite/rules.h"

#include <array>
#include <cmath>
#include <map>

namespace nnc::rewrite {
namespace {

using ir::Op;

const Pattern x = any('x'), y = any('y'), z = any('z'), p = any('p'), q = any('q');
const Pattern a = constant('a'), b = constant('b');
const Pattern yes = truth(true), no = truth(false);

Pattern power(Pattern s, double n) { return apply(Op::power, {s, number(n)}); }
Pattern sqrt(Pattern s) { return apply(Op::sqrt, {s}); }
Pattern abs(Pattern s) { return apply(Op::abs, {s}); }
Pattern max(Pattern s, Pattern t) { return apply(Op::max, {s, t}); }
Pattern min(Pattern s, Pattern t) { return apply(Op::min, {s, t}); }
Pattern mod(Pattern s, Pattern t) { return apply(Op::mod, {s, t}); }
Pattern round_f16(Pattern s) { return apply(Op::round_f16, {s}); }
Pattern round_bf16(Pattern s) { return apply(Op::round_bf16, {s}); }
Pattern round_f32(Pattern s) { return apply(Op::round_f32, {s}); }
Pattern exclusive_or(Pattern s, Pattern t) { return apply(Op::exclusive_or, {s, t}); }

/// 1/a is a normal number in f32, so that a product with it is as good as the quotient.
bool has_inverse(double number) {
  double size = std::fabs(number);
  return size >= 0x1p-100 && size <= 0x1p100;
}

bool is_negative(double number) { return number < 0; }

constexpr auto kInAlgebra = Holds::in_algebra;

// clang-format off
const std::vector<Rule> kRules = {
    // sums
    {"add-zero",            x + 0,                        x,                     kNumbers},
    {"subtract-zero",       x - 0,                        x,                     kNumbers},
    {"zero-subtract",       0 - x,                        -x,                    kNumbers},
    {"neg-neg",             -(-x),                        x,                     kNumbers},
    {"add-neg",             x + -y,                       x - y,                 kNumbers},
    {"subtract-neg",        x - -y,                       x + y,                 kNumbers},
    {"neg-subtract",        -(x - y),                     y - x,                 kNumbers},
    {"subtract-self",       x - x,                        number(0),             kIntegers},   // a real x may be NaN
    {"add-negative",        x + a,                        x - -a,                kReals, Holds::always, is_negative},
    {"subtract-negative",   x - a,                        x + -a,                kReals, Holds::always, is_negative},
    {"add-self",            x + x,                        x * 2,                 kReals},
    {"neg-subtract-self",   -x - x,                       x * -2,                kReals},
    {"add-add",             (x + a) + b,                  x + (a + b),           kIntegers},
    {"add-add-real",        (x + a) + b,                  x + (a + b),           kReals, kInAlgebra},
    {"add-subtract-real",   (x + a) - b,                  x + (a - b),           kReals, kInAlgebra},
    {"subtract-add-real",   (x - a) + b,                  x + (b - a),           kReals, kInAlgebra},
    {"subtract-subtract",   (x - a) - b,                  x - (a + b),           kReals, kInAlgebra},

    // products
    {"multiply-one",        x * 1,                        x,                     kNumbers},
    {"multiply-zero",       x * 0,                        number(0),             kIntegers},   // a real x may be NaN or infinite
    {"multiply-minus-one",  x * -1,                       -x,                    kReals},
    {"neg-multiply",        -x * y,                       -(x * y),              kNumbers},
    {"neg-multiply-a",      -(x * a),                     x * -a,                kReals},
    {"multiply-multiply",   (x * a) * b,                  x * (a * b),           kIntegers},
    {"multiply-constants",  (x * a) * b,                  x * (a * b),           kReals, kInAlgebra},
    {"multiply-out",        (x * a) * y,                  (x * y) * a,           kReals, kInAlgebra},
    {"divide-one",          x / 1,                        x,                     kNumbers},
    {"divide-constant",     x / a,                        x * (1 / a),           kReals, kInAlgebra, has_inverse},
    {"neg-divide",          -x / y,                       -(x / y),              kReals},
    {"divide-neg",          x / -y,                       -(x / y),              kReals},
    {"divide-product",      (x * a) / y,                  (x / y) * a,           kReals, kInAlgebra},
    {"mod-one",             mod(x, number(1)),            number(0),             kIntegers},

    // powers; x^½ of −0 is 0 and √−0 is −0, and the power of −∞ is ∞
    {"power-zero",          power(x, 0),                  number(1),             kReals},
    {"power-one",           power(x, 1),                  x,                     kNumbers},
    {"square",              power(x, 2),                  x * x,                 kNumbers},
    {"cube",                power(x, 3),                  x * x * x,             kReals, kInAlgebra},
    {"fourth-power",        power(x, 4),                  (x * x) * (x * x),     kReals, kInAlgebra},
    {"square-root",         power(x, 0.5),                sqrt(x),               kReals, kInAlgebra},
    {"inverse",             power(x, -1),                 1 / x,                 kReals},
    {"inverse-square",      power(x, -2),                 1 / (x * x),           kReals, kInAlgebra},
    {"inverse-root",        power(x, -0.5),               1 / sqrt(x),           kReals, kInAlgebra},
    {"root-cubed",          power(x, 1.5),                x * sqrt(x),           kReals, kInAlgebra},
    {"power-of-two",        apply(Op::power, {number(2), x}), apply(Op::exp2, {x}), kReals, kInAlgebra},

    // choice
    {"select-true",         select(yes, x, y),            x,                     kAll},
    {"select-false",        select(no, x, y),             y,                     kAll},
    {"select-same",         select(p, x, x),              x,                     kAll},
    {"select-not",          select(!p, x, y),             select(p, y, x),       kAll},
    {"select-twice",        select(p, select(p, x, y), z), select(p, x, z),      kAll},
    {"select-twice-else",   select(p, x, select(p, y, z)), select(p, x, z),      kAll},
    {"add-selects",         select(p, x, number(0)) + select(p, number(0), y), select(p, x, y), kNumbers},
    {"select-is-condition", select(p, yes, no),           p,                     kAll},
    {"select-is-not",       select(p, no, yes),           !p,                    kAll},
    {"max-same",            max(x, x),                    x,                     kNumbers},
    {"min-same",            min(x, x),                    x,                     kNumbers},
    {"abs-abs",             abs(abs(x)),                  abs(x),                kReals},
    {"abs-neg",             abs(-x),                      abs(x),                kReals},

    // comparisons; NaN is not equal to itself
    {"less-self",           x < x,                        no,                    kNumbers},
    {"less-equal-self",     x <= x,                       yes,                   kIntegers},
    {"equal-self",          x == x,                       yes,                   kBits},
    {"not-equal-self",      x != x,                       no,                    kBits},
    {"not-equal",           !(x == y),                    x != y,                kAll},
    {"not-not-equal",       !(x != y),                    x == y,                kAll},
    {"not-less",            !(x < y),                     y <= x,                kIntegers},
    {"not-less-equal",      !(x <= y),                    y < x,                 kIntegers},

    // logic
    {"not-not",             !(!x),                        x,                     kBits},
    {"and-true",            p && yes,                     p,                     kBooleans},
    {"and-false",           p && no,                      no,                    kBooleans},
    {"or-true",             p || yes,                     yes,                   kBooleans},
    {"or-false",            p || no,                      p,                     kBooleans},
    {"and-self",            x && x,                       x,                     kBits},
    {"or-self",             x || x,                       x,                     kBits},
    {"xor-zero",            exclusive_or(x, number(0)),   x,                     kIntegers},

    // conversions to what it is already; gradients have been taken
    {"int-of-int",          apply(Op::to_int, {x}),       x,                     {false, true, false, false}},
    {"u32-of-u32",          apply(Op::to_u32, {x}),       x,                     {false, false, true, false}},
    {"real-of-real",        apply(Op::to_real, {x}),      x,                     kReals},
    {"stop-gradient",       apply(Op::stop_gradient, {x}), x,                    kReals},
    {"pass-f16",            apply(Op::pass_f16, {x}),     round_f16(x),          kReals},
    {"pass-bf16",           apply(Op::pass_bf16, {x}),    round_bf16(x),         kReals},
    {"pass-f32",            apply(Op::pass_f32, {x}),     round_f32(x),          kReals},

    // roundings of what has been rounded; between f16 and bf16 neither holds the other's numbers
    {"f16-of-f16",          round_f16(round_f16(x)),      round_f16(x),          kReals},
    {"bf16-of-bf16",        round_bf16(round_bf16(x)),    round_bf16(x),         kReals},
    {"f32-of-f32",          round_f32(round_f32(x)),      round_f32(x),          kReals},
    {"f32-of-f16",          round_f32(round_f16(x)),      round_f16(x),          kReals},
    {"f32-of-bf16",         round_f32(round_bf16(x)),     round_bf16(x),         kReals},
};
// clang-format on

}  // namespace

std::span<const Rule> rules() { return kRules; }

std::span<const Rule* const> rules_of(Op op) {
  static const auto by_op = [] {
    std::map<Op, std::vector<const Rule*>> table;
    for (const Rule& rule : kRules) table[rule.left.op].push_back(&rule);
    return table;
  }();
  auto found = by_op.find(op);
  return found == by_op.end() ? std::span<const Rule* const>() : found->second;
}

}  // namespace nnc::rewrite
