#include "compiler/parse/build.h"

#include <algorithm>
#include <iterator>

#include "compiler/parse/tokens.h"

namespace nnc::parse {
namespace {

using P = grammar::NnParser;
using antlr4::ParserRuleContext;

/// One overload of `build` for each rule. Alternatives are told apart by the class that the grammar's label gives.
class Builder {
 public:
  Builder(const Source& source, Diagnostics& diagnostics) : source_(source), diagnostics_(diagnostics) {}

  // Files and items.

  ast::File build(P::FileContext& file) { return {&source_, list<ast::Item>(file.item())}; }

  ast::Item build(P::ItemContext& item) {
    Span place = span(item);
    if (auto* import = dynamic_cast<P::ImportItemContext*>(&item)) {
      Span path = span_of(source_, *import->path);
      return {place, ast::Import{std::string(path.text().substr(1, path.text().size() - 2)), path}};
    }
    if (auto* constant = dynamic_cast<P::ConstItemContext*>(&item)) {
      return {place, ast::Constant{build(*constant->name()), build(*constant->expr())}};
    }
    if (auto* model = dynamic_cast<P::ModelItemContext*>(&item)) {
      return {place, ast::Model{build(*model->name()), list<ast::Member>(model->members()->member())}};
    }
    return {place, build(dynamic_cast<P::DeclarationItemContext&>(item))};
  }

  ast::Declaration build(P::DeclarationItemContext& item) {
    ast::Declaration declaration{build(*item.kind()), build(*item.name(0)), {}, {}, nullptr, {}};
    if (item.formals()) declaration.formals = list<ast::Formal>(item.formals()->formal());
    if (item.precision) declaration.implied_by = build(*item.precision);
    if (item.results()) declaration.results = list<ast::Formal>(item.results()->formal());
    if (auto* body = dynamic_cast<P::ShortBodyContext*>(item.body())) {
      declaration.body = build(*body->flow());
    } else if (auto* none = dynamic_cast<P::NoBodyContext*>(item.body())) {
      declaration.refusal = unquoted(*none->reason);
    } else {
      auto& statements = *dynamic_cast<P::LongBodyContext&>(*item.body()).statements();
      declaration.statements = list<ast::Statement>(statements.statement());
    }
    return declaration;
  }

  std::string unquoted(const antlr4::Token& text) {
    std::string_view quoted = span_of(source_, text).text();
    return std::string(quoted.substr(1, quoted.size() - 2));
  }

  ast::DeclKind build(P::KindContext& kind) {
    switch (kind.start->getType()) {
      case P::FUNCTION:
        return ast::DeclKind::function;
      case P::ACTIVATION:
        return ast::DeclKind::activation;
      case P::LAYER:
        return ast::DeclKind::layer;
      case P::ENCODING:
        return ast::DeclKind::encoding;
      case P::LOSS:
        return ast::DeclKind::loss;
      case P::OPTIMIZER:
        return ast::DeclKind::optimizer;
      default:
        return ast::DeclKind::init;
    }
  }

  ast::Formal build(P::FormalContext& formal) {
    return {build(*formal.name()), optional<ast::Type>(formal.type()), nullable(formal.preset), span(formal)};
  }

  ast::Type build(P::TypeContext& type) {
    ast::Type result{{}, {}, span(type)};
    P::ShapeContext* shape = nullptr;
    if (auto* scalar = dynamic_cast<P::ScalarTypeContext*>(&type)) {
      result.scalar = build(*scalar->scalar);
      shape = scalar->shape();
    } else {
      shape = dynamic_cast<P::ShapeTypeContext&>(type).shape();
    }
    if (shape) result.shape = list<ast::ExprPtr>(shape->expr());
    return result;
  }

  // Members of a model.

