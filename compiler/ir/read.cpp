// A recursive descent over one line at a time. Literals of digits alone stay without a type until their neighbours are
// known.
#include "compiler/ir/read.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <unordered_map>

#include "compiler/ir/lexer.h"
#include "compiler/ir/text.h"

namespace nnc::ir {
namespace {

/// The first thing in a line that cannot be read; caught where the line is.
struct LineError {
  Span span;
  std::string text;
};

/// A node, or a literal whose type its neighbours decide.
struct Operand {
  const Node* node = nullptr;
  double number = 0;
};

/// Reads one line into the module.
class Line {
 public:
  Line(Module& module, std::vector<Token> tokens) : module_(module), tokens_(std::move(tokens)) {}

  void read() {
    if (is_end()) return;
    static constexpr std::string_view kRoles[] = {"input", "param", "state", "constant", "value"};
    bool is_statement = tokens_[1].kind == Token::Kind::word;
    const auto* role = std::find(std::begin(kRoles), std::end(kRoles), peek().text);
    if (is_statement && role != std::end(kRoles)) {
      ++at_;
      read_declaration(static_cast<Role>(role - std::begin(kRoles)));
    } else if (is_statement && accept("output")) {
      module_.outputs.push_back(read_tensor());
    } else if (tokens_[1].text == ":=") {
      Tensor* target = read_tensor();
      expect(":=");
      module_.updates.push_back({target, read_tensor()});
    } else {
      read_equation();
    }
    if (!is_end()) fail("expected the end of the line");
  }

 private:
  // Tokens.

  const Token& peek() const { return tokens_[at_]; }
  bool is_end() const { return peek().kind == Token::Kind::end; }
  bool accept(std::string_view text) {
    if (is_end() || peek().text != text) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view text) {
    if (!accept(text)) fail("expected `" + std::string(text) + "`");
  }
  std::string_view word(const char* what) {
    if (peek().kind != Token::Kind::word) fail(std::string("expected ") + what);
    return tokens_[at_++].text;
  }
  [[noreturn]] void fail(std::string text) const { throw LineError{peek().span, std::move(text)}; }

