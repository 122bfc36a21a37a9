// Which operand types the functions take.
#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <vector>

#include "compiler/scalar/scalar.h"

namespace nnc::scalar {
namespace {

using Types = std::vector<Type>;
constexpr Type kBool = Type::boolean, kInt = Type::i32, kUnsigned = Type::u32, kReal = Type::real;

std::optional<Type> result(Op op, const Types& types) { return function(op).result(types); }

TEST(Types, of_arithmetic_are_equal_and_numbers) {
  EXPECT_EQ(result(Op::add, {kReal, kReal}), kReal);
  EXPECT_EQ(result(Op::add, {kUnsigned, kUnsigned}), kUnsigned);
  EXPECT_EQ(result(Op::add, {kInt, kReal}), std::nullopt);
  EXPECT_EQ(result(Op::add, {kBool, kBool}), std::nullopt);
  EXPECT_EQ(result(Op::exp, {kInt}), std::nullopt);
}

TEST(Types, of_conditions_are_boolean) {
  EXPECT_EQ(result(Op::less, {kInt, kInt}), kBool);
  EXPECT_EQ(result(Op::less, {kBool, kBool}), std::nullopt);
  EXPECT_EQ(result(Op::equal, {kBool, kBool}), kBool);
  EXPECT_EQ(result(Op::bit, {kInt, kInt}), kBool);
  EXPECT_EQ(result(Op::bit, {kReal, kInt}), std::nullopt);
  EXPECT_EQ(result(Op::select, {kBool, kInt, kInt}), kInt);
  EXPECT_EQ(result(Op::select, {kReal, kInt, kInt}), std::nullopt);
  EXPECT_EQ(result(Op::select, {kBool, kInt, kReal}), std::nullopt);
}

TEST(Types, of_logic_are_booleans_or_integers) {
  EXPECT_EQ(result(Op::exclusive_or, {kUnsigned, kUnsigned}), kUnsigned);
  EXPECT_EQ(result(Op::logical_and, {kBool, kBool}), kBool);
  EXPECT_EQ(result(Op::logical_not, {kReal}), std::nullopt);
}

TEST(Types, of_conversions_are_any) {
  for (Type type : {kBool, kInt, kUnsigned, kReal}) {
    EXPECT_EQ(result(Op::to_int, {type}), kInt);
    EXPECT_EQ(result(Op::to_u32, {type}), kUnsigned);
    EXPECT_EQ(result(Op::to_real, {type}), kReal);
  }
}

TEST(Types, ask_for_as_many_operands_as_the_arity) {
  for (const Function& row : all()) {
    Types too_many(static_cast<size_t>(row.arity) + 1, kReal);
    EXPECT_EQ(row.result(too_many), std::nullopt) << row.name;
  }
}

TEST(Table, finds_each_function_by_its_own_name) {
  std::set<std::string_view> names;
  for (const Function& row : all()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(find(row.name), &row);
    EXPECT_EQ(&function(row.op), &row);
  }
  EXPECT_EQ(find("no_such_function"), nullptr);
}

}  // namespace
}  // namespace nnc::scalar
