#include "compiler/emit/spelling.h"

#include <map>
#include <stdexcept>

namespace nnc::emit {

using scalar::Op;
using scalar::Type;

namespace {

struct Infix {
  const char* symbol;
  Binding binding;
};

const std::map<Op, Infix>& infixes() {
  static const std::map<Op, Infix> kInfixes = {
      {Op::add, {" + ", Binding::sum}},           {Op::subtract, {" - ", Binding::sum}},
      {Op::multiply, {" * ", Binding::product}},  {Op::divide, {" / ", Binding::product}},
      {Op::equal, {" == ", Binding::comparison}}, {Op::not_equal, {" != ", Binding::comparison}},
      {Op::less, {" < ", Binding::comparison}},   {Op::less_equal, {" <= ", Binding::comparison}},
  };
  return kInfixes;
}

/// Where the runtime's name is not the table's.
const std::map<Op, const char*>& other_names() {
  static const std::map<Op, const char*> kNames = {
      {Op::power, "pow"}, {Op::exclusive_or, "logical_xor"}, {Op::to_u32, "to_unsigned"}};
  return kNames;
}

std::string enumerator(Op op) {
  static constexpr const char* kNames[] = {
#define NNC_SCALAR(name, ...) #name,
#include "compiler/scalar/scalar_ops.def"
#undef NNC_SCALAR
  };
  return kNames[static_cast<size_t>(op)];
}

Text infix(const Infix& row, const std::vector<Text>& x) {
  auto tighter = static_cast<Binding>(static_cast<int>(row.binding) + 1);
  return {x[0].inside(row.binding) + row.symbol + x[1].inside(tighter), row.binding};
}

Text call(const std::string& name, const std::vector<Text>& x) {
  std::string text = name + "(";
  for (size_t i = 0; i < x.size(); ++i) text += (i ? ", " : "") + x[i].text;
  return {text + ")"};
}

}  // namespace

Text spell(Op op, Type type, const std::vector<Text>& x, scalar::Format real) {
  if (op == Op::negate) return {"-" + x[0].inside(Binding::primary), Binding::unary};
  if (op == Op::stop_gradient || scalar::format_of(op) == real) return x[0];
  if (op == Op::to_real && real == scalar::Format::f64) return call("static_cast<double>", x);
  if (type == Type::boolean) {  // in vectors a truth value is 0 or -1
    if (op == Op::to_int) return call("nn::select", {x[0], {"1"}, {"0"}});
    if (op == Op::to_u32) return call("nn::select", {x[0], {"1u"}, {"0u"}});
    if (op == Op::to_real) return call("nn::select", {x[0], {"1.0f"}, {"0.0f"}});
  }
  bool is_quotient = op == Op::divide && type != Type::real;
  if (auto row = infixes().find(op); row != infixes().end() && !is_quotient) return infix(row->second, x);
  auto other = other_names().find(op);
  return call("nn::" + (other == other_names().end() ? enumerator(op) : other->second), x);
}

Text spell_double(Op op, Type type, const std::vector<Text>& x) {
  if (op == Op::negate) return {"-" + x[0].inside(Binding::primary), Binding::unary};
  if (op == Op::stop_gradient || op == Op::to_real) return x[0];
  if (op == Op::select)
    return {x[0].inside(Binding::comparison) + " ? " + x[1].inside(Binding::comparison) + " : " +
                x[2].inside(Binding::comparison),
            Binding::conditional};
  const bool is_boolean = type == Type::boolean;
  if (op == Op::logical_and && is_boolean)
    return {x[0].inside(Binding::primary) + " && " + x[1].inside(Binding::primary), Binding::conditional};
  if (op == Op::logical_or && is_boolean)
    return {x[0].inside(Binding::primary) + " || " + x[1].inside(Binding::primary), Binding::conditional};
  if (op == Op::exclusive_or && is_boolean)
    return {x[0].inside(Binding::primary) + " != " + x[1].inside(Binding::primary), Binding::comparison};
  if (op == Op::logical_not && is_boolean) return {"!" + x[0].inside(Binding::primary), Binding::unary};
  bool is_quotient = op == Op::divide && type != Type::real;
  if (auto row = infixes().find(op); row != infixes().end() && !is_quotient) return infix(row->second, x);
  static const std::map<Op, const char*> kStandard = {
      {Op::power, "std::pow"}, {Op::exp, "std::exp"},     {Op::exp2, "std::exp2"}, {Op::expm1, "std::expm1"},
      {Op::log, "std::log"},   {Op::log1p, "std::log1p"}, {Op::tanh, "std::tanh"}, {Op::sin, "std::sin"},
      {Op::cos, "std::cos"},   {Op::erf, "std::erf"},     {Op::erfc, "std::erfc"}, {Op::sqrt, "std::sqrt"},
      {Op::abs, "std::abs"},   {Op::floor, "std::floor"}, {Op::ceil, "std::ceil"}, {Op::round, "std::nearbyint"}};
  if (auto name = kStandard.find(op); name != kStandard.end()) return call(name->second, x);
  auto other = other_names().find(op);
  return call("nn::number::" + (other == other_names().end() ? enumerator(op) : other->second), x);
}

}  // namespace nnc::emit
