#include "compiler/ast/ast.h"

namespace nnc::ast {
namespace {

/// A node a line, its parts indented below it: one overload for each struct that can stand on a line.
class Printer {
 public:
  std::string text;

  void print(const File& file) { node("file " + (file.source ? file.source->name : ""), file.items); }
  void print(const Item& item) { visit(item.node); }
  void print(const Member& member) { visit(member.node); }
  void print(const Statement& statement) { visit(statement.node); }
  void print(const Stage& stage) { visit(stage.node); }
  void print(const ExprPtr& expr) {
    if (expr) visit(expr->node);
  }

  void print(const Import& import) { node("import \"" + import.path + "\""); }
  void print(const Constant& constant) { node("const " + constant.name.text, constant.value); }
  void print(const Model& model) { node("model " + model.name.text, model.members); }
  void print(const Declaration& declaration) {
    const std::string implied = declaration.implied_by ? " for " + declaration.implied_by->text : "";
    node(std::string(keyword(declaration.kind)) + " " + declaration.name.text + implied, [&] {
      for (const Formal& formal : declaration.formals) print_formal("formal", formal);
      for (const Formal& result : declaration.results) print_formal("result", result);
      print(declaration.body);
      print_all(declaration.statements);
      if (declaration.refusal) node("refused \"" + *declaration.refusal + "\"");
    });
  }

  void print(const Input& input) { node("input " + input.name.text, input.type); }
  void print(const Output& output) { node("output " + output.name.text, output.type, output.value); }
  void print(const Block& block) { node("block " + block.name.text, block.stages); }
  void print(const Loss& loss) { node("loss", loss.value); }
  void print(const Optimizer& optimizer) {
    node("optimizer" + (optimizer.targets.empty() ? "" : " for " + joined(optimizer.targets)), optimizer.stages);
  }
  void print(const Precision& precision) { node("precision " + precision.type.text); }

  void print(const Let& let) { node("let " + joined(let.names), let.binders, let.value); }
  void print(const Param& param) {
    node("param " + param.name.text, [&] {
      print(param.type);
      print(param.value);
      if (param.condition) node("if", param.condition);
    });
  }
  void print(const State& state) {
    node("state", [&] {
      print_all(state.variables);
      if (state.condition) node("if", state.condition);
    });
  }
  void print(const State::Variable& variable) {
    node("variable " + variable.name.text, variable.type, variable.initial);
  }
  void print(const Equation& equation) {
    node("equation " + equation.name.text, [&] {
      if (equation.indices) node("indices", *equation.indices);
      print_all(equation.binders);
      print(equation.value);
    });
  }
  void print(const Update& update) { node("update " + update.name.text, update.value); }
  void print(const SkipIf& skip) { node("skip if", skip.condition); }
  void print(const RefusedIf& refused) { node("refused \"" + refused.reason + "\" if", refused.condition); }
  void print(const UseIf& use) { node("use " + use.optimizer.text + " if", use.condition); }

  void print(const UseStage& use) { node("use " + use.callee.text, use.arguments); }
  void print(const RepeatStage& repeat) { node("repeat", repeat.count, repeat.stages); }
  void print(const RepeatAsStage& repeat) { node("repeat as " + repeat.name.text, repeat.count, repeat.body); }

  void print(const Number& number) { node("number " + number.digits + (number.is_unsigned ? "u" : "")); }
  void print(const NameExpr& name) { node("name " + name.name); }
  void print(const MemberExpr& member) { node("member " + member.member.text, member.object); }
  void print(const UnaryExpr& unary) {
    static constexpr const char* kOps[] = {"-", "+", "not"};
    node(std::string("unary ") + kOps[static_cast<size_t>(unary.op)], unary.operand);
  }
  void print(const BinaryExpr& binary) {
    static constexpr const char* kOps[] = {
        "+", "-", "*", "/", "mod", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or", "xor"};
    node(std::string("binary ") + kOps[static_cast<size_t>(binary.op)], binary.left, binary.right);
  }
  void print(const SubscriptExpr& expr) { node("subscript", expr.object, expr.subscripts); }
  void print(const ReduceExpr& reduce) {
    static constexpr const char* kReducers[] = {"sum", "prod", "max", "min"};
    node(std::string("reduce ") + kReducers[static_cast<size_t>(reduce.reducer)], reduce.binders, reduce.body);
  }
  void print(const CallExpr& call) { node("call " + call.callee.text, call.arguments); }
  void print(const ListExpr& list) { node("list", list.elements); }
  void print(const FlowExpr& flow) { node("flow", flow.source, flow.stages); }

  void print(const Argument& argument) {
    node("argument" + (argument.name ? " " + argument.name->text : ""), argument.value);
  }
  void print(const Subscript& subscript) {
    if (!subscript.is_slice) return node("index", subscript.index);
    node("slice", [&] {
      if (subscript.from) node("from", subscript.from);
      if (subscript.to) node("to", subscript.to);
    });
  }
  void print(const Binder& binder) {
    node((binder.ordered ? "ordered binder " : "binder ") + binder.name.text, binder.from, binder.to);
  }
  void print(const Type& type) {
    node("type" + (type.scalar ? " " + type.scalar->text : ""), [&] {
      if (type.shape) node("shape", *type.shape);
    });
  }

 private:
  void print_formal(const std::string& what, const Formal& formal) {
    node(what + " " + formal.name.text, formal.type, formal.default_value);
  }

  template <class Node>
  void visit(const Node& node) {
    std::visit([this](const auto& alternative) { print(alternative); }, node);
  }

  template <class Part>
  void print(const std::vector<Part>& parts) {
    print_all(parts);
  }
  template <class Part>
  void print(const std::optional<Part>& part) {
    if (part) print(*part);
  }
  template <class Part>
  void print_all(const std::vector<Part>& parts) {
    for (const Part& part : parts) print(part);
  }

  /// The line `head`, then its parts, or what `parts` prints, one step further in.
  template <class... Parts>
  void node(const std::string& head, const Parts&... parts) {
    text += std::string(2 * depth_, ' ') + head + "\n";
    ++depth_;
    (part(parts), ...);
    --depth_;
  }
  template <class Part>
  void part(const Part& part) {
    if constexpr (std::is_invocable_v<Part>) {
      part();
    } else {
      print(part);
    }
  }

  static std::string joined(const std::vector<Name>& names) {
    std::string list;
    for (const Name& name : names) list += (list.empty() ? "" : ", ") + name.text;
    return list;
  }

  size_t depth_ = 0;
};

}  // namespace

const char* keyword(DeclKind kind) {
  static constexpr const char* kWords[] = {"function", "activation", "layer", "encoding", "loss", "optimizer", "init"};
  return kWords[static_cast<size_t>(kind)];
}

std::string print(const File& file) {
  Printer printer;
  printer.print(file);
  return printer.text;
}

}  // namespace nnc::ast
