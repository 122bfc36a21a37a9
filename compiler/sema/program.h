// A model after checking: every name resolved, every size a number, every layer instantiated, every whole-tensor
// expression written with its indices. It describes one sample; the batch comes in with lowering.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/scalar/scalar.h"
#include "compiler/support/source.h"

namespace nnc::sema {

using scalar::Op;
using scalar::Type;
using Shape = std::vector<int64_t>;

/// How a parameter starts: the distributions of the runtime, with bounds that the initialiser's text gave for this use.
struct Initial {
  enum class Kind : uint8_t { uniform, normal, constant, given, weight };  // weight: of a state, as the parameter
  Kind kind = Kind::constant;
  double low = 0;                   // uniform
  double high = 0;                  // uniform
  double sigma = 0;                 // normal
  double value = 0;                 // constant
  std::vector<double> values = {};  // given: row-major
  std::vector<int64_t> shape = {};  // of what an initialiser's equations give
};

/// `number`: one for all parameters of an optimizer.
enum class Role : uint8_t { input, target, param, constant, value, state, gradient, step, number };

/// How the caller's rows hold integers; those of `u8` and `i64` are i32 in the model, the nearest that there is.
enum class Width : uint8_t { as_computed, u8, i64 };

/// A use of a declaration or of a block, which has made tensors.
struct Call {
  std::string name;              // of its instance: `linear_0`, `encode.linear_0`, `encode`
  Span span;                     // of its text: `linear(64)`
  bool is_block;                 // of the model's text
  const Call* around = nullptr;  // in whose text it stands; null: the model's
};

struct Tensor {
  std::string name;  // `position`, `target.color`, `linear_0.weight`, `hash_grid_0.slot`, `linear_0.weight.m`
  Span span;         // the user's line that it comes from
  Shape shape;       // of one sample
  Type type = Type::real;
  Role role = Role::value;
  bool per_sample = false;                      // depends on an input or a target
  std::vector<double> data = {};                // of a constant, row-major
  bool is_layered = false;                      // depends on what a layer has passed on, rounded
  std::optional<scalar::Format> format = {};    // its numbers are of this type: it is declared so, or rounded to it
  scalar::Format stored = scalar::Format::f32;  // of an input, a target, an output of reals: as the caller has it
  Width width = Width::as_computed;             // of an input or a target of integers: as the caller has it
  Initial initial = {};                         // of a param or a state
  int number = -1;                              // of a param: its place in the order of use, which is its random stream
  bool frozen = false;                          // of a param: no optimizer touches it
  const Call* call = nullptr;                   // that has made it; null: the model's own text
};

/// An index of an equation or of a reduction: runs over [from, from + extent); `from` has been folded into the uses, so
/// it is not kept.
struct Index {
  std::string name;
  int64_t extent = 0;
  bool ordered = false;
};

/// A scalar expression of one point, typed.
struct Expr {
  enum class Kind : uint8_t { number, index, read, apply, reduce };
  enum class Reducer : uint8_t { sum, prod, max, min };
  Kind kind;
  Type type;
  Span span;
  double number = 0;               // number
  const Index* index = nullptr;    // index
  const Tensor* tensor = nullptr;  // read: at `args`, as many as its rank, i32
  Op op{};                         // apply: to `args`
  Reducer reducer{};               // reduce: of args[0] over `over`
  std::vector<const Index*> over = {};
  std::vector<const Expr*> args = {};
};

/// tensor[at…] = body, for every point of `over`. The pieces of a tensor are disjoint and cover it.
struct Piece {
  std::vector<const Index*> over;
  std::vector<const Expr*> at;
  const Expr* body = nullptr;
  Span span;
};
struct Definition {
  const Tensor* tensor = nullptr;
  std::vector<Piece> pieces;
};
/// tensor = ∂of/∂by, of a value of size 1.
struct Gradient {
  const Tensor* tensor = nullptr;
  const Tensor* of = nullptr;
  const Tensor* by = nullptr;
};
using Step = std::variant<Definition, Gradient>;

/// The text of an optimizer for one parameter: definitions over `gradient`, `weight` (the parameter), states and
/// numbers, then the new values.
struct Update {
  struct Assignment {
    const Tensor* target;  // the param or one of its states; of an optimizer, one of its numbers
    const Tensor* value;
    int skips = 0;  // how many `skip if`s stand before it: those do not undo it
  };
  struct Term {
    const Tensor* total;  // a sum over all parameters: `all(e)`
    const Tensor* value;  // e of this parameter
  };
  const Tensor* param = nullptr;
  const Tensor* gradient = nullptr;  // shaped like the param
  size_t optimizer = 0;              // its place in the program
  std::vector<const Tensor*> states = {};
  std::vector<Definition> definitions = {};
  std::vector<Term> terms = {};
  std::vector<Assignment> assignments = {};
};

/// What the parameters of one `optimizer …` have together: numbers of rank 0, in f64. A step goes through the points in
/// their order, and stops at the first `skip if` that holds: outcome k of a step is that it stopped at the k-th, the
/// last outcome that it was taken. A value counts in outcome k if at most k skips stand before its assignment.
struct Optimizer {
  struct Point {
    const Tensor* tensor;  // a sum over all parameters, or a condition
    bool is_skip;
  };
  std::string name;  // `optimizer_0`
  Span span;
  const Tensor* step = nullptr;            // updates so far + 1: the program's, or one of the definitions
  const Tensor* loss_factor = nullptr;     // what the loss is multiplied by: of what is known before a step; null: 1
  bool skips_non_finite = false;           // the first point is `skip if not finite`, which no text has written
  std::vector<const Tensor*> states = {};  // numbers that are kept
  std::vector<Definition> definitions = {};
  std::vector<Point> points = {};
  std::vector<Update::Assignment> assignments = {};  // to its states

  int skips() const;  // and so the number of the outcome that is a step
};

struct Output {
  std::string name;
  const Tensor* tensor = nullptr;
};

/// One model.
struct Program {
  std::string name;
  Span span;
  scalar::Format precision = scalar::Format::f32;  // f64: arithmetic is f64, else f32
  std::vector<const Tensor*> inputs;
  std::vector<const Tensor*> targets;  // that the loss reads, `target.<output>`
  std::vector<const Tensor*> params;   // in the order of use
  std::vector<Output> outputs;
  std::vector<Step> steps;       // in order: everything a step reads stands before it
  const Tensor* loss = nullptr;  // of one sample, rank 0; null where the model declares none
  std::vector<Span> losses;      // the texts that it is the sum of
  std::vector<Update> updates;   // one a trained param; empty where the model declares no optimizer
  std::vector<Optimizer> optimizers;
  // Numbers that are given to optimizers; null where there are none.
  const Tensor* step = nullptr;         // steps so far + 1
  const Tensor* finite = nullptr;       // whether all gradients are, a boolean
  const Tensor* loss_factor = nullptr;  // what the loss has been multiplied by, where an optimizer says so

  // What the pointers above point to; stable.
  std::deque<Call> calls;
  std::deque<Tensor> tensors;
  std::deque<Index> indices;
  std::deque<Expr> exprs;

  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  Program(Program&&) = default;
  Program& operator=(Program&&) = default;
};

/// The optimizer that says what the loss is multiplied by, or null.
const Optimizer* scaling(const Program& program);
/// The values that the step's outcome gives to targets: the last of each that counts.
std::vector<Update::Assignment> assigned(const std::vector<Update::Assignment>& assignments, int outcome);

/// What `--print=program` shows: tensors with shapes and roles, then the equations.
std::string print(const Program& program);

}  // namespace nnc::sema