  ast::Member build(P::MemberContext& member) {
    Span place = span(member);
    if (auto* input = dynamic_cast<P::InputMemberContext*>(&member)) {
      return {place, ast::Input{build(*input->name()), build(*input->type())}};
    }
    if (auto* output = dynamic_cast<P::OutputMemberContext*>(&member)) {
      return {place, ast::Output{build(*output->name()), optional<ast::Type>(output->type()), build(*output->flow())}};
    }
    if (auto* let = dynamic_cast<P::LetMemberContext*>(&member)) return {place, build(*let->let())};
    if (auto* block = dynamic_cast<P::BlockMemberContext*>(&member)) {
      return {place, ast::Block{build(*block->name()), list<ast::Stage>(block->pipeline()->stage())}};
    }
    if (auto* loss = dynamic_cast<P::LossMemberContext*>(&member)) return {place, ast::Loss{build(*loss->flow())}};
    if (auto* optimizer = dynamic_cast<P::OptimizerMemberContext*>(&member)) {
      return {place,
              ast::Optimizer{list<ast::Stage>(optimizer->pipeline()->stage()), list<ast::Name>(optimizer->target())}};
    }
    return {place, ast::Precision{build(*dynamic_cast<P::PrecisionMemberContext&>(member).name())}};
  }

  // Statements of a declaration.

  ast::Statement build(P::StatementContext& statement) {
    Span place = span(statement);
    if (auto* let = dynamic_cast<P::LetStatementContext*>(&statement)) return {place, build(*let->let())};
    if (auto* param = dynamic_cast<P::ParamStatementContext*>(&statement)) {
      return {place, ast::Param{build(*param->name()), build(*param->type()), build(*param->value),
                                nullable(param->condition)}};
    }
    if (auto* state = dynamic_cast<P::StateStatementContext*>(&statement)) {
      return {place, ast::State{list<ast::State::Variable>(state->variable()), nullable(state->condition)}};
    }
    if (auto* equation = dynamic_cast<P::EquationStatementContext*>(&statement)) return {place, build(*equation)};
    if (auto* update = dynamic_cast<P::UpdateStatementContext*>(&statement)) {
      return {place, ast::Update{build(*update->name()), build(*update->flow())}};
    }
    if (auto* use = dynamic_cast<P::UseStatementContext*>(&statement)) {
      return {place, ast::UseIf{build(*use->name()), build(*use->expr())}};
    }
    if (auto* refused = dynamic_cast<P::RefusedStatementContext*>(&statement)) {
      return {place, ast::RefusedIf{unquoted(*refused->reason), build(*refused->expr())}};
    }
    return {place, ast::SkipIf{build(*dynamic_cast<P::SkipStatementContext&>(statement).expr())}};
  }

  ast::Let build(P::LetContext& let) {
    return {list<ast::Name>(let.name()), list<ast::Binder>(let.binder()), build(*let.flow())};
  }

  ast::State::Variable build(P::VariableContext& variable) {
    return {build(*variable.name()), optional<ast::Type>(variable.type()), build(*variable.expr())};
  }

  /// `y[i: n, 0] = …` has the indices `i, 0` and the binder `i: n`.
  ast::Equation build(P::EquationStatementContext& equation) {
    ast::Equation result{build(*equation.name()), {}, {}, build(*equation.flow())};
    for (P::PlaceContext* place : equation.place()) {
      if (!result.indices) result.indices.emplace();
      if (auto* bound = dynamic_cast<P::BinderPlaceContext*>(place)) {
        ast::Binder binder = build(*bound->binder());
        Span where = binder.name.span;
        result.indices->push_back({false, make(where, ast::NameExpr{binder.name.text}), nullptr, nullptr, where});
        result.binders.push_back(std::move(binder));
      } else {
        auto& index = *dynamic_cast<P::IndexPlaceContext&>(*place).expr();
        result.indices->push_back({false, build(index), nullptr, nullptr, span(index)});
      }
    }
    return result;
  }

  ast::Binder build(P::BinderContext& binder) {
    ast::Binder result{binder.ordered != nullptr, build(*binder.name()), nullptr, nullptr};
    (binder.to ? result.from : result.to) = build(*binder.from);
    if (binder.to) result.to = build(*binder.to);
    return result;
  }

