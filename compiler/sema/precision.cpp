// Rounded types: what `precision`, a declared type and `cast` round, and where. What is rounded already is not rounded
// again, and what is made of inputs alone is not rounded at all: positions stay as they were given.
#include <algorithm>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {

using scalar::Format;

namespace {

/// The integers that rows hold, and what they are in the model.
struct IntegerRow {
  const char* name;
  Type type;
  Width width;
};
constexpr IntegerRow kIntegers[] = {{"i32", Type::i32, Width::as_computed},
                                    {"u32", Type::u32, Width::as_computed},
                                    {"i64", Type::i32, Width::i64},
                                    {"u8", Type::i32, Width::u8}};

const scalar::FormatRow* row_of(Format format) {
  auto rows = scalar::roundings();
  auto found =
      std::find_if(rows.begin(), rows.end(), [&](const scalar::FormatRow& row) { return row.format == format; });
  return found == rows.end() ? nullptr : &*found;
}

struct OtherName {
  const char *other, *own;
};
constexpr OtherName kOtherNames[] = {
    {"float", "f32"},    {"float32", "f32"}, {"fp32", "f32"},      {"single", "f32"},   {"half", "f16"},
    {"float16", "f16"},  {"fp16", "f16"},    {"bfloat16", "bf16"}, {"double", "f64"},   {"float64", "f64"},
    {"fp64", "f64"},     {"int32", "i32"},   {"int32_t", "i32"},   {"uint32", "u32"},   {"uint32_t", "u32"},
    {"unsigned", "u32"}, {"uint", "u32"},    {"int64", "i64"},     {"int64_t", "i64"},  {"long", "i64"},
    {"uint8", "u8"},     {"uint8_t", "u8"},  {"byte", "u8"},       {"boolean", "bool"},
};

}  // namespace

std::string type_meant(const std::string& name) {
  for (const OtherName& row : kOtherNames) {
    if (name == row.other) return row.own;
  }
  return {};
}

Diagnostic& Elaborator::type_error(const ast::Name& type, std::string text, const std::string& all) {
  Diagnostic& message = error(DiagnosticKind::UnknownType, type.span, std::move(text));
  const std::string meant = type_meant(type.text);
  if (!meant.empty() && all.find(meant) != std::string::npos) message.hint("did you mean `" + meant + "`?");
  return message;
}

std::optional<DataType> Elaborator::interface_type(const ast::Type& type) {
  Format widest = program_->precision == Format::f64 ? Format::f64 : Format::f32;
  if (!type.scalar) return DataType{Type::real, widest, false};
  if (auto stored = scalar::find_format(type.scalar->text)) return DataType{Type::real, *stored, true};
  for (const IntegerRow& row : kIntegers) {
    if (type.scalar->text == row.name) return DataType{row.type, Format::f32, true, row.width};
  }
  const std::string all = "`f16`, `bf16`, `f32`, `f64`, `i32`, `u32`, `i64` or `u8`";
  type_error(*type.scalar, "data has the type " + all + ", not `" + type.scalar->text + "`", all);
  return std::nullopt;
}

std::optional<Format> Elaborator::format(const ast::Name& type) {
  if (auto found = scalar::find_format(type.text)) return found;
  bool is_type = type.text == "i32" || type.text == "u32" || type.text == "int" || type.text == "bool";
  if (is_type) {
    error(DiagnosticKind::TypeMismatch, type.span,
          "`precision` is of reals: `f16`, `bf16`, `f32` or `f64`, not `" + type.text + "`");
  } else {
    type_error(type, "there is no type `" + type.text + "`", "`f16` `bf16` `f32` `f64`");
  }
  return std::nullopt;
}

std::optional<Format> Elaborator::layer_format(const ast::Declaration& declaration, const ast::Name& type) {
  bool is_layer = declaration.kind == ast::DeclKind::layer || declaration.kind == ast::DeclKind::encoding ||
                  declaration.kind == ast::DeclKind::activation;
  if (!is_layer) {
    error(DiagnosticKind::WrongKind, type.span,
          "a precision belongs to a layer, and `" + declaration.name.text + "` is " +
              (declaration.kind == ast::DeclKind::init || declaration.kind == ast::DeclKind::optimizer ? "an " : "a ") +
              ast::keyword(declaration.kind))
        .note(declaration.name.span, "declared here");
    return std::nullopt;
  }
  auto found = format(type);
  if (found != Format::f64 || program_->precision == Format::f64) return found;
  error(DiagnosticKind::TypeMismatch, type.span, "one layer alone does not compute in `f64`")
      .hint("`precision f64` in the model makes all of its arithmetic f64");
  return std::nullopt;
}

bool Elaborator::rounds(Format format) const {
  return format != Format::f64 && (format != Format::f32 || program_->precision == Format::f64);
}

Value Elaborator::rounded(const Value& value, Format format) {
  auto* lazy = value.lazy();
  if (!lazy || lazy->type != Type::real || !rounds(format)) return value;
  return apply_to_elements(row_of(format)->round, *lazy);
}

Value Elaborator::apply_to_elements(Op op, const Lazy& lazy) {
  auto at = [this, op, inner = lazy.at](Places where) { return equations_->apply(op, {inner(where)}); };
  return make(Lazy{lazy.shape, Type::real, at});
}

bool Elaborator::passes_on(const ast::Declaration* declaration, bool is_stage) const {
  bool is_among_layers =
      !in_loss_ && !definitions_ && known_depth_ == 0 && std::all_of(uses_.begin(), uses_.end(), [](const Use& use) {
        return use.declaration->kind == ast::DeclKind::layer;  // the bodies of all else are formulas
      });
  if (!is_among_layers || is_stage || !declaration) return is_among_layers && is_stage;
  if (declaration->kind == ast::DeclKind::layer) return true;
  bool is_formula = declaration->kind != ast::DeclKind::encoding && declaration->kind != ast::DeclKind::activation;
  return !is_formula && uses_.empty();
}

Value Elaborator::passed_on(const Value& value, Format format) {
  auto* lazy = value.lazy();
  if (!lazy || lazy->type != Type::real || !rounds(format)) return value;
  if (format_of(lazy->at(places(new_indices(lazy->shape))))) return value;
  return apply_to_elements(row_of(format)->pass, *lazy);
}

Value Elaborator::passed_in(const Value& value, Format format) {
  auto* lazy = value.lazy();
  if (!lazy || lazy->type != Type::real || !rounds(format)) return value;
  return reads_layers(lazy->at(places(new_indices(lazy->shape)))) ? passed_on(value, format) : value;
}

}  // namespace nnc::sema
