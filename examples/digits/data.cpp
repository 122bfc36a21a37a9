#include "data.h"

#include <zlib.h>

#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace {

/// The whole text of a file, gzip or plain.
std::string read_text(const std::string& path) {
  const std::unique_ptr<gzFile_s, decltype(&gzclose)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw std::runtime_error(path + ": cannot be opened");
  std::string text;
  std::array<char, 1 << 16> part;
  int count = 0;
  while ((count = gzread(file.get(), part.data(), part.size())) > 0)
    text.append(part.data(), static_cast<size_t>(count));
  if (count < 0) throw std::runtime_error(path + ": cannot be read to its end");
  return text;
}

/// The numbers of a line; none where it is not what is expected.
std::optional<std::array<float, 65>> numbers(const std::string& line) {
  std::istringstream in(line);
  std::array<float, 65> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    char comma = ',';
    if ((i > 0 && !(in >> comma)) || comma != ',' || !(in >> values[i])) return std::nullopt;
    const float highest = i < 64 ? 16 : 9;
    if (!(values[i] >= 0 && values[i] <= highest)) return std::nullopt;
  }
  return (in >> std::ws).eof() ? std::optional(values) : std::nullopt;
}

}  // namespace

Digits read_digits(const std::string& path) {
  Digits digits;
  std::istringstream text(read_text(path));
  for (std::string line; std::getline(text, line);) {
    const auto values = numbers(line);
    if (!values) {
      throw std::runtime_error(path + ":" + std::to_string(digits.size() + 1) +
                               ": expected 64 numbers from 0 to 16 and a digit, with commas between");
    }
    Pixels& pixels = digits.pixels.emplace_back();
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = (*values)[i] / 16;
    digits.labels.push_back(static_cast<std::int32_t>((*values)[64]));
  }
  if (digits.size() < 10) throw std::runtime_error(path + ": holds fewer than ten digits");
  return digits;
}