  // Flows.

  ast::ExprPtr build(P::FlowContext& flow) {
    ast::ExprPtr value = build(*flow.expr());
    if (flow.stage().empty()) return value;
    return make(span(flow), ast::FlowExpr{std::move(value), list<ast::Stage>(flow.stage())});
  }

  ast::Stage build(P::StageContext& stage) {
    Span place = span(stage);
    if (auto* use = dynamic_cast<P::UseStageContext*>(&stage)) {
      ast::UseStage result{build(*use->name()), {}};
      if (use->arguments()) result.arguments = list<ast::Argument>(use->arguments()->argument());
      return {place, std::move(result)};
    }
    if (auto* repeat = dynamic_cast<P::RepeatStageContext*>(&stage)) {
      return {place, ast::RepeatStage{build(*repeat->expr()), list<ast::Stage>(repeat->pipeline()->stage())}};
    }
    auto& repeat = dynamic_cast<P::RepeatAsStageContext&>(stage);
    return {place, ast::RepeatAsStage{build(*repeat.expr()), build(*repeat.name()), build(*repeat.flow())}};
  }

  ast::Argument build(P::ArgumentContext& argument) {
    return {optional<ast::Name>(argument.name()), build(*argument.flow()), span(argument)};
  }

  // Expressions.

  ast::ExprPtr build(P::ExprContext& expr) {
    if (auto* group = dynamic_cast<P::GroupExprContext*>(&expr)) return build(*group->flow());
    Span place = span(expr);
    if (auto* number = dynamic_cast<P::NumberExprContext*>(&expr)) return make(place, build_number(*number));
    if (auto* name = dynamic_cast<P::NameExprContext*>(&expr)) {
      return make(place, ast::NameExpr{std::string(span(*name).text())});
    }
    if (auto* call = dynamic_cast<P::CallExprContext*>(&expr)) {
      return make(place, ast::CallExpr{build(*call->name()), list<ast::Argument>(call->arguments()->argument())});
    }
    if (auto* binary = dynamic_cast<P::BinaryExprContext*>(&expr)) return make(place, build_binary(*binary));
    if (auto* unary = dynamic_cast<P::UnaryExprContext*>(&expr)) {
      return make(place, ast::UnaryExpr{unary_op(unary->op->getType()), build(*unary->expr())});
    }
    if (auto* subscript = dynamic_cast<P::SubscriptExprContext*>(&expr)) {
      return make(place, ast::SubscriptExpr{build(*subscript->expr()), list<ast::Subscript>(subscript->subscript())});
    }
    if (auto* member = dynamic_cast<P::MemberExprContext*>(&expr)) {
      return make(place, ast::MemberExpr{build(*member->expr()), build(*member->name())});
    }
    if (auto* elements = dynamic_cast<P::ListExprContext*>(&expr)) {
      return make(place, ast::ListExpr{list<ast::ExprPtr>(elements->flow())});
    }
    auto& reduce = dynamic_cast<P::ReduceExprContext&>(expr);
    return make(place,
                ast::ReduceExpr{build(*reduce.reducer()), list<ast::Binder>(reduce.binder()), build(*reduce.flow())});
  }

  ast::Subscript build(P::SubscriptContext& subscript) {
    Span place = span(subscript);
    if (auto* index = dynamic_cast<P::IndexSubscriptContext*>(&subscript)) {
      return {false, build(*index->index), nullptr, nullptr, place};
    }
    auto& slice = dynamic_cast<P::SliceSubscriptContext&>(subscript);
    return {true, nullptr, nullable(slice.from), nullable(slice.to), place};
  }

  ast::Reducer build(P::ReducerContext& reducer) {
    switch (reducer.start->getType()) {
      case P::SUM:
        return ast::Reducer::sum;
      case P::PROD:
        return ast::Reducer::prod;
      case P::MAX:
        return ast::Reducer::max;
      default:
        return ast::Reducer::min;
    }
  }

