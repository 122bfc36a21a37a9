// Values as tensors: read, converted, written down under a name.
#include <algorithm>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {
namespace {

/// What 32-bit places can reach.
constexpr int64_t kMostElements = INT32_MAX;

Tensor make_constant(const ConstantTensor& constants) {
  Type type = Type::boolean;
  for (const Constant& c : constants.elements) type = std::max(type, c.type);
  Tensor tensor{.name = constants.name, .span = constants.span, .shape = constants.shape, .type = type};
  for (const Constant& c : constants.elements) tensor.data.push_back(c.real());
  return tensor;
}

}  // namespace

int64_t volume(const Shape& from, const Shape& to) {
  int64_t count = 1;
  for (size_t d = 0; d < from.size(); ++d) count *= to[d] - from[d];
  return count;
}

std::string describe(const Shape& shape) {
  if (shape.empty()) return "a number";
  std::string text;
  for (int64_t extent : shape) text += (text.empty() ? "[" : ", ") + std::to_string(extent);
  return text + "]";
}

std::string describe(const Value& value) {
  if (value.is_numeric()) return describe(value.shape());
  if (auto* callable = value.callable()) {
    const ast::Declaration& declaration = *callable->declared.declaration;
    return "the " + std::string(ast::keyword(declaration.kind)) + " `" + declaration.name.text + "`";
  }
  if (auto* word = std::get_if<CoreWord>(&value.node)) return "the function `" + word->name + "`";
  if (auto* type = std::get_if<TypeWord>(&value.node)) return "the type `" + type->name + "`";
  if (auto* block = std::get_if<BlockUse>(&value.node)) return "the block `" + block->block->name.text + "`";
  if (value.initial()) return "an initial value";
  if (auto* tuple = value.tuple()) return std::to_string(tuple->values.size()) + " results";
  return "nothing";
}

Type element_type(const Value& value) {
  if (auto* lazy = value.lazy()) return lazy->type;
  if (auto* constant = value.constant()) return constant->type;
  Type type = Type::boolean;
  for (const Constant& c : value.constants()->elements) type = std::max(type, c.type);
  return type;
}

const char* noun(Type type) {
  switch (type) {
    case Type::boolean:
      return "a boolean";
    case Type::i32:
      return "an integer";
    case Type::u32:
      return "a u32";
    case Type::real:
      return "a real";
  }
  return "";
}

Value Elaborator::scalar(const Expr* expr) {
  return make(Lazy{{}, expr->type, [expr](Places) { return expr; }, nullptr, expr->kind == Expr::Kind::index});
}

const Expr* Elaborator::as_expr(const Constant& constant, Type type, Span span) {
  bool fits = constant.integer >= INT32_MIN && constant.integer <= INT32_MAX;
  if (type == Type::i32 && !fits) {
    error(DiagnosticKind::NumberTooLarge, span, text(constant) + " is beyond 32 bits, which integers in a model have");
    return equations_->number(0, type, span);
  }
  double value = type == Type::u32 ? static_cast<double>(static_cast<uint32_t>(constant.integer)) : constant.real();
  return equations_->number(value, type, span);
}

Value Elaborator::read(const Tensor* tensor, Span span) {
  auto at = [this, tensor, span](Places where) { return equations_->read(tensor, {where.begin(), where.end()}, span); };
  return make(Lazy{tensor->shape, tensor->type, at, tensor, true});
}

Lazy Elaborator::to_lazy(const Value& value) {
  if (auto* lazy = value.lazy()) return *lazy;
  if (auto* constant = value.constant()) {
    const Expr* number = as_expr(*constant, constant->type, {});
    return {{}, number->type, [number](Places) { return number; }, nullptr, true};
  }
  const ConstantTensor& constants = *value.constants();
  if (!constants.tensor) {
    Tensor made = make_constant(constants);
    bool fits_all = made.type != Type::i32 || std::all_of(made.data.begin(), made.data.end(), [](double number) {
                      return number >= INT32_MIN && number <= INT32_MAX;
                    });
    if (!fits_all) {
      error(DiagnosticKind::NumberTooLarge, constants.span,
            "`" + constants.name + "` holds integers beyond 32 bits, which integers in a model have");
    }
    Tensor* tensor = equations_->new_tensor(made.name, made.shape, made.type, Role::constant, origin(made.span));
    tensor->data = std::move(made.data);
    constants.tensor = tensor;
  }
  return *read(constants.tensor).lazy();
}

const Expr* Elaborator::as_number(const Value& value) {
  if (!value.is_numeric()) return nullptr;
  Lazy lazy = to_lazy(value);
  if (lazy.shape.empty()) return lazy.at({});
  if (lazy.shape != Shape{1}) return nullptr;
  const Expr* zero = equations_->number(0, Type::i32);
  return lazy.at({&zero, 1});
}

