// What a text must be before the grammar sees it: UTF-8, of a sane size, not nested without end. The generated parser
// throws on the first and overflows the stack on the last.
#pragma once

#include <string>
#include <string_view>

#include "compiler/support/diagnostics.h"

namespace antlr4 {
class BufferedTokenStream;
}

namespace nnc::parse {

inline constexpr size_t kMostBytes = 16u << 20;
inline constexpr int kMostBrackets = 200;    // open at one place
inline constexpr int kMostOperators = 1000;  // between two commas, in all the brackets open at one place

/// Complains about a text that is too large or not UTF-8.
bool is_readable_text(const Source& source, Diagnostics& diagnostics);

/// The text with each byte beyond ASCII replaced by U+007F, so that ANTLR's character offsets are byte offsets. A byte
/// order mark becomes spaces.
std::string with_byte_offsets(std::string_view text);

/// Complains about the first place that is nested too deeply.
bool is_shallow(const Source& source, antlr4::BufferedTokenStream& tokens, Diagnostics& diagnostics);

}  // namespace nnc::parse
