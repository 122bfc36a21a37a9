#include "compiler/report/numbers.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace nnc::report {

std::string exact(int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return number < 0 ? "-" + digits : digits;
}

std::string counted(int64_t number, const std::string& noun) {
  return exact(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string rounded(double number) {
  if (!std::isfinite(number)) return "∞";
  if (std::fabs(number) >= 1000) return exact(std::llround(number));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", number);
  return text.data();
}

std::string bytes(int64_t count) {
  static constexpr std::array<const char*, 5> kUnits = {" B", " KiB", " MiB", " GiB", " TiB"};
  size_t unit = 0;
  auto size = static_cast<double>(count);
  for (; size >= 1023.5 && unit + 1 < kUnits.size() && count >= 1024; ++unit) size /= 1024;
  return (unit == 0 ? exact(count) : rounded(size)) + kUnits[unit];
}

std::string bytes_exactly(int64_t count) {
  return count < 1024 ? counted(count, "byte") : bytes(count) + " (" + exact(count) + " bytes)";
}

std::string shape(const std::vector<int64_t>& extents) {
  if (extents.empty()) return "number";
  std::string text;
  for (int64_t extent : extents) text += (text.empty() ? "" : " × ") + exact(extent);
  return text;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : ", ") + each;
  return text;
}

std::string one_line(std::string_view text) {
  std::string line;
  bool is_comment = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) == "//") is_comment = true;
    if (text[at] == '\n') is_comment = false;
    if (is_comment) continue;
    const bool is_blank = text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r';
    if (!is_blank) line += text[at];
    if (is_blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

namespace {
bool begins_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }
}  // namespace

size_t width(const std::string& text) {
  size_t points = 0;
  for (char c : text) points += begins_code_point(c) ? 1 : 0;
  return points;
}

std::string cut(const std::string& text, size_t length) {
  if (width(text) <= length) return text;
  std::string start;
  size_t points = 0;
  for (char c : text) {
    if (begins_code_point(c) && ++points == length) break;
    start += c;
  }
  return start + "…";
}

}  // namespace nnc::report
