// Members of a model, in their order; the loss and the optimizers at the end.
#include <algorithm>

#include "compiler/sema/elaborator.h"
#include "compiler/sema/slopes.h"
#include "compiler/support/closest_name.h"

namespace nnc::sema {

Program Elaborator::model(const ast::Model& model, const FileScope& file) {
  Program program;
  Equations equations(program);
  program.name = model.name.text;
  program.span = model.name.span;
  model_ = &model;
  program_ = &program;
  equations_ = &equations;
  instances_.clear();
  made_.clear();
  outputs_.clear();
  constants_.clear();
  targets_.clear();
  loss_.reset();
  stage_uses_.clear();
  gathered_.reset();
  Scope scope{&file, &instances_.emplace_back(), nullptr};
  find_precision(model);
  scope.instance->precision = program.precision;
  auto visit = [&](const ast::Member& each) {
    std::visit(
        [&](const auto& node) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(node)>, ast::Optimizer>) member(node, each.span, scope);
        },
        each.node);
  };
  auto is_last = [](const ast::Member& each) {
    return std::holds_alternative<ast::Loss>(each.node) || std::holds_alternative<ast::Optimizer>(each.node);
  };
  for (const ast::Member& each : model.members) {
    if (!is_last(each)) visit(each);
  }
  if (program.outputs.empty()) {
    bool has_output = std::any_of(model.members.begin(), model.members.end(), [](const ast::Member& each) {
      return std::holds_alternative<ast::Output>(each.node);
    });
    if (!has_output)
      error(DiagnosticKind::NoOutput, model.name.span, "the model `" + model.name.text + "` has no output");
  }
  for (const ast::Member& each : model.members) {
    if (std::holds_alternative<ast::Loss>(each.node)) visit(each);
  }
  if (loss_ && loss_->is_numeric()) finish_loss();
  optimizers(model, scope);
  model_ = nullptr;
  program_ = nullptr;
  equations_ = nullptr;
  return program;
}

/// The model's precision, which every member sees, wherever it stands.
void Elaborator::find_precision(const ast::Model& model) {
  const ast::Member* first = nullptr;
  for (const ast::Member& member : model.members) {
    auto* node = std::get_if<ast::Precision>(&member.node);
    if (!node) continue;
    if (first) {
      error(DiagnosticKind::DuplicateName, member.span, "a model has one precision")
          .note(first->span, "given here first");
      return;
    }
    first = &member;
    program_->precision = format(node->type).value_or(scalar::Format::f32);
  }
}

void Elaborator::member(const ast::Input& node, Span, Scope& scope) {
  auto type = interface_type(node.type);
  std::optional<Shape> extents = Shape();
  in_input_ = true;
  if (node.type.shape) extents = shape(*node.type.shape, scope);
  in_input_ = false;
  if (!declare(node.name, scope)) return;
  Value value;
  if (type && extents) {
    Tensor* tensor = equations_->new_tensor(node.name.text, *extents, type->type, Role::input, node.name.span);
    tensor->per_sample = true;
    tensor->stored = type->stored;
    if (rounds(type->stored)) tensor->format = type->stored;
    tensor->width = type->width;
    program_->inputs.push_back(tensor);
    value = read(tensor);
  }
  scope.locals.push_back({node.name.text, value, node.name.span});
}

/// An output is a tensor of its own, so that it has its own name.
void Elaborator::member(const ast::Output& node, Span span, Scope& scope) {
  size_t made_after = program_->tensors.size();
  std::optional<DataType> type = node.type ? interface_type(*node.type) : interface_type({});
  Value value = eval(*node.value, scope);
  if (!value.is_poison() && !value.is_numeric()) {
    error(DiagnosticKind::TypeMismatch, node.value->span, "an output is a tensor, and this is " + describe(value));
    value = {};
  }
  if (!value.is_poison() && node.type && node.type->shape) {
    auto declared = shape(*node.type->shape, scope);
    if (!declared || !check_shape(value, *declared, node.value->span, node.type->span)) value = {};
  }
  if (!declare(node.name, scope)) return;
  if (!value.is_poison() && type && !check_output_type(node, value, *type)) value = {};
  if (!value.is_poison() && type) {
    if (element_type(value) == Type::boolean) value = copy_as(value, Type::i32, node.name.text, span);
    if (type->is_declared) value = rounded(value, type->stored);
    value = named(value, node.name.text, made_after, span);
    auto* lazy = value.lazy();
    bool is_own = lazy && lazy->tensor && lazy->tensor->name == node.name.text && !outputs_.count(lazy->tensor) &&
                  lazy->tensor->role == Role::value;
    if (!is_own) value = copy_as(value, value.is_known() ? type->type : element_type(value), node.name.text, span);
  }
  if (!value.is_poison() && type) {
    const Tensor* tensor = value.lazy()->tensor;
    equations_->mutable_tensor(tensor)->stored = type->stored;
    program_->outputs.push_back({node.name.text, tensor});
    outputs_[tensor] = node.name.text;
  }
  scope.locals.push_back({node.name.text, value, node.name.span});
}

bool Elaborator::check_output_type(const ast::Output& node, const Value& value, const DataType& declared) {
  if (!node.type || !node.type->scalar) return true;
  const ast::Name& name = *node.type->scalar;
  if (declared.width != Width::as_computed) {
    error(DiagnosticKind::UnknownType, name.span,
          "an output is `f16`, `bf16`, `f32`, `f64`, `i32` or `u32`, not `" + name.text + "`");
    return false;
  }
  Type actual = element_type(value);
  if (value.is_known() || actual == declared.type || (actual == Type::boolean && declared.type == Type::i32))
    return true;
  error(DiagnosticKind::TypeMismatch, node.value->span,
        std::string("this is ") + noun(actual) + ", not `" + name.text + "`")
      .note(name.span, "declared here")
      .hint("`cast(…, " + name.text + ")` converts");
  return false;
}

