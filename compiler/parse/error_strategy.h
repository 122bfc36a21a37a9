// Mistakes of syntax in our words: the first of each item, member or statement is told, then reading goes on behind it.
#pragma once

#include <optional>

#include "antlr4-runtime.h"
#include "compiler/parse/expected.h"
#include "compiler/parse/tokens.h"
#include "compiler/support/diagnostics.h"

namespace nnc::parse {

/// Takes the place of ANTLR's recovery, which guesses missing tokens and goes on inside the broken text: here an
/// exception leaves every rule up to the item, member or statement that holds the mistake.
class ErrorStrategy : public antlr4::ANTLRErrorStrategy {
 public:
  ErrorStrategy(const Source& source, Diagnostics& diagnostics) : source_(source), diagnostics_(diagnostics) {}

  void reset(antlr4::Parser*) override {}
  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }
  void reportMatch(antlr4::Parser*) override {}

  /// A token that is not the one wanted.
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;

  /// Before each choice of the grammar: is there a way on? Asking here, not later, finds the mistake at its first
  /// token and with all that could have stood there.
  void sync(antlr4::Parser* parser) override;

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& mistake) override;

  /// At the end of the rule that was left: goes on behind the broken unit, or leaves the next rule too.
  void recover(antlr4::Parser* parser, std::exception_ptr mistake) override;

 private:
  void complain(antlr4::Parser& parser, const antlr4::RecognitionException& mistake);
  /// `x -> f * 2`: `->` binds weaker than every operator. False if that is not the mistake.
  bool complain_of_flow(antlr4::Parser& parser, const TokenSet& expected);
  /// `relu relu`: a name that goes on as no statement does. False if that is not the mistake.
  bool complain_of_statement(antlr4::Parser& parser, const TokenSet& expected);
  TokenList list(antlr4::Parser& parser);

  const Source& source_;
  Diagnostics& diagnostics_;
  std::optional<Brackets> brackets_;  // of the file, from the first mistake on
  size_t mistake_ = 0;                // the token of the exception under way
  bool is_told_ = false;              // whether that exception has had its message
  std::optional<size_t> resumed_at_;  // where reading went on: a mistake right here is still the last one
};

}  // namespace nnc::parse