  ast::Name build(P::NameContext& name) { return {std::string(span(name).text()), span(name)}; }

  /// `encode.linear_0`, with its dots.
  ast::Name build(P::TargetContext& target) {
    std::string text;
    for (P::NameContext* name : target.name()) text += (text.empty() ? "" : ".") + build(*name).text;
    return {text, span(target)};
  }

 private:
  ast::Number build_number(P::NumberExprContext& number) {
    std::string digits(span(number).text());
    bool is_unsigned = digits.back() == 'u';
    if (is_unsigned) digits.pop_back();
    return {std::move(digits), number.start->getType() == P::INTEGER, is_unsigned};
  }

  ast::BinaryExpr build_binary(P::BinaryExprContext& binary) {
    struct Row {
      size_t token;
      ast::BinaryOp op;
    };
    using enum ast::BinaryOp;
    static constexpr Row kRows[] = {
        {P::PLUS, add},        {P::MINUS, subtract},     {P::TIMES, multiply},   {P::DIVIDE, divide},
        {P::MOD, mod},         {P::POWER, power},        {P::EQUAL, equal},      {P::UNEQUAL, not_equal},
        {P::LESS, less},       {P::AT_MOST, less_equal}, {P::GREATER, greater},  {P::AT_LEAST, greater_equal},
        {P::AND, logical_and}, {P::OR, logical_or},      {P::XOR, exclusive_or},
    };
    size_t token = binary.op->getType();
    auto* row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return r.token == token; });
    refuse_chain(binary);
    return {row->op, span_of(source_, *binary.op), build(*binary.expr(0)), build(*binary.expr(1))};
  }

  /// `a < b < c` would compare a truth value.
  void refuse_chain(P::BinaryExprContext& binary) {
    auto compares = [](P::BinaryExprContext& e) {
      return P::EQUAL <= e.op->getType() && e.op->getType() <= P::AT_LEAST;
    };
    auto* left = dynamic_cast<P::BinaryExprContext*>(binary.expr(0));
    if (!left || !compares(binary) || !compares(*left)) return;
    diagnostics_.error(DiagnosticKind::SyntaxError, span_of(source_, *binary.op), "comparisons do not chain")
        .hint("write `a < b and b < c`");
  }

  ast::UnaryOp unary_op(size_t token) {
    if (token == P::NOT) return ast::UnaryOp::logical_not;
    return token == P::MINUS ? ast::UnaryOp::negate : ast::UnaryOp::plus;
  }

  template <class Node>
  static ast::ExprPtr make(Span place, Node node) {
    return std::make_unique<ast::Expr>(ast::Expr{place, std::move(node)});
  }

  /// A node for each tree of `trees`.
  template <class Node, class Tree>
  std::vector<Node> list(const std::vector<Tree*>& trees) {
    std::vector<Node> nodes;
    nodes.reserve(trees.size());
    for (Tree* tree : trees) nodes.push_back(build(*tree));
    return nodes;
  }

  template <class Node, class Tree>
  std::optional<Node> optional(Tree* tree) {
    if (!tree) return std::nullopt;
    return build(*tree);
  }

  ast::ExprPtr nullable(P::ExprContext* tree) { return tree ? build(*tree) : nullptr; }

  Span span(ParserRuleContext& tree) const { return span_of(source_, *tree.start, *tree.stop); }

  const Source& source_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<ast::File> build_file(const Source& source, P::FileContext& tree, Diagnostics& diagnostics) {
  int errors_before = diagnostics.errors();
  ast::File file = Builder(source, diagnostics).build(tree);
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return file;
}

ast::ExprPtr build_expression(const Source& source, P::ExprContext& tree, Diagnostics& diagnostics) {
  int errors_before = diagnostics.errors();
  ast::ExprPtr expr = Builder(source, diagnostics).build(tree);
  return diagnostics.errors() > errors_before ? nullptr : std::move(expr);
}

}  // namespace nnc::parse
