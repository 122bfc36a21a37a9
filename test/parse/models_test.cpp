// Models as users write them: each parses, and in one way only.
#include <gtest/gtest.h>

#include <filesystem>

#include "NnLexer.h"
#include "NnParser.h"
#include "compiler/parse/limits.h"
#include "parse/text.h"
#include "stdlib/stdlib.h"

namespace nnc::test {
namespace {

std::vector<std::string> model_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("parse/models")) files.push_back(entry.path());
  return files;
}

/// Counts the texts that the grammar could read in two ways.
class Ambiguities : public antlr4::BaseErrorListener {
 public:
  int count = 0;
  void reportAmbiguity(antlr4::Parser*, const antlr4::dfa::DFA&, size_t, size_t, bool, const antlrcpp::BitSet&,
                       antlr4::atn::ATNConfigSet*) override {
    ++count;
  }
};

int ambiguities(const std::string& text) {
  antlr4::ANTLRInputStream characters(parse::with_byte_offsets(text));
  grammar::NnLexer lexer(&characters);
  antlr4::CommonTokenStream tokens(&lexer);
  grammar::NnParser parser(&tokens);
  Ambiguities listener;
  parser.removeErrorListeners();
  parser.addErrorListener(&listener);
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::LL_EXACT_AMBIG_DETECTION);
  parser.file();
  return listener.count;
}

TEST(Models, there_are_eleven) { EXPECT_EQ(model_files().size(), 11u); }

TEST(Models, parse) {
  for (const auto& file : model_files()) EXPECT_EQ(complaints(file_text(file)), "") << file;
}

TEST(Models, are_not_ambiguous) {
  for (const auto& file : model_files()) EXPECT_EQ(ambiguities(file_text(file)), 0) << file;
}

TEST(Models, nor_is_the_library) {
  for (const auto& file : stdlib::files()) EXPECT_EQ(ambiguities(std::string(file.text)), 0) << file.name;
}

}  // namespace
}  // namespace nnc::test
