// A program of the language, drawn from a seed, valid by construction: every value has a known shape when it is used.
#pragma once

#include <cstdint>
#include <string>

namespace nnc::test {

/// The text of one model. It computes numbers of ordinary size from inputs of ordinary size.
std::string program_text(uint64_t seed);

}  // namespace nnc::test
