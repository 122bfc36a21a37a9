#include "parse/mutated.h"

#include <cctype>
#include <utility>
#include <vector>

namespace nnc::test {
namespace {

size_t below(size_t n, std::mt19937& random) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); }

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The text in pieces: words and numbers, blanks with comments, and signs by themselves, `->` and `:=` whole.
std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> all;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    if (is_word(text[at])) {
      while (end < text.size() && is_word(text[end])) ++end;
    } else if (text.compare(at, 2, "//") == 0) {
      while (end < text.size() && text[end] != '\n') ++end;
    } else if (text.compare(at, 2, "->") == 0 || text.compare(at, 2, ":=") == 0 || text.compare(at, 2, "..") == 0) {
      ++end;
    }
    all.push_back(text.substr(at, end - at));
    at = end;
  }
  return all;
}

bool is_blank(const std::string& piece) { return piece == " " || piece == "\n" || piece.starts_with("//"); }

}  // namespace

std::string mutated_bytes(std::string text, std::mt19937& random) {
  const std::string kBytes =
      "()[]{}=:,.-><*^+\"/ \nax0\0\x80\xC3;"
      "let";
  for (size_t changes = 1 + below(4, random); changes > 0 && !text.empty(); --changes) {
    size_t at = below(text.size(), random);
    switch (below(4, random)) {
      case 0:
        text[at] = kBytes[below(kBytes.size(), random)];
        break;
      case 1:
        text.erase(at, 1 + below(8, random));
        break;
      case 2:
        text.insert(at, 1, kBytes[below(kBytes.size(), random)]);
        break;
      default:
        text.insert(below(text.size(), random), text.substr(at, below(20, random)));
        break;
    }
  }
  return text;
}

std::string mutated_words(const std::string& text, std::mt19937& random) {
  std::vector<std::string> words = pieces(text);
  std::vector<size_t> places;
  for (size_t i = 0; i < words.size(); ++i) {
    if (!is_blank(words[i])) places.push_back(i);
  }
  if (places.empty()) return text;
  auto any = [&] { return places[below(places.size(), random)]; };
  for (size_t changes = 1 + below(3, random); changes > 0; --changes) {
    const size_t at = any();
    switch (below(5, random)) {
      case 0:
        words[at].clear();
        break;
      case 1:
        words[at] += " " + words[at];
        break;
      case 2:
        std::swap(words[at], words[any()]);
        break;
      case 3:
        if (std::isdigit(static_cast<unsigned char>(words[at].empty() ? 'a' : words[at][0]))) {
          const std::vector<std::string> kNumbers = {"0", "1", "2", "7u", "0.5", "1e9", "2147483647", "99999999999"};
          words[at] = kNumbers[below(kNumbers.size(), random)];
        }
        break;
      default:
        words[at] = words[any()];
        break;
    }
  }
  std::string result;
  for (const std::string& word : words) result += word;
  return result;
}

}  // namespace nnc::test
