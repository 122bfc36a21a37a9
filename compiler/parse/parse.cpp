#include "compiler/parse/parse.h"

#include "NnLexer.h"
#include "NnParser.h"
#include "compiler/parse/build.h"
#include "compiler/parse/error_strategy.h"
#include "compiler/parse/limits.h"

namespace nnc::parse {
namespace {

using grammar::NnLexer;
using grammar::NnParser;

/// Reads `source` by one rule of the grammar and builds the tree from what it finds.
///
/// SLL prediction comes first: it is several times faster than LL, but may refuse a good text. Where it refuses, LL
/// reads the text again and tells the mistakes.
template <class Rule, class Build>
auto read(const Source& source, Diagnostics& diagnostics, Rule rule, Build build) -> decltype(build(nullptr)) {
  if (!is_readable_text(source, diagnostics)) return {};
  antlr4::ANTLRInputStream characters(with_byte_offsets(source.text));
  NnLexer lexer(&characters);
  lexer.removeErrorListeners();
  antlr4::CommonTokenStream tokens(&lexer);
  tokens.fill();
  if (!is_shallow(source, tokens, diagnostics)) return {};

  NnParser parser(&tokens);
  parser.removeErrorListeners();
  auto* prediction = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
  prediction->setPredictionMode(antlr4::atn::PredictionMode::SLL);
  parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  int errors_before = diagnostics.errors();
  try {
    return build(rule(parser));
  } catch (const antlr4::ParseCancellationException&) {  // read again below, with messages
    tokens.seek(0);
  }

  parser.reset();
  prediction->setPredictionMode(antlr4::atn::PredictionMode::LL);
  parser.setErrorHandler(std::make_shared<ErrorStrategy>(source, diagnostics));
  auto* tree = rule(parser);
  if (diagnostics.errors() > errors_before) return {};
  return build(tree);
}

}  // namespace

std::optional<ast::File> parse(const Source& source, Diagnostics& diagnostics) {
  return read(
      source, diagnostics, [](NnParser& parser) { return parser.file(); },
      [&](NnParser::FileContext* tree) { return build_file(source, *tree, diagnostics); });
}

ast::ExprPtr parse_expression(const Source& source, Diagnostics& diagnostics) {
  return read(
      source, diagnostics, [](NnParser& parser) { return parser.lone(); },
      [&](NnParser::LoneContext* tree) { return build_expression(source, *tree->expr(), diagnostics); });
}

}  // namespace nnc::parse