  double number() {
    bool is_negative = accept("-");
    if (accept("inf"))
      return is_negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    if (accept("nan")) return std::numeric_limits<double>::quiet_NaN();
    if (peek().kind != Token::Kind::number) fail("expected a number");
    double value = parse(tokens_[at_++].text);
    return is_negative ? -value : value;
  }
  static double parse(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  // Declarations.

  void read_declaration(Role role) {
    Span span = peek().span;
    std::string name(word("a name"));
    if (module_.find(name)) throw LineError{span, "`" + name + "` is declared twice"};
    std::vector<Extent> shape;
    if (accept("[") && !accept("]")) {
      do shape.push_back(read_extent());
      while (accept(","));
      expect("]");
    }
    Tensor* tensor = module_.tensor(name, std::move(shape), Type::real, role, span);
    if (accept(":")) read_type(*tensor);
    if (role != Role::constant) return;
    expect("=");
    if (is_end()) return;
    do tensor->data.push_back(number());
    while (accept(","));
  }

  Extent read_extent() {
    if (accept("N")) return Extent::samples();
    if (peek().kind != Token::Kind::number) fail("expected a size or `N`");
    return {static_cast<int64_t>(parse(tokens_[at_++].text))};
  }

  void read_type(Tensor& tensor) {
    static constexpr std::string_view kTypes[] = {"bool", "i32", "u32", "real"};
    static constexpr std::string_view kFormats[] = {"f16", "bf16", "f32", "f64"};
    std::string_view name = peek().text;
    if (const auto* type = std::find(std::begin(kTypes), std::end(kTypes), name); type != std::end(kTypes)) {
      tensor.type = static_cast<Type>(type - std::begin(kTypes));
    } else if (const auto* f = std::find(std::begin(kFormats), std::end(kFormats), name); f != std::end(kFormats)) {
      tensor.rounding = static_cast<scalar::Format>(f - std::begin(kFormats));
    } else {
      fail("expected a type");
    }
    ++at_;
  }

  Tensor* read_tensor() {
    Span span = peek().span;
    std::string name(word("a tensor"));
    Tensor* tensor = module_.find(name);
    if (!tensor) throw LineError{span, "no tensor `" + name + "`"};
    return tensor;
  }

  // Equations.

  void read_equation() {
    size_t begin = at_;
    Equation equation;
    read_domain(equation);
    at_ = begin;
    Span name_span = peek().span;
    std::string name(word("a tensor"));
    equation.at = read_places();
    equation.combine = read_combine();
    equation.body = typed(read_level(Level::logic), Type::real);
    if (peek().text == "over") at_ = tokens_.size() - 1;
    equation.span = cover(name_span, tokens_[at_].span);
    equation.out = module_.find(name);
    if (!equation.out) equation.out = new_value(name, equation, name_span);
    module_.equations.push_back(std::move(equation));
  }

  /// `over b: N, ordered t: 8`, behind the last `over` of the line.
  void read_domain(Equation& equation) {
    auto last = std::find_if(tokens_.rbegin(), tokens_.rend(), [](const Token& token) { return token.text == "over"; });
    if (last == tokens_.rend()) return;
    at_ = static_cast<size_t>(tokens_.rend() - last);
    do {
      bool ordered = peek().text == "ordered" && tokens_[at_ + 1].text != ":" && accept("ordered");
      std::string name(word("an index"));
      expect(":");
      const Index* index = module_.index(name, read_extent(), ordered);
      if (!indices_.emplace(name, index).second) fail("`" + name + "` stands twice in the domain");
      equation.over.push_back(index);
    } while (accept(","));
    if (!is_end()) fail("expected `,` or the end of the line");
  }

  Combine read_combine() {
    for (Combine combine : {Combine::set, Combine::sum, Combine::prod, Combine::max}) {
      if (accept(symbol(combine))) return combine;
    }
    fail("expected `=`, `+=`, `*=` or `max=`");
  }

  /// A value that nothing declares has the shape that its places say.
  Tensor* new_value(const std::string& name, const Equation& equation, Span span) {
    std::vector<Extent> shape;
    for (const Node* place : equation.at) {
      if (place->kind != Node::Kind::index) {
        throw LineError{span, "`" + name + "` needs a declaration: its places do not say its shape"};
      }
      shape.push_back(place->index->extent);
    }
    return module_.tensor(name, std::move(shape), equation.body->type, Role::value, span);
  }

  // Expressions, from the loosest operators to the tightest.

  const Node* typed(Operand operand, Type type) {
    if (operand.node) return operand.node;
    return module_.constant(operand.number == 0 && type != Type::real ? 0 : operand.number, type);
  }

  Operand apply(Op op, std::vector<Operand> operands) {
    const scalar::Function& function = scalar::function(op);
    Type context = literal_type(op, std::span<const Operand>(operands), [](const Operand& operand) {
      return operand.node ? std::optional(operand.node->type) : std::nullopt;
    });
    std::vector<const Node*> nodes;
    std::vector<Type> types;
    for (const Operand& operand : operands) {
      nodes.push_back(typed(operand, context));
      types.push_back(nodes.back()->type);
    }
    if (!function.result(types)) {
      --at_;
      std::string list;
      for (Type type : types) list += (list.empty() ? "" : ", ") + std::string(scalar::name(type));
      fail("`" + std::string(function.name) + "` does not take " + list);
    }
    return {module_.apply(op, std::move(nodes))};
  }

  struct Infix {
    Op op;
    Level level;
    bool is_swapped;
  };
  std::optional<Infix> peek_infix() const {
    if (is_end()) return std::nullopt;
    std::string symbol(peek().text);
    bool is_swapped = symbol == ">" || symbol == ">=";
    if (is_swapped) symbol[0] = '<';
    for (const scalar::Function& function : scalar::all()) {
      if (!function.infix.empty() && function.infix == symbol) {
        return Infix{function.op, level_of(function.infix), is_swapped};
      }
    }
    return std::nullopt;
  }

  Operand read_level(Level level) {
    if (level == Level::sign) return read_sign();
    auto next = static_cast<Level>(static_cast<int>(level) + 1);
    Operand left = read_level(next);
    for (auto infix = peek_infix(); infix && infix->level == level; infix = peek_infix()) {
      ++at_;
      Operand right = read_level(next);
      left = infix->is_swapped ? apply(infix->op, {right, left}) : apply(infix->op, {left, right});
      if (level == Level::comparison) break;
    }
    return left;
  }

  Operand read_sign() {
    if (!accept("-")) return read_power();
    bool is_literal = peek().kind == Token::Kind::number || peek().text == "inf" || peek().text == "nan";
    if (is_literal && tokens_[at_ + 1].text != "^") {
      Operand literal = read_primary();
      if (!literal.node) return {nullptr, -literal.number};
      return {module_.constant(-literal.node->number, literal.node->type)};
    }
    return apply(Op::negate, {read_sign()});
  }

  Operand read_power() {
    Operand base = read_primary();
    if (!accept("^")) return base;
    Operand exponent = read_sign();
    return apply(Op::power, {base, exponent});
  }

  Operand read_primary() {
    if (accept("(")) {
      Operand inner = read_level(Level::logic);
      expect(")");
      return inner;
    }
    if (peek().kind == Token::Kind::number) return read_number(tokens_[at_++].text);
    Span span = peek().span;
    std::string name(word("an expression"));
    if (accept("(")) return read_call(name, span);
    if (peek().text != "[") {
      if (auto index = indices_.find(name); index != indices_.end()) return {module_.value_of(index->second)};
    }
    if (Tensor* tensor = module_.find(name); tensor && (peek().text == "[" || !is_literal_word(name))) {
      std::vector<const Node*> places = read_places();
      if (places.size() != tensor->rank()) {
        throw LineError{span, "`" + name + "` has " + std::to_string(tensor->rank()) + " indices"};
      }
      return {module_.read(tensor, std::move(places))};
    }
    if (name == "N") return {module_.samples()};
    if (name == "true" || name == "false") return {module_.constant(name == "true", Type::boolean)};
    if (name == "inf") return {module_.constant(std::numeric_limits<double>::infinity(), Type::real)};
    if (name == "nan") return {module_.constant(std::numeric_limits<double>::quiet_NaN(), Type::real)};
    throw LineError{span, "no index or tensor `" + name + "`"};
  }

  static bool is_literal_word(std::string_view name) {
    return name == "N" || name == "true" || name == "false" || name == "inf" || name == "nan";
  }

  Operand read_number(std::string_view text) {
    double value = parse(text);
    if (text.back() == 'u') return {module_.constant(value, Type::u32)};
    if (text.back() == 'i') return {module_.constant(value, Type::i32)};
    if (text.find_first_of(".e") != std::string_view::npos) return {module_.constant(value, Type::real)};
    return {nullptr, value};
  }

  Operand read_call(const std::string& name, Span span) {
    const scalar::Function* function = scalar::find(name);
    if (!function) throw LineError{span, "no function `" + name + "`"};
    std::vector<Operand> operands;
    do operands.push_back(read_level(Level::logic));
    while (accept(","));
    expect(")");
    if (operands.size() != static_cast<size_t>(function->arity)) {
      throw LineError{span, "`" + name + "` takes " + std::to_string(function->arity) + " operands"};
    }
    return apply(function->op, std::move(operands));
  }

  std::vector<const Node*> read_places() {
    std::vector<const Node*> places;
    if (!accept("[") || accept("]")) return places;
    do {
      places.push_back(typed(read_level(Level::logic), Type::i32));
      if (places.back()->type != Type::i32) fail("a place is an i32");
    } while (accept(","));
    expect("]");
    return places;
  }

  Module& module_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  std::unordered_map<std::string, const Index*> indices_;
};

}  // namespace

bool append(Module& module, const Source& source, Diagnostics& diagnostics) {
  int before = diagnostics.errors();
  for (Lexer lexer(source); !lexer.at_end();) {
    try {
      Line(module, lexer.line()).read();
    } catch (const LineError& error) { diagnostics.error(DiagnosticKind::SyntaxError, error.span, error.text); }
  }
  return diagnostics.errors() == before;
}

std::optional<Module> read(const Source& source, Diagnostics& diagnostics) {
  Module module;
  if (!append(module, source, diagnostics)) return std::nullopt;
  return module;
}

}  // namespace nnc::ir
