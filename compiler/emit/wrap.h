// Lines that fit a page.
#pragma once

#include <string>
#include <string_view>

namespace nnc::emit {

inline constexpr size_t kPageWidth = 120;

/// The text of C++ with every line of more than kPageWidth columns broken: behind a comma or an operator, where the
/// fewest brackets are open, the rest four columns further in; comments between words. A line that has no such
/// place stays.
std::string wrapped(std::string_view text);

}  // namespace nnc::emit
