// How C++ and CUDA say a scalar function.
#pragma once

#include <string>
#include <vector>

#include "compiler/scalar/scalar.h"

namespace nnc::emit {

/// How tightly a piece of C++ holds together, as far as we write it.
enum class Binding { conditional, comparison, sum, product, unary, primary };

/// C++ text of an expression.
struct Text {
  std::string text;
  Binding binding = Binding::primary;

  /// In parentheses where a neighbour that binds as tightly as `outer` would tear it apart.
  std::string inside(Binding outer) const { return binding < outer ? "(" + text + ")" : text; }
};

/// op(operands…) of these operands, where reals are computed in f32 (vectors of lanes too) or in f64: the runtime's
/// overloads.
Text spell(scalar::Op op, scalar::Type operands, const std::vector<Text>& operand_texts,
           scalar::Format real = scalar::Format::f32);
/// The same in double precision, for what is computed once a step; integers are doubles too.
Text spell_double(scalar::Op op, scalar::Type operands, const std::vector<Text>& operand_texts);

}  // namespace nnc::emit
