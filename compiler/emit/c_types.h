// What C calls the types of a model's interface: elements, rows, structs of rows, one sample.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/emit/model.h"

namespace nnc::emit {

/// A member of a struct of C, and of the C++ struct that it stands for.
struct CField {
  std::string name;     // as the user has it
  std::string cpp;      // as C++ has it
  std::string c;        // as C has it, which reserves other words
  std::string element;  // the C++ type of an element
  int64_t width;        // elements of a row
  std::string shape;    // "[3]"
  bool is_number;       // of rank 0
};

/// A struct of C. C has none without members: there is no parameter for it then either.
struct CStruct {
  std::string word;  // "inputs": image_inputs
  std::string cpp;   // "Inputs"
  std::string about;
  bool is_const;  // what is only read
  std::vector<CField> fields;

  bool empty() const { return fields.empty(); }
};

/// The structs of a model.
struct CStructs {
  explicit CStructs(const Model& model);
  std::vector<const CStruct*> of_rows() const {
    return {&inputs, &outputs, &output_gradients, &input_gradients, &targets};
  }

  CStruct inputs, outputs, output_gradients, input_gradients, targets;
  CStruct sample, result;
  CStruct result_gradient, sample_gradient;  // nothing in them where the model has no derivative
};

/// The structs of rows of each element type: `image_const_f32_rows`, `image_u8_rows`.
std::string c_element_rows(const std::string& prefix, const CStructs& structs);
/// A struct whose members are rows, and one of the numbers of one sample; nothing where there are none.
std::string c_rows_struct(const std::string& prefix, const CStruct& rows);
std::string c_sample_struct(const std::string& prefix, const CStruct& sample);

}  // namespace nnc::emit