std::vector<const Index*> Elaborator::new_indices(const Shape& shape) {
  static constexpr const char* kNames[] = {"i", "j", "k", "l"};
  std::vector<const Index*> indices;
  for (size_t d = 0; d < shape.size(); ++d) {
    std::string name = d < std::size(kNames) ? kNames[d] : "i" + std::to_string(d);
    indices.push_back(equations_->new_index(name, shape[d]));
  }
  return indices;
}

std::vector<const Expr*> Elaborator::places(const std::vector<const Index*>& indices) {
  std::vector<const Expr*> all;
  for (const Index* index : indices) all.push_back(equations_->index(index));
  return all;
}

Span Elaborator::origin(Span span) const { return uses_.empty() ? span : uses_.front().span; }

Value Elaborator::materialise(const Value& value, const std::string& name, Span span) {
  auto* lazy = value.lazy();
  if (!lazy || lazy->tensor) return value;
  std::vector<const Index*> over = new_indices(lazy->shape);
  std::vector<const Expr*> at = places(over);
  return define(name, lazy->shape, {{over, at, lazy->at(at), span}}, span);
}

/// Indices around the definition (of an equation that it stands in) become dimensions of their own, before the others.
Value Elaborator::define(const std::string& name, const Shape& shape, std::vector<Piece> pieces, Span span) {
  std::vector<const Expr*> bodies;
  std::vector<const Index*> own;
  bool per_sample = false;
  for (Piece& piece : pieces) {
    bodies.push_back(piece.body);
    own.insert(own.end(), piece.over.begin(), piece.over.end());
    per_sample = per_sample || reads_samples(piece.body);
  }
  std::vector<const Index*> around;
  for (const Index* index : free_indices(bodies)) {
    if (std::find(own.begin(), own.end(), index) == own.end()) around.push_back(index);
  }
  const bool is_scalar = optimizing_ && shape.empty() && around.empty();
  if (is_scalar && is_number(pieces[0].body)) return number(name, pieces[0].body, span);
  Shape whole;
  for (const Index* index : around) whole.push_back(index->extent);
  whole.insert(whole.end(), shape.begin(), shape.end());
  if (!fits(whole, span, "`" + name + "`")) return {};

  std::vector<const Expr*> outer = places(around);
  for (Piece& piece : pieces) {
    piece.over.insert(piece.over.begin(), around.begin(), around.end());
    piece.at.insert(piece.at.begin(), outer.begin(), outer.end());
  }
  for (Piece& piece : pieces) piece.span = origin(piece.span);
  Tensor* tensor = equations_->new_tensor(name, whole, pieces[0].body->type, Role::value, origin(span));
  tensor->per_sample = per_sample;
  tensor->is_layered = std::any_of(bodies.begin(), bodies.end(), reads_layers);
  tensor->format = format_of(bodies);
  made_.emplace(tensor, program_->tensors.size());
  Definition definition{tensor, std::move(pieces)};
  if (definitions_) {
    definitions_->push_back(std::move(definition));
  } else {
    program_->steps.emplace_back(std::move(definition));
  }
  if (around.empty()) return read(tensor);
  auto at = [this, tensor, outer](Places where) {
    std::vector<const Expr*> all = outer;
    all.insert(all.end(), where.begin(), where.end());
    return equations_->read(tensor, std::move(all));
  };
  return make(Lazy{shape, tensor->type, at, nullptr, true});
}

Value Elaborator::named(const Value& value, const std::string& name, size_t made_after, Span span) {
  auto* lazy = value.lazy();
  if (!lazy) return value;
  if (!lazy->tensor) return materialise(value, name, span);
  auto made = made_.find(lazy->tensor);
  if (made == made_.end() || made->second <= made_after) return value;
  equations_->rename(lazy->tensor, name);
  equations_->mutable_tensor(lazy->tensor)->span = span;
  return value;
}

Value Elaborator::flatten(const Value& value, const std::string& name, Span span) {
  Shape shape = value.shape();
  if (shape.size() == 1) return value;
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  if (auto* constants = value.constants()) {
    ConstantTensor flat = *constants;
    flat.shape = {count};
    flat.tensor = nullptr;
    return make(std::move(flat));
  }
  if (value.constant()) return make(ConstantTensor{name, span, {1}, {*value.constant()}});
  Lazy source = to_lazy(value);
  if (shape.empty()) {
    const Expr* number = source.at({});
    return make(Lazy{{1}, source.type, [number](Places) { return number; }, nullptr, source.is_read});
  }
  std::vector<const Index*> over = new_indices(shape);
  std::vector<const Expr*> at = places(over);
  const Expr* body = source.at(at);
  const Expr* row = equations_->row(shape, at);
  return define(name, {count}, {{over, {row}, body, span}}, span);
}

bool Elaborator::fits(const Shape& shape, Span span, const std::string& what) {
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (!__builtin_mul_overflow(count, extent, &count) && count <= kMostElements) continue;
    error(DiagnosticKind::TooLarge, span, what + " is " + describe(shape) + ": more than 2^31 elements");
    return false;
  }
  return true;
}

}  // namespace nnc::sema
