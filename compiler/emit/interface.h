// The parts of a model's interface that all targets share: the structs of rows and of one sample, the table of
// parameters.
#pragma once

#include <set>
#include <string>

#include "compiler/emit/model.h"

namespace nnc::emit {

int64_t count(const sema::Shape& shape);
/// The type of an element of the caller's rows: `float`, `std::uint8_t`, …
std::string element_type(const sema::Tensor& tensor);
/// The same of derivatives by the tensor: f32 for f16 and bf16 too, so that a caller's own loss needs no scale.
std::string gradient_type(const sema::Tensor& tensor);
/// The value as another type: itself where they are the same.
std::string converted(const std::string& to, const std::string& from, const std::string& value);
/// `position: f32[2]` of one sample as a comment: "[2]", "number".
std::string shape_text(const sema::Shape& shape);

/// What rows hold: the tensor's numbers, or derivatives by them.
enum class Of { numbers, gradients };

/// Fields of Inputs, Targets, …: `nn::Rows<const float, 2> position;`, a line each.
std::string rows_fields(const std::vector<const sema::Tensor*>& tensors, bool is_const,
                        const std::string& rows = "nn::Rows", Of of = Of::numbers);
std::string output_rows_fields(const std::vector<sema::Output>& outputs, bool is_const,
                               const std::string& rows = "nn::Rows", Of of = Of::numbers);
/// The same of one sample: `std::array<float, 2> position;`
std::string sample_fields(const std::vector<const sema::Tensor*>& tensors, Of of = Of::numbers);
std::string result_fields(const std::vector<sema::Output>& outputs, Of of = Of::numbers);

/// "target.color" → "color"
std::string target_name(const sema::Tensor& target);

/// Accessors of Weights: `float* linear_0_weight() { return data() + 128; }  // [64, 32]`.
std::string weight_accessors(const Model& model);
/// The rows of nn::Param, and the arrays of given values before them.
std::string param_table(const Model& model);
std::string given_values(const Model& model);
/// Declarations of `load`, `embedded` and `save` of a model's Weights, which lie on the host on every target.
std::string weights_declarations(const Model& model);
/// Their definitions, and the numbers of `embedded`.
std::string weights_files(const Model& model);
/// Definitions of the constant tables that a schedule reads; `done` holds those already written.
std::string constant_tables(const kernel::Program& program, std::set<std::string>& done);
/// Of such definitions those that the text mentions, behind a word: "static ".
std::string mentioned_tables(const std::string& tables, const std::string& text, const std::string& word = "");

}  // namespace nnc::emit
