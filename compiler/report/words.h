// From the schedule's tensors back to the user's words.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/report/report.h"
#include "compiler/sema/program.h"

namespace nnc::report {

class Words {
 public:
  explicit Words(const sema::Program& program);

  /// The value that the tensor is, a piece of (`slot_a_0` of `slot`), or the gradient of; null: there is none. What is
  /// of the backward part is a gradient first.
  const sema::Tensor* value(const std::string& name, Part part) const;
  /// True if it is that value's gradient.
  bool is_gradient(const std::string& name, Part part) const { return find(name, part).is_gradient; }
  /// Of that value or a piece of it: the value's name, behind `d_` where it is the gradient; else the tensor's own.
  std::string value_name(const std::string& name, Part part) const;
  /// The text that a value comes from: a use of a layer, or an expression, on one line; empty for what is declared.
  std::string text(const sema::Tensor& tensor) const;
  bool is_loss(const sema::Tensor& tensor) const { return &tensor == program_.loss; }
  /// Where the model's text says it; empty where it does not.
  std::string loss_place() const { return program_.losses.empty() ? "" : file_and_line(program_.losses[0]); }
  /// The use in the model's own text, or in a block's, that has made it; null: that text itself.
  static const sema::Call* use(const sema::Tensor& tensor);

 private:
  struct Found {
    const sema::Tensor* value;
    bool is_gradient;
  };
  Found find(std::string_view name, Part part) const;
  const sema::Tensor* longest(std::string_view name) const;

  const sema::Program& program_;
  std::map<std::string, const sema::Tensor*, std::less<>> tensors_;
};

}  // namespace nnc::report
