// The syntax tree: a file as written, every part with its place. Facts found later live in sema::Program, not here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/support/source.h"

namespace nnc::ast {

struct Name {
  std::string text;
  Span span;
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// `name: range` in `sum[i: 1..n](…)` or `let s[i: n, ordered k: t] = …`. Without `from` the range starts at 0.
struct Binder {
  bool ordered = false;
  Name name;
  ExprPtr from;  // may be null
  ExprPtr to;
};

/// `value` or `name = value`.
struct Argument {
  std::optional<Name> name;
  ExprPtr value;
  Span span;
};

struct Stage;

/// `linear`, `linear(64)`: a use of a declaration, the flow its first argument.
struct UseStage {
  Name callee;
  std::vector<Argument> arguments;
};
/// `repeat 4 { linear(64) -> relu }`
struct RepeatStage {
  ExprPtr count;
  std::vector<Stage> stages;
};
/// `repeat 4 as h { h + (h -> linear) }`
struct RepeatAsStage {
  ExprPtr count;
  Name name;
  ExprPtr body;
};
struct Stage {
  Span span;
  std::variant<UseStage, RepeatStage, RepeatAsStage> node;
};

/// `64`, `1.5`, `7u`: exact as written, typed by its use.
struct Number {
  std::string digits;  // without the suffix
  bool is_integer = false;
  bool is_unsigned = false;
};
struct NameExpr {
  std::string name;
};
/// `other.weight`, `target.color`
struct MemberExpr {
  ExprPtr object;
  Name member;
};
enum class UnaryOp { negate, plus, logical_not };
struct UnaryExpr {
  UnaryOp op;
  ExprPtr operand;
};
enum class BinaryOp {
  add,
  subtract,
  multiply,
  divide,
  mod,
  power,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
  exclusive_or
};
struct BinaryExpr {
  BinaryOp op;
  Span op_span;
  ExprPtr left;
  ExprPtr right;
};
/// One entry between brackets: an index, or the half-open slice `from..to` with either end left out.
struct Subscript {
  bool is_slice = false;
  ExprPtr index;  // of an index
  ExprPtr from;   // of a slice, may be null
  ExprPtr to;     // of a slice, may be null
  Span span;
};
struct SubscriptExpr {
  ExprPtr object;
  std::vector<Subscript> subscripts;
};
enum class Reducer { sum, prod, max, min };
/// `sum[i: n](…)`; `sum(x)` and `max(a, b)` are calls.
struct ReduceExpr {
  Reducer reducer;
  std::vector<Binder> binders;
  ExprPtr body;
};
struct CallExpr {
  Name callee;
  std::vector<Argument> arguments;
};
/// `[1, 2, 3]`
struct ListExpr {
  std::vector<ExprPtr> elements;
};
/// `x -> linear(64) -> relu`: at least one stage.
struct FlowExpr {
  ExprPtr source;
  std::vector<Stage> stages;
};

struct Expr {
  Span span;
  std::variant<Number, NameExpr, MemberExpr, UnaryExpr, BinaryExpr, SubscriptExpr, ReduceExpr, CallExpr, ListExpr,
               FlowExpr>
      node;
};

/// `f32[3]`, `[n, m]`, `int`, `f32`: a scalar type, a shape, or both. `[]` is a shape of rank 0.
struct Type {
  std::optional<Name> scalar;
  std::optional<std::vector<ExprPtr>> shape;
  Span span;
};

/// A formal argument, or a result: `x: [n]`, `slope = 0.01`, `features: int = n`.
struct Formal {
  Name name;
  std::optional<Type> type;
  ExprPtr default_value;  // may be null
  Span span;
};

/// `let h, y = cell(x, h)`, `let e[i: n] = exp(x[i])`
struct Let {
  std::vector<Name> names;
  std::vector<Binder> binders;
  ExprPtr value;
};
/// `param offset: [features] = init(n, features) if bias`
struct Param {
  Name name;
  Type type;
  ExprPtr value;
  ExprPtr condition;  // may be null
};
/// `state m = 0, v: [] = 0`, `state velocity = 0 if momentum != 0`
struct State {
  struct Variable {
    Name name;
    std::optional<Type> type;
    ExprPtr initial;
  };
  std::vector<Variable> variables;
  ExprPtr condition;  // may be null
};
/// `y[o] = …` (indices), `y = …` (whole, no indices). `y[i: n, 0] = …` has the indices `i, 0` and the binder `i: n`.
struct Equation {
  Name name;
  std::optional<std::vector<Subscript>> indices;
  std::vector<Binder> binders;
  ExprPtr value;
};
/// `m := beta1 * m + …`
struct Update {
  Name name;
  ExprPtr value;
};
/// `skip if c`
struct SkipIf {
  ExprPtr condition;
};
/// `use other if c`
struct UseIf {
  Name optimizer;
  ExprPtr condition;
};
/// `refused "at most 7 numbers" if d > 7`
struct RefusedIf {
  std::string reason;
  ExprPtr condition;
};
struct Statement {
  Span span;
  std::variant<Let, Param, State, Equation, Update, SkipIf, UseIf, RefusedIf> node;
};

/// `import "file.nn"`
struct Import {
  std::string path;
  Span path_span;
};
/// `const width = 64`
struct Constant {
  Name name;
  ExprPtr value;
};
enum class DeclKind { function, activation, layer, encoding, loss, optimizer, init };
const char* keyword(DeclKind kind);
/// `layer linear(x: [n], …) -> y: [features] { … }`, `activation relu(x) = max(x, 0)`
struct Declaration {
  DeclKind kind;
  Name name;
  std::vector<Formal> formals;
  std::vector<Formal> results;
  ExprPtr body;                             // of the short form, else null
  std::vector<Statement> statements;        // of the long form
  std::optional<Name> implied_by = {};      // of an optimizer: the precision whose models have it without being told
  std::optional<std::string> refusal = {};  // of a name that is declared so as to say why it cannot be used
};

struct Input {
  Name name;
  Type type;
};
struct Output {
  Name name;
  std::optional<Type> type;
  ExprPtr value;
};
/// `block encode = linear(64) -> relu`
struct Block {
  Name name;
  std::vector<Stage> stages;
};
/// `loss l2(color) + 0.1 * l1(depth)`
struct Loss {
  ExprPtr value;
};
/// `optimizer clip_norm(1.0) -> adam(rate = 1e-2) for hash_grid_0, linear_1.weight`
struct Optimizer {
  std::vector<Stage> stages;
  std::vector<Name> targets;  // with their dots
};
/// `precision f16`
struct Precision {
  Name type;
};
struct Member {
  Span span;
  std::variant<Input, Output, Let, Block, Loss, Optimizer, Precision> node;
};
struct Model {
  Name name;
  std::vector<Member> members;
};

struct Item {
  Span span;
  std::variant<Import, Constant, Declaration, Model> node;
};
struct File {
  const Source* source = nullptr;
  std::vector<Item> items;
};

/// The tree as indented text, a node a line: what `--print=ast` shows.
std::string print(const File& file);

}  // namespace nnc::ast
