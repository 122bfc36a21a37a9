// A program as text: tensors, then equations a line each, as `--print=program` shows it.
#include <charconv>
#include <string>

#include "compiler/sema/program.h"

namespace nnc::sema {
namespace {

std::string number(double value) {
  char buffer[32];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

template <typename All, typename Text>
std::string list(const All& all, const Text& text) {
  std::string result;
  for (const auto& each : all) result += (result.empty() ? "" : ", ") + text(each);
  return result;
}

std::string print(const Shape& shape) {
  return "[" + list(shape, [](int64_t extent) { return std::to_string(extent); }) + "]";
}

std::string print(const std::vector<const Index*>& over) {
  return list(over, [](const Index* index) { return index->name + ": " + std::to_string(index->extent); });
}

std::string print(const Expr& expr, bool is_operand = false);

std::string print_all(const std::vector<const Expr*>& exprs) {
  return list(exprs, [](const Expr* expr) { return print(*expr); });
}

std::string print(const Expr& expr, bool is_operand) {
  static constexpr const char* kWords[] = {"sum", "prod", "max", "min"};
  switch (expr.kind) {
    case Expr::Kind::number:
      if (expr.type == Type::boolean) return expr.number != 0 ? "true" : "false";
      return number(expr.number) + (expr.type == Type::u32 ? "u" : "");
    case Expr::Kind::index:
      return expr.index->name;
    case Expr::Kind::read:
      return expr.tensor->name + (expr.args.empty() ? "" : "[" + print_all(expr.args) + "]");
    case Expr::Kind::reduce:
      return std::string(kWords[static_cast<size_t>(expr.reducer)]) + "[" + print(expr.over) + "](" +
             print(*expr.args[0]) + ")";
    case Expr::Kind::apply:
      break;
  }
  const auto& function = scalar::function(expr.op);
  if (function.infix.empty()) return std::string(function.name) + "(" + print_all(expr.args) + ")";
  std::string text = print(*expr.args[0], true) + " " + std::string(function.infix) + " " + print(*expr.args[1], true);
  return is_operand ? "(" + text + ")" : text;
}

std::string print(const Initial& initial) {
  switch (initial.kind) {
    case Initial::Kind::uniform:
      return "random_uniform(" + number(initial.low) + ", " + number(initial.high) + ")";
    case Initial::Kind::normal:
      return "random_normal(" + number(initial.sigma) + ")";
    case Initial::Kind::constant:
      return number(initial.value);
    case Initial::Kind::given:
      return "[" + list(initial.values, number) + "]";
    case Initial::Kind::weight:
      return "weight";
  }
  return "";
}

std::string declaration(const char* role, const Tensor& tensor) {
  std::string type = tensor.type == Type::real ? "" : std::string(scalar::name(tensor.type));
  return "  " + std::string(role) + " " + tensor.name + ": " + type + print(tensor.shape);
}

std::string print(const Definition& definition) {
  std::string text;
  for (const Piece& piece : definition.pieces) {
    text += "  " + definition.tensor->name + (piece.at.empty() ? "" : "[" + print_all(piece.at) + "]") + " = " +
            print(*piece.body) + (piece.over.empty() ? "" : "   over " + print(piece.over)) + "\n";
  }
  return text;
}

std::string print(const Gradient& gradient) {
  return "  " + gradient.tensor->name + " = grad(" + gradient.of->name + ", " + gradient.by->name + ")\n";
}

std::string print(const std::vector<Update::Assignment>& assignments) {
  std::string text;
  for (const auto& assignment : assignments) {
    std::string when = assignment.skips ? "   after skip " + std::to_string(assignment.skips) : "";
    text += "  " + assignment.target->name + " := " + assignment.value->name + when + "\n";
  }
  return text;
}

/// One that only leaves out steps whose gradients are not finite says nothing of itself.
std::string print(const Optimizer& optimizer) {
  bool is_plain = optimizer.skips_non_finite && optimizer.definitions.size() == 1 && optimizer.points.size() == 1;
  if (is_plain) return "";
  std::string text = "  numbers of " + optimizer.name + "\n";
  for (const Tensor* state : optimizer.states)
    text += declaration("state", *state) + " = " + print(state->initial) + "\n";
  for (const Definition& definition : optimizer.definitions) text += print(definition);
  if (optimizer.loss_factor) text += "  loss_factor = " + optimizer.loss_factor->name + "\n";
  for (const Optimizer::Point& point : optimizer.points) {
    text += (point.is_skip ? "  skip if " : "  total ") + point.tensor->name + "\n";
  }
  return text + print(optimizer.assignments);
}

std::string print(const Update& update) {
  std::string text = "  update " + update.param->name + "\n";
  for (const Tensor* state : update.states) text += declaration("state", *state) + " = " + print(state->initial) + "\n";
  for (const Definition& definition : update.definitions) text += print(definition);
  for (const Update::Term& term : update.terms) text += "  " + term.total->name + " += sum(" + term.value->name + ")\n";
  return text + print(update.assignments);
}

}  // namespace

std::string print(const Program& program) {
  std::string text = "model " + program.name + "\n";
  for (const Tensor* input : program.inputs) text += declaration("input", *input) + "\n";
  for (const Tensor* target : program.targets) text += declaration("target", *target) + "\n";
  for (const Tensor* param : program.params) {
    text += declaration(param->frozen ? "frozen param" : "param", *param) + " = " + print(param->initial) + "\n";
  }
  for (const Tensor& tensor : program.tensors) {
    constexpr size_t kShown = 64;
    if (tensor.role != Role::constant) continue;
    std::string data = tensor.data.size() > kShown ? "…" : list(tensor.data, number);
    text += declaration("constant", tensor) + " = [" + data + "]\n";
  }
  for (const Step& step : program.steps) text += std::visit([](const auto& each) { return print(each); }, step);
  text += "  output " + list(program.outputs, [](const Output& output) { return output.name; }) + "\n";
  if (program.loss) text += "  loss " + program.loss->name + "\n";
  for (size_t k = 0; k < program.optimizers.size(); ++k) {
    text += print(program.optimizers[k]);
    for (const Update& update : program.updates) {
      if (update.optimizer == k) text += print(update);
    }
  }
  return text;
}

}  // namespace nnc::sema
