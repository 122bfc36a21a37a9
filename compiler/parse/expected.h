// What the grammar would have taken, in words of the language.
#pragma once

#include <bitset>
#include <string>

#include "antlr4-runtime.h"

namespace nnc::parse {

/// Token types; 0 stands for the end of the file.
using TokenSet = std::bitset<128>;

/// "an operator, `->` or `)`". At the start of a line (`on_new_line`), where a text that could go on may also begin
/// something new, only the latter is said.
std::string in_words(TokenSet expected, bool on_new_line, const antlr4::dfa::Vocabulary& vocabulary);

/// The word of the language that `text` was probably meant to be, out of those expected; empty if there is none.
std::string word_meant(const std::string& text, const TokenSet& expected, const antlr4::dfa::Vocabulary& vocabulary);

}  // namespace nnc::parse
