// Texts broken at random: at bytes, and at words and signs, which reach what stands behind the parser.
#pragma once

#include <random>
#include <string>

namespace nnc::test {

/// Some bytes changed, left out, doubled, or a piece moved.
std::string mutated_bytes(std::string text, std::mt19937& random);

/// Some words and signs left out, doubled, exchanged, or put in the place of others of the text.
std::string mutated_words(const std::string& text, std::mt19937& random);

}  // namespace nnc::test
