// What an expression stands for while a model is elaborated: a number that is known, a tensor that may not be written
// down yet, something that can be called.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compiler/sema/constant.h"
#include "compiler/sema/files.h"
#include "compiler/sema/program.h"

namespace nnc::sema {

struct Value;

/// The value of something that already has its message: whatever is made of it is poison too, and says nothing.
struct Poison {};

/// A tensor of known numbers, row-major.
struct ConstantTensor {
  std::string name;
  Span span;
  Shape shape;
  std::vector<Constant> elements;
  mutable const Tensor* tensor = nullptr;  // once an equation has read it
};

using Places = std::span<const Expr* const>;

/// A tensor as a function from places to scalars: nothing is written down until it is named.
struct Lazy {
  Shape shape;
  Type type = Type::real;
  std::function<const Expr*(Places)> at;
  const Tensor* tensor = nullptr;  // where it is exactly this tensor
  bool is_read = false;            // a tensor or a part of one: costs nothing to write twice
};

/// A declaration, with arguments that it has been given already (an initialiser's own).
struct Callable {
  Declared declared;
  std::vector<std::pair<std::string, Value>> given;
};

/// A word of the core that can be called.
struct CoreWord {
  std::string name;
};

/// `f32`, `i32`, `int`, …: what a cast or `precision` names.
struct TypeWord {
  std::string name;
};

/// A block of the model: one instance, whoever uses it.
struct Instance;
struct Scope;
struct BlockUse {
  const ast::Block* block = nullptr;
  Instance* instance = nullptr;
  const Scope* scope = nullptr;  // that of the model
};

/// The results of a layer that has several.
struct Tuple {
  std::vector<Value> values;
};

struct Value {
  std::variant<Poison, Constant, std::shared_ptr<const ConstantTensor>, std::shared_ptr<const Lazy>,
               std::shared_ptr<const Callable>, CoreWord, TypeWord, BlockUse, std::shared_ptr<const Initial>,
               std::shared_ptr<const Tuple>>
      node;

  bool is_poison() const { return std::holds_alternative<Poison>(node); }
  const Constant* constant() const { return std::get_if<Constant>(&node); }
  const ConstantTensor* constants() const { return pointer<ConstantTensor>(); }
  const Lazy* lazy() const { return pointer<Lazy>(); }
  const Callable* callable() const { return pointer<Callable>(); }
  const Initial* initial() const { return pointer<Initial>(); }
  const Tuple* tuple() const { return pointer<Tuple>(); }
  bool is_known() const { return constant() || constants(); }
  bool is_numeric() const { return is_known() || lazy(); }
  /// Of a numeric value.
  Shape shape() const { return lazy() ? lazy()->shape : constants() ? constants()->shape : Shape(); }

 private:
  template <typename T>
  const T* pointer() const {
    auto* held = std::get_if<std::shared_ptr<const T>>(&node);
    return held ? held->get() : nullptr;
  }
};

inline Value make(Lazy lazy) { return {std::make_shared<const Lazy>(std::move(lazy))}; }
inline Value make(ConstantTensor constants) { return {std::make_shared<const ConstantTensor>(std::move(constants))}; }

/// Of a numeric value.
Type element_type(const Value& value);

/// "a real", "an integer", …
const char* noun(Type type);
/// "[64, 3]", and "a number" for rank 0.
std::string describe(const Shape& shape);
/// The number of elements between two corners of a box.
int64_t volume(const Shape& from, const Shape& to);
/// What a message calls the value: "a number", "[64, 3]", "a layer".
std::string describe(const Value& value);

}  // namespace nnc::sema
