// Numbers, and short texts, as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nnc::report {

/// 7,312
std::string exact(int64_t number);
/// `one`, or `7,312 many`s: "1 number", "7,312 numbers"
std::string counted(int64_t number, const std::string& noun);
/// 28.6 KiB; below 1,024 "80 B"
std::string bytes(int64_t count);
/// 28.6 KiB (29,248 bytes); below 1,024 "80 bytes"
std::string bytes_exactly(int64_t count);
/// Three digits: 0.125, 29.4, 1,203
std::string rounded(double number);
/// `a, b, c`
std::string joined(const std::vector<std::string>& all);
/// 64 × 32; "number" for rank 0
std::string shape(const std::vector<int64_t>& extents);
/// The range of a text of several lines as one: all blanks are single ones.
std::string one_line(std::string_view text);
/// The text's first `length` code points, with … where some are missing.
std::string cut(const std::string& text, size_t length);
/// How many code points.
size_t width(const std::string& text);

}  // namespace nnc::report
