// Every rule, built on its left side: it fires, and both sides have the same value.
#include "compiler/rewrite/rules.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "compiler/ir/print.h"
#include "compiler/rewrite/constant.h"
#include "compiler/rewrite/simplify.h"

namespace nnc::rewrite {

void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

namespace {

using ir::Node;
using ir::Type;

using Letters = std::map<char, double>;

/// The side with numbers in place of its letters; `x` and the like become reads, so that no folding hides the rule.
class Instance {
 public:
  Instance(ir::Module& module, Type type) : module_(module), type_(type) {}

  const Node* build(const Pattern& side, const Letters& constants) {
    switch (side.kind) {
      case Pattern::Kind::any:
        return module_.read(tensor(side), {});
      case Pattern::Kind::constant:
        return module_.constant(constants.at(side.letter), type_);
      case Pattern::Kind::number:
        return module_.constant(side.number, type_);
      case Pattern::Kind::truth:
        return module_.constant(side.number, Type::boolean);
      case Pattern::Kind::apply:
        break;
    }
    std::vector<const Node*> operands;
    for (const Pattern& operand : side.operands) operands.push_back(build(operand, constants));
    return module_.apply(side.op, std::move(operands));
  }

  /// The value where the letters are these numbers.
  double value(const Node* node, const Letters& letters) {
    for (auto& [letter, tensor] : tensors_) tensor->data = {letters.at(letter)};
    return value_at(node, {});
  }

 private:
  ir::Tensor* tensor(const Pattern& letter) {
    auto [found, is_new] = tensors_.emplace(letter.letter, nullptr);
    if (is_new) {
      Type type = letter.is_boolean_letter() ? Type::boolean : type_;
      found->second = module_.tensor(std::string(1, letter.letter), {}, type, ir::Role::constant);
    }
    return found->second;
  }

  ir::Module& module_;
  Type type_;
  std::map<char, ir::Tensor*> tensors_;
};

void collect_letters(const Pattern& side, std::set<char>& letters) {
  if (side.letter) letters.insert(side.letter);
  for (const Pattern& operand : side.operands) collect_letters(operand, letters);
}

std::vector<double> samples(Type type, char letter, Holds holds) {
  if (letter == 'p' || letter == 'q' || type == Type::boolean) return {0, 1};
  if (type == Type::i32) return {0, 1, -1, 2, 7, -13, 65536, 2147483647.0, -2147483648.0};
  if (type == Type::u32) return {0, 1, 2, 7, 4294967295.0, 2654435761.0};
  if (letter == 'a' || letter == 'b') return {2, -1, 0.75, -3.5};
  if (holds == Holds::in_algebra) return {0.5, 1.0, 3.25, 7.0, 0.001};
  double infinity = std::numeric_limits<double>::infinity();
  return {0.0, 1.0, -1.0, 2.5, -7.25, infinity, -infinity, std::numeric_limits<double>::quiet_NaN()};
}

void for_each_point(const std::set<char>& letters, Type type, Holds holds, Letters& point, const auto& see) {
  auto next = letters.begin();
  while (next != letters.end() && point.contains(*next)) ++next;
  if (next == letters.end()) return see(point);
  for (double value : samples(type, *next, holds)) {
    point[*next] = value;
    for_each_point(letters, type, holds, point, see);
  }
  point.erase(*next);
}

bool are_equal(double left, double right) {
  if (std::isnan(left) || std::isnan(right)) return std::isnan(left) && std::isnan(right);
  if (std::isinf(left) || std::isinf(right)) return left == right;
  return std::fabs(left - right) <= 1e-14 * (1 + std::fabs(left) + std::fabs(right));
}

std::string rule_name(const testing::TestParamInfo<Rule>& info) {
  std::string name;
  for (char c : info.param.name) name += c == '-' ? '_' : c;
  return name;
}

class EveryRule : public testing::TestWithParam<Rule> {};
INSTANTIATE_TEST_SUITE_P(Rules, EveryRule, testing::ValuesIn(rules().begin(), rules().end()), rule_name);

TEST_P(EveryRule, has_two_sides_of_one_value) {
  const Rule& rule = GetParam();
  std::set<char> letters;
  collect_letters(rule.left, letters);
  for (Type type : {Type::boolean, Type::i32, Type::u32, Type::real}) {
    if (!rule.types.contains(type)) continue;
    Letters start;
    for_each_point(letters, type, rule.holds, start, [&](const Letters& point) {
      if (rule.when && !rule.when(point.at('a'))) return;
      ir::Module module;
      Instance instance(module, type);
      const Node* left = instance.build(rule.left, point);
      const Node* right = instance.build(rule.right, point);
      double a = instance.value(left, point), b = instance.value(right, point);
      EXPECT_TRUE(are_equal(a, b)) << ir::print(left) << " is " << a << ", " << ir::print(right) << " is " << b;
    });
  }
}

/// The letters as inputs: the simplifier gives what the right side is.
TEST_P(EveryRule, fires) {
  const Rule& rule = GetParam();
  for (Type type : {Type::boolean, Type::i32, Type::u32, Type::real}) {
    if (!rule.types.contains(type)) continue;
    ir::Module module;
    Instance instance(module, type);
    Letters constants = {{'a', 3}, {'b', 7}};
    if (rule.when && !rule.when(3)) constants['a'] = -3;
    const Node* left = instance.build(rule.left, constants);
    Bindings bindings;
    EXPECT_TRUE(matches(rule, left, bindings)) << ir::print(left);
  }
}

TEST(Rules, have_different_names) {
  std::set<std::string_view> names;
  for (const Rule& rule : rules()) EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
}

}  // namespace
}  // namespace nnc::rewrite
