#include "compiler/report/words.h"

#include "compiler/report/numbers.h"

namespace nnc::report {
namespace {

/// `_a_0`: what passes put behind a name where they cut a tensor. `_sum` and `_exp` are values of their own.
bool is_piece(std::string_view suffix) {
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (suffix.size() > 1 && suffix[0] == '_') {
    size_t end = 1;
    while (end < suffix.size() && is_digit(suffix[end])) ++end;
    if (end == 1) end = 2;  // a letter
    suffix.remove_prefix(end);
  }
  return suffix.empty();
}

}  // namespace

Words::Words(const sema::Program& program) : program_(program) {
  for (const sema::Tensor& tensor : program.tensors) tensors_[tensor.name] = &tensor;
}

/// The pieces that passes make of a tensor have its name and `_something` behind it.
const sema::Tensor* Words::longest(std::string_view name) const {
  for (size_t end = name.size(); end != 0 && end != std::string_view::npos; end = name.rfind('_', end - 1)) {
    auto found = tensors_.find(name.substr(0, end));
    if (found != tensors_.end()) return found->second;
  }
  return nullptr;
}

Words::Found Words::find(std::string_view name, Part part) const {
  const sema::Tensor* gradient_of = nullptr;
  for (std::string_view prefix : {"d_", "output_gradient."}) {
    if (!gradient_of && name.starts_with(prefix)) gradient_of = longest(name.substr(prefix.size()));
  }
  if (gradient_of && part == Part::backward) return {gradient_of, true};
  const sema::Tensor* found = longest(name);
  return found ? Found{found, false} : Found{gradient_of, gradient_of != nullptr};
}

const sema::Tensor* Words::value(const std::string& name, Part part) const { return find(name, part).value; }

std::string Words::value_name(const std::string& name, Part part) const {
  const Found found = find(name, part);
  if (!found.value) return name;
  const std::string whole = (found.is_gradient ? "d_" : "") + found.value->name;
  return name.starts_with(whole) && is_piece(std::string_view(name).substr(whole.size())) ? whole : name;
}

const sema::Call* Words::use(const sema::Tensor& tensor) {
  const sema::Call* outermost = nullptr;
  for (const sema::Call* call = tensor.call; call; call = call->around) {
    if (!call->is_block) outermost = call;
  }
  return outermost;
}

std::string Words::text(const sema::Tensor& tensor) const {
  if (is_loss(tensor)) {
    std::string text;
    for (Span loss : program_.losses) text += (text.empty() ? "loss " : " + ") + one_line(loss.text());
    return text;
  }
  if (tensor.role == sema::Role::input || tensor.role == sema::Role::target) return "";
  const sema::Call* call = use(tensor);
  return one_line(call ? call->span.text() : tensor.span.text());
}

}  // namespace nnc::report