Value Elaborator::copy_as(const Value& value, Type type, const std::string& name, Span span) {
  Lazy source = to_lazy(value);
  std::vector<const Index*> over = new_indices(source.shape);
  std::vector<const Expr*> at = places(over);
  return define(name, source.shape, {{over, at, equations_->convert(source.at(at), type), span}}, span);
}

void Elaborator::member(const ast::Let& node, Span span, Scope& scope) { let(node, span, scope); }

void Elaborator::member(const ast::Block& node, Span span, Scope& scope) {
  if (!declare(node.name, scope)) return;
  Instance* instance = child(*scope.instance, node.name.text, span);
  Value value;
  if (instance) value.node = BlockUse{&node, instance, &scope};
  scope.locals.push_back({node.name.text, value, node.name.span});
}

/// Said before all others: `find_precision`.
void Elaborator::member(const ast::Precision&, Span, Scope&) {}

std::optional<Value> Elaborator::target(const std::string& output, Span span, const ast::Formal* formal) {
  auto found = std::find_if(program_->outputs.begin(), program_->outputs.end(),
                            [&](const Output& each) { return each.name == output; });
  if (found == program_->outputs.end()) {
    std::vector<std::string> names;
    for (const Output& each : program_->outputs) names.push_back(each.name);
    auto& message = error(DiagnosticKind::UnknownMember, span, "there is no output `" + output + "` to have a target");
    if (auto meant = closest_name(output, names); !meant.empty()) message.hint("did you mean `target." + meant + "`?");
    return std::nullopt;
  }
  auto [place, is_new] = targets_.emplace(output, nullptr);
  if (is_new) {
    DataType type{found->tensor->type, found->tensor->stored};
    if (formal && formal->type && formal->type->scalar) type = interface_type(*formal->type).value_or(type);
    bool is_number = formal && formal->type && formal->type->shape && formal->type->shape->empty();
    Tensor* tensor = equations_->new_tensor("target." + output, is_number ? Shape() : found->tensor->shape, type.type,
                                            Role::target, span);
    tensor->per_sample = true;
    tensor->stored = type.stored;
    tensor->width = type.width;
    if (rounds(type.stored)) tensor->format = type.stored;
    program_->targets.push_back(tensor);
    place->second = tensor;
  }
  return read(place->second);
}

/// The mean over the elements.
Value Elaborator::mean_of_elements(const Value& value, Span span) {
  int64_t count = 1;
  for (int64_t extent : value.shape()) count *= extent;
  Value sum = reduce_all(Expr::Reducer::sum, value, span);
  if (count == 1) return sum;
  return apply(Op::divide, {{sum, span}, {{Constant::of_real(static_cast<double>(count))}, span}}, span);
}

/// Several losses add up.
void Elaborator::member(const ast::Loss& node, Span span, Scope& scope) {
  in_loss_ = true;
  Value value = eval(*node.value, scope);
  in_loss_ = false;
  program_->losses.push_back(node.value->span);
  if (value.is_poison()) return;
  bool is_number = value.is_numeric() && (value.shape().empty() || value.shape() == Shape{1});
  if (!is_number) {
    auto& message =
        error(DiagnosticKind::NotANumber, node.value->span, "a loss is one number, and this is " + describe(value));
    if (value.is_numeric())
      message.hint(
          "`mean(…)` or `sum(…)` makes it one; a weight for each element belongs inside a loss: `loss masked(y, "
          "target, mask) = mask * (y - target)^2`");
    return;
  }
  if (value.lazy()) value = scalar(equations_->convert(as_number(value), Type::real));
  loss_ = loss_ ? apply(Op::add, {{*loss_, span}, {value, span}}, span) : value;
}

void Elaborator::finish_loss() {
  Span span = program_->span;
  if (auto* constant = loss_->constant()) loss_ = scalar(equations_->number(constant->real(), Type::real));
  if (loss_->constants()) loss_ = scalar(as_number(*loss_));
  Value written = define("loss", {}, {{{}, {}, loss_->lazy()->at({}), span}}, span);
  program_->loss = written.lazy()->tensor;
  check_slopes();
}

void Elaborator::check_slopes() {
  const Dependences loss(*program_, program_->loss);
  bool learns = false;
  std::vector<const Tensor*> stuck;
  for (const Tensor* param : program_->params) {
    if (param->frozen) continue;
    learns = learns || loss.on(param) == Dependence::smooth;
    if (loss.on(param) == Dependence::steps) stuck.push_back(param);
  }
  if (stuck.empty()) return;
  constexpr const char* kHint =
      "comparisons, integers, places and functions like `round` have no slope; `x + stop_gradient(round(x) - x)` is "
      "`round(x)` with the slope of x";
  if (!learns) {
    error(DiagnosticKind::NoDerivative, program_->losses.front(),
          "the loss changes with the parameters only in steps: nothing can be learned from it")
        .hint(kHint);
    return;
  }
  for (const Tensor* param : stuck) {
    warning(DiagnosticKind::NoDerivative, param->span,
            "the loss changes with `" + param->name + "` only in steps: it is not learned")
        .hint(kHint);
  }
}

}  // namespace nnc::sema
